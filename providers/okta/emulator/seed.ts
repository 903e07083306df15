/** The tenant "acme" as every sandbox starts: the company's people, a few groups and apps, and who may call. */
import { generateKeyPairSync } from "node:crypto";
import { ACME_HOSTS, ACME_PEOPLE, ACME_TOKENS, type AcmePerson } from "../../shared/acme.ts";
import { base32 } from "./base32.ts";
import { emptyTenant } from "./empty-tenant.ts";
import type { App, Client, Group, Membership, Tenant, User } from "./tenant.ts";
import { nextId, timestamp } from "./tenant.ts";

/** Every scope that the product may ask for (okta.md §1.6). */
export const ALL_SCOPES: readonly string[] = [
  ...["apps", "users", "groups", "roles", "schemas", "userTypes", "appGrants", "principalRateLimits"].flatMap(
    (area) => [`okta.${area}.read`, `okta.${area}.manage`],
  ),
  "okta.logs.read",
  "okta.orgs.read",
  "okta.apiTokens.read",
];

export const ACCORD_CLIENT = "0oa1accordsandbox000";
export const DPOP_CLIENT = "0oa1accorddpop000000";

/** Tokens of people who change things by hand; fixed, so that they can be quoted. */
export const ACTOR_TOKENS: Readonly<Record<string, string>> = {
  trent: "00sandbox-okta-trent",
  conductorone: ACME_TOKENS.oktaForC1,
};

export interface Seeded {
  readonly tenant: Tenant;
  /** The seeded clients' private key, as a JWK in JSON. */
  readonly privateKey: string;
}

export function seedTenant(now: number): Seeded {
  const tenant = emptyTenant(ACME_HOSTS.okta.split(".")[0] ?? "acme", now);
  for (const person of ACME_PEOPLE) addPerson(tenant, person, now);
  const service = addUser(tenant, now, {
    login: "conductorone@acme.example",
    email: "conductorone@acme.example",
    firstName: "ConductorOne",
    lastName: "Service",
  });
  const byName = (name: string): User => person(tenant, name);
  for (const admin of [byName("trent"), service]) assignRole(tenant, `users/${admin.id}`, "SUPER_ADMIN", now);

  addGroup(tenant, now, "BUILT_IN", "Everyone", "All users in your organization");
  addGroup(
    tenant,
    now,
    "BUILT_IN",
    "Okta Administrators",
    "Okta manages this group, which contains all administrators",
  );
  const engineering = addGroup(tenant, now, "OKTA_GROUP", "engineering", "Everybody in Engineering, by rule");
  const support = addGroup(tenant, now, "OKTA_GROUP", "support", "Customer support");
  const ruleId = nextId(tenant, "0pr");
  const at = timestamp(now);
  tenant.rules.set(ruleId, {
    id: ruleId,
    name: "engineering",
    status: "ACTIVE",
    created: at,
    lastUpdated: at,
    expression: 'user.department=="Engineering"',
    excludedUsers: [],
    excludedGroups: [],
    groupIds: [engineering.id],
  });
  for (const user of tenant.users.values()) {
    if (user.profile.department === "Engineering") join(tenant, engineering, user, { direct: false, rules: [ruleId] });
  }
  join(tenant, support, byName("rosalind"), { direct: true, rules: [] });
  for (const [label, name] of [
    ["AWS", "amazon_aws"],
    ["GitHub", "githubcloud"],
    ["PagerDuty", "pagerduty"],
  ] as const) {
    addApp(tenant, now, { id: nextId(tenant, "0oa"), name, label, signOnMode: "SAML_2_0" });
  }

  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const named = { kid: "accord-sandbox", alg: "ES256", use: "sig" };
  const keys = [{ ...pair.publicKey.export({ format: "jwk" }), ...named }];
  const accord = { id: ACCORD_CLIENT, label: "Accord", keys, scopes: ALL_SCOPES, dpop: false };
  addClient(tenant, now, accord, ["SUPER_ADMIN"]);
  addClient(tenant, now, { ...accord, id: DPOP_CLIENT, label: "Accord DPoP", dpop: true }, ["SUPER_ADMIN"]);
  for (const [actor, token] of Object.entries(ACTOR_TOKENS)) {
    const owner = actor === "trent" ? byName("trent") : service;
    tenant.apiTokens.set(token, { id: nextId(tenant, "00T"), userId: owner.id, name: actor, created: at });
  }
  return { tenant, privateKey: JSON.stringify({ ...pair.privateKey.export({ format: "jwk" }), ...named }) };
}

