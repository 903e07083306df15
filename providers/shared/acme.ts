/**
 * The company that every sandbox tenant is seeded with, so that the same people appear in each system. The story:
 * Ada is on call for the schedule "Primary"; Grace takes over next; whoever is on call reaches production.
 */
export interface AcmePerson {
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly department: string;
  readonly title: string;
  /** Login of the manager. */
  readonly manager?: string;
}

export const ACME_DOMAIN = "acme.example";

export const ACME_PEOPLE: readonly AcmePerson[] = [
  person("katherine", "Katherine", "Johnson", "Engineering", "VP Engineering"),
  person("ada", "Ada", "Lovelace", "SRE", "Staff SRE", "katherine"),
  person("grace", "Grace", "Hopper", "SRE", "Senior SRE", "katherine"),
  person("linus", "Linus", "Pauling", "SRE", "SRE", "ada"),
  person("alan", "Alan", "Turing", "Engineering", "Software Engineer", "katherine"),
  person("edsger", "Edsger", "Dijkstra", "Engineering", "Software Engineer", "katherine"),
  person("mallory", "Mallory", "Mallard", "Sales", "Account Executive", "victor"),
  person("victor", "Victor", "Hugo", "Sales", "Head of Sales"),
  person("rosalind", "Rosalind", "Franklin", "Support", "Support Lead"),
  person("trent", "Trent", "Admin", "IT", "Identity Administrator"),
];

/** Public host names of the emulated tenants. */
export const ACME_HOSTS = {
  okta: "acme.okta.com",
  c1: "acme.conductor.one",
  entra: "graph.microsoft.com",
  entraLogin: "login.microsoftonline.com",
  entraExchange: "outlook.office365.com",
  zendesk: "acme.zendesk.com",
  pagerduty: "api.pagerduty.com",
  opsgenie: "api.opsgenie.com",
} as const;

/** On call now, and in this order, a week each, handing over on Mondays at 09:00 UTC. */
export const ACME_ROTATION: readonly string[] = ["ada", "grace", "linus"].map((name) => `${name}@${ACME_DOMAIN}`);

function person(
  name: string,
  firstName: string,
  lastName: string,
  department: string,
  title: string,
  manager?: string,
): AcmePerson {
  const base = { login: `${name}@${ACME_DOMAIN}`, firstName, lastName, department, title };
  return manager === undefined ? base : { ...base, manager: `${manager}@${ACME_DOMAIN}` };
}

/** Credentials that C1's connectors hold for the other tenants, seeded or made by a stack. Sandbox only. */
export const ACME_TOKENS = {
  oktaForC1: "00sandbox-okta-for-c1",
  pagerdutyForC1: "sandbox-pagerduty-for-c1",
  opsgenieForC1: "sandbox-opsgenie-for-c1",
  zendeskForC1: "sandbox-zendesk-for-c1",
  entraForC1: "sandbox~entra~for-c1",
} as const;

/** Directory id in Entra, and the application that C1's connector signs in as there. */
export const ACME_ENTRA = {
  tenantId: "acc0fd00-0000-4000-8000-00000000acce",
  applicationOfC1: "acc0fd00-0000-4000-8000-0000000000c1",
} as const;

/** PagerDuty's id of the schedule "Primary". */
export const ACME_SCHEDULE_ID = "PJ7K2QX";
/** Opsgenie's, for the same people. */
export const ACME_OPSGENIE_SCHEDULE_ID = "d875a654-9b4e-4219-a803-0c26936d18de";
