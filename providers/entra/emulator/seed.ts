/** ACME's directory: its people, a few groups of each sort, roles, and the applications that reach it. */
import { createHash } from "node:crypto";
import { ACME_DOMAIN, ACME_ENTRA, ACME_PEOPLE, ACME_TOKENS } from "../../shared/acme.ts";
import {
  DIRECTORY_READERS,
  EXCHANGE_ADMINISTRATOR,
  GLOBAL_ADMINISTRATOR,
  GROUPS_ADMINISTRATOR,
  HELPDESK_ADMINISTRATOR,
  PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
  PRIVILEGED_ROLE_ADMINISTRATOR,
  USER_ADMINISTRATOR,
} from "../roles.ts";
import { addEnterpriseApp } from "./applications.ts";
import { createTable } from "./lagging.ts";
import { createLinks } from "./links.ts";
import { addMethod } from "./methods.ts";
import { type App, DEFAULT_KNOBS, guid, nextId, type Properties, type Tenant } from "./tenant.ts";

/** Somebody at the admin center; sandbox only. */
export const ACTORS: Readonly<Record<string, string>> = { trent: "sandbox-entra-trent" };

export const ACCORD_APP = guid(0xacc0);
export const ACCORD_SECRET = "sandbox~entra~accord-app";
export const TENANT_ID = ACME_ENTRA.tenantId;

/** What a stack of groups and users takes (entra.md §2). */
export const ACCORD_ROLES: readonly string[] = [
  "AppRoleAssignment.ReadWrite.All",
  "Application.Read.All",
  "AuditLog.Read.All",
  "Domain.Read.All",
  "EntitlementManagement.ReadWrite.All",
  "Exchange.ManageAsApp",
  "Group.ReadWrite.All",
  "Organization.Read.All",
  "PrivilegedAssignmentSchedule.Read.AzureADGroup",
  "RoleManagement.ReadWrite.Directory",
  "User.ReadWrite.All",
  "UserAuthenticationMethod.ReadWrite.All",
];

/** What ConductorOne asks an administrator to consent to, as far as the sandbox's connector uses it. */
const C1_ROLES: readonly string[] = ["AuditLog.Read.All", "Directory.Read.All", "Group.ReadWrite.All"];

const YEAR = 365 * 24 * 3_600_000;
const P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
const GOVERNANCE = "e866a266-3cff-43a3-acca-0c90a7e00c8b";

const ROLES: Readonly<Record<string, string>> = {
  "Global Administrator": GLOBAL_ADMINISTRATOR,
  "Privileged Role Administrator": PRIVILEGED_ROLE_ADMINISTRATOR,
  "Privileged Authentication Administrator": PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
  "User Administrator": USER_ADMINISTRATOR,
  "Helpdesk Administrator": HELPDESK_ADMINISTRATOR,
  "Exchange Administrator": EXCHANGE_ADMINISTRATOR,
  "Groups Administrator": GROUPS_ADMINISTRATOR,
  "Directory Readers": DIRECTORY_READERS,
};

