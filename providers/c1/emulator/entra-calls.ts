/** How the Entra connector asks: a token by client secret, then Graph's pages (entra.md §1, §3.1). */
import { isFields } from "../../shared/narrow.ts";
import { ConnectorError, call, type Item, textOf } from "./connector-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Tenant } from "./tenant.ts";

/** Graph's host, which is all that the settings name → where that cloud signs in. */
const LOGINS: Readonly<Record<string, string>> = {
  "graph.microsoft.com": "login.microsoftonline.com",
  "graph.microsoft.us": "login.microsoftonline.us",
  "dod-graph.microsoft.us": "login.microsoftonline.us",
  "microsoftgraph.chinacloudapi.cn": "login.partner.microsoftonline.cn",
};

/** Calls of one sync or one grant, with one token for all of them. */
export interface EntraSession {
  /** Whole, page by page. */
  list(path: string): Promise<readonly Item[]>;
  send(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void>;
  /** How a body names an object. */
  objectUrl(id: string): string;
}

export async function entraSession(tenant: Tenant, connector: ConnectorRow): Promise<EntraSession> {
  const graph = connector.configuration.entra_graph_domain || "graph.microsoft.com";
  const base = `https://${graph}/v1.0`;
  const authorization = `Bearer ${await tokenFor(tenant, connector, graph)}`;
  return {
    async list(path) {
      const items: Item[] = [];
      let url: string | undefined = `${base}${path}`;
      while (url !== undefined) {
        const body: unknown = await (await call(tenant, { authorization, url })).json();
        if (!isFields(body) || !Array.isArray(body.value)) throw new ConnectorError(`${path} did not answer a list`);
        items.push(...body.value.filter(isFields));
        url = textOf(body, "@odata.nextLink") || undefined;
      }
      return items;
    },
    async send(method, path, body) {
      await call(tenant, { authorization, body, method, url: `${base}${path}` });
    },
    objectUrl: (id) => `${base}/directoryObjects/${id}`,
  };
}

async function tokenFor(tenant: Tenant, { configuration }: ConnectorRow, graph: string): Promise<string> {
  const login = LOGINS[graph];
  if (login === undefined) throw new ConnectorError(`${graph} is not a host of Microsoft Graph`);
  const response = await call(tenant, {
    method: "POST",
    url: `https://${login}/${configuration.entra_tenant_id ?? ""}/oauth2/v2.0/token`,
    form: {
      client_id: configuration.entra_client_id ?? "",
      client_secret: configuration.entra_client_secret ?? "",
      grant_type: "client_credentials",
      scope: `https://${graph}/.default`,
    },
  });
  return textOf(await response.json(), "access_token");
}