/** A service app and the client behind it, with the admin roles it is to hold. */
export function addClient(tenant: Tenant, now: number, client: Client, roles: readonly string[]): void {
  tenant.clients.set(client.id, client);
  addApp(
    tenant,
    now,
    { id: client.id, name: "oidc_client", label: client.label, signOnMode: "OPENID_CONNECT" },
    {
      settings: {
        oauthClient: {
          application_type: "service",
          grant_types: ["client_credentials"],
          response_types: ["token"],
          dpop_bound_access_tokens: client.dpop,
          jwks: {
            keys: client.keys.map((key) => ({
              ...key,
              status: "ACTIVE",
              created: timestamp(now),
              lastUpdated: timestamp(now),
            })),
          },
        },
      },
    },
  );
  for (const role of roles) assignRole(tenant, `clients/${client.id}`, role, now);
}

export function addApp(
  tenant: Tenant,
  now: number,
  app: Pick<App, "id" | "name" | "label" | "signOnMode">,
  document: App["document"] = {},
): App {
  const at = timestamp(now);
  const added: App = { ...app, status: "ACTIVE", created: at, lastUpdated: at, document };
  tenant.apps.set(app.id, added);
  return added;
}

export function addUser(tenant: Tenant, now: number, profile: User["profile"]): User {
  const at = timestamp(now);
  const user: User = {
    id: nextId(tenant, "00u"),
    status: "ACTIVE",
    created: at,
    activated: at,
    statusChanged: at,
    lastLogin: null,
    lastUpdated: at,
    passwordChanged: at,
    typeId: tenant.userTypeId,
    profile,
    provider: { type: "OKTA", name: "OKTA" },
  };
  tenant.users.set(user.id, user);
  return user;
}

export function addGroup(
  tenant: Tenant,
  now: number,
  type: Group["type"],
  name: string,
  description: string | null,
): Group {
  const at = timestamp(now);
  const group: Group = {
    id: nextId(tenant, "00g"),
    type,
    objectClass: [type === "APP_GROUP" ? "okta:windows_security_principal" : "okta:user_group"],
    created: at,
    lastUpdated: at,
    lastMembershipUpdated: at,
    profile: { name, description },
  };
  tenant.groups.set(group.id, group);
  return group;
}

export function assignRole(tenant: Tenant, principal: string, type: string, now: number): void {
  const at = timestamp(now);
  const held = tenant.roles.get(principal) ?? [];
  tenant.roles.set(principal, [...held, { id: base32(type), type, created: at, lastUpdated: at }]);
}

function addPerson(
  tenant: Tenant,
  { login, firstName, lastName, department, title, manager }: AcmePerson,
  now: number,
): User {
  const above = ACME_PEOPLE.find((candidate) => candidate.login === manager);
  return addUser(tenant, now, {
    login,
    email: login,
    firstName,
    lastName,
    displayName: `${firstName} ${lastName}`,
    department,
    title,
    ...(above === undefined ? {} : { managerId: above.login, manager: `${above.firstName} ${above.lastName}` }),
  });
}

function person(tenant: Tenant, name: string): User {
  for (const user of tenant.users.values()) if (String(user.profile.login).startsWith(`${name}@`)) return user;
  throw new Error(`Nobody is called ${name}`);
}

function join(tenant: Tenant, group: Group, user: User, membership: Membership): void {
  const members = tenant.members.get(group.id) ?? new Map<string, Membership>();
  members.set(user.id, membership);
  tenant.members.set(group.id, members);
}