/** `now`: tenant time. Everything was there long before. */
export function seedTenant(now: number, wall: number): Tenant {
  const born = now - YEAR;
  const created = new Date(born).toISOString();
  const tenant: Tenant = {
    id: TENANT_ID,
    name: "ACME",
    domains: [
      { name: ACME_DOMAIN, isInitial: false, federated: false },
      { name: "acme.onmicrosoft.com", isInitial: true, federated: false },
      { name: "fed.acme.example", isInitial: false, federated: true },
    ],
    plans: [P2, GOVERNANCE],
    graph: "https://graph.microsoft.com",
    login: "https://login.microsoftonline.com",
    signingKey: createHash("sha256").update("sandbox signing key of ACME's directory").digest("base64url"),
    issuers: new Map(),
    apps: new Map(),
    users: createTable(),
    groups: createTable(),
    principals: createTable(),
    appRoleAssignments: createTable(),
    links: createLinks(),
    deleted: new Map(),
    roleDefinitions: Object.entries(ROLES).map(([displayName, id]) => ({
      id,
      displayName,
      templateId: id,
      isBuiltIn: true,
      isEnabled: true,
    })),
    roleAssignments: new Map(),
    roleSchedules: createTable(),
    roleRequests: new Map(),
    // ACME lets nobody be a Global Administrator for good by eligibility.
    rolePolicies: new Map([[GLOBAL_ADMINISTRATOR, { active: null, eligible: 365 }]]),
    methods: new Map(),
    lists: new Map(),
    entitlements: new Map(),
    activations: [],
    audits: [],
    spent: new Map(),
    knobs: { ...DEFAULT_KNOBS },
    rulesSettledAt: now - 1,
    sequence: 0x1000,
  };
  const ids = new Map<string, string>();
  for (const person of ACME_PEOPLE) {
    const id = nextId(tenant);
    ids.set(person.login, id);
    const properties = {
      id,
      displayName: `${person.firstName} ${person.lastName}`,
      givenName: person.firstName,
      surname: person.lastName,
      userPrincipalName: person.login,
      mail: person.login,
      mailNickname: person.login.split("@")[0],
      jobTitle: person.title,
      department: person.department,
      accountEnabled: true,
      userType: "Member",
      usageLocation: "US",
      businessPhones: [],
      onPremisesSyncEnabled: null,
      createdDateTime: created,
    };
    tenant.users.put(id, { properties, managerId: ids.get(person.manager ?? "") ?? null, password: null }, born);
  }
  // Managers that come later in the list.
  for (const person of ACME_PEOPLE) {
    const id = ids.get(person.login) ?? "";
    const row = tenant.users.now(id);
    const managerId = ids.get(person.manager ?? "");
    if (row !== undefined && managerId !== undefined) tenant.users.put(id, { ...row, managerId }, born + 1);
  }
  const idOf = (name: string): string => ids.get(`${name}@${ACME_DOMAIN}`) ?? "";
  const group = (
    name: string,
    properties: Properties,
    members: readonly string[],
    owners: readonly string[] = [],
  ): string => {
    const id = nextId(tenant);
    const whole = {
      id,
      displayName: name,
      mailNickname: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
      mailEnabled: false,
      securityEnabled: true,
      groupTypes: [],
      visibility: "Private",
      createdDateTime: created,
      onPremisesSyncEnabled: null,
      ...properties,
    };
    tenant.groups.put(id, whole, born);
    for (const to of members)
      tenant.links.set({ at: born, from: id, relation: "members", to: idOf(to), present: true });
    for (const to of owners) tenant.links.set({ at: born, from: id, relation: "owners", to: idOf(to), present: true });
    return id;
  };
  group(
    "Engineering",
    { description: "Everybody who builds" },
    ["ada", "grace", "linus", "alan", "edsger"],
    ["katherine"],
  );
  group("Sales", {}, ["mallory", "victor"], ["victor"]);
  group(
    "All company",
    { groupTypes: ["Unified"], mailEnabled: true, mail: `all@${ACME_DOMAIN}`, visibility: "Public" },
    ["ada", "mallory"],
    ["trent"],
  );
  group(
    "SRE (dynamic)",
    {
      groupTypes: ["DynamicMembership"],
      membershipRule: 'user.department -eq "SRE"',
      membershipRuleProcessingState: "On",
    },
    ["ada", "grace", "linus"],
  );
  group("Domain Users", { onPremisesSyncEnabled: true, onPremisesSamAccountName: "Domain Users" }, ["ada"]);
  const announcements = `announcements@${ACME_DOMAIN}`;
  const objectId = group("Announcements", { mailEnabled: true, securityEnabled: false, mail: announcements }, ["ada"]);
  const list = { id: nextId(tenant), objectId, name: "Announcements", alias: "announcements", address: announcements };
  const people = { owners: [idOf("trent")], members: [idOf("ada")] };
  tenant.lists.set(list.id, { ...list, ...people, security: false, hidden: false, synced: false, createdAt: born });
  const assign = (roleDefinitionId: string, principalId: string): void => {
    const id = nextId(tenant);
    tenant.roleAssignments.set(id, { id, principalId, roleDefinitionId, directoryScopeId: "/" });
  };
  assign(GLOBAL_ADMINISTRATOR, idOf("trent"));
  addMethod(tenant, idOf("ada"), "phone", true);
  addMethod(tenant, idOf("ada"), "microsoftAuthenticator");
  addMethod(tenant, idOf("ada"), "qrCodePin");
  addEnterpriseApp(tenant, born, { name: "Salesforce", roles: [{ value: "Standard User" }, { value: "Admin" }] });
  addEnterpriseApp(tenant, born, { name: "Wiki" });
  const accord = addApp(tenant, born, {
    appId: ACCORD_APP,
    name: "Accord",
    roles: ACCORD_ROLES,
    secrets: [{ name: "sandbox", value: ACCORD_SECRET, endsAt: wall + YEAR }],
  });
  assign(EXCHANGE_ADMINISTRATOR, accord.principalId);
  addApp(tenant, born, {
    appId: ACME_ENTRA.applicationOfC1,
    name: "ConductorOne",
    roles: C1_ROLES,
    secrets: [{ name: "connector", value: ACME_TOKENS.entraForC1, endsAt: wall + YEAR }],
  });
  return tenant;
}

export function addApp(tenant: Tenant, at: number, given: Partial<App>): App {
  const appId = given.appId ?? nextId(tenant);
  const app: App = {
    objectId: nextId(tenant),
    principalId: nextId(tenant),
    name: appId,
    roles: [],
    secrets: [],
    certificates: [],
    trusts: [],
    ...given,
    appId,
  };
  tenant.apps.set(appId, app);
  tenant.principals.put(
    app.principalId,
    { id: app.principalId, appId, displayName: app.name, servicePrincipalType: "Application" },
    at,
  );
  return app;
}
