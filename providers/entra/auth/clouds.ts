/** Microsoft's clouds: who signs in, where Graph is, and what a federated token must be meant for (entra.md §1.4). */

export type CloudName = "global" | "us-gov-l4" | "us-gov-l5" | "china";

export interface Cloud {
  readonly name: CloudName;
  /** Authority, as in the token endpoint's address. */
  readonly login: string;
  /** Origin of Graph: what a token is asked for, and what every reference in a body starts with. */
  readonly graph: string;
  /** Origin of Exchange Online, and what its tokens are asked for; not confirmed outside the global cloud. */
  readonly exchange: string;
  /** Audience of a token that another issuer gives for signing in here. */
  readonly federationAudience: string;
  /** Has PIM for groups and lifecycle workflows. */
  readonly pimForGroups: boolean;
  /** Has directoryAudits. */
  readonly audits: boolean;
}

export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  global: {
    name: "global",
    login: "https://login.microsoftonline.com",
    graph: "https://graph.microsoft.com",
    exchange: "https://outlook.office365.com",
    federationAudience: "api://AzureADTokenExchange",
    pimForGroups: true,
    audits: true,
  },
  "us-gov-l4": {
    name: "us-gov-l4",
    login: "https://login.microsoftonline.us",
    graph: "https://graph.microsoft.us",
    exchange: "https://outlook.office365.us",
    federationAudience: "api://AzureADTokenExchangeUSGov",
    pimForGroups: false,
    audits: true,
  },
  "us-gov-l5": {
    name: "us-gov-l5",
    login: "https://login.microsoftonline.us",
    graph: "https://dod-graph.microsoft.us",
    exchange: "https://webmail.apps.mil",
    federationAudience: "api://AzureADTokenExchangeUSGov",
    pimForGroups: false,
    audits: true,
  },
  china: {
    name: "china",
    login: "https://login.partner.microsoftonline.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    exchange: "https://partner.outlook.cn",
    federationAudience: "api://AzureADTokenExchangeChina",
    pimForGroups: false,
    audits: false,
  },
};

export function isCloud(name: string): name is CloudName {
  return Object.hasOwn(CLOUDS, name);
}
