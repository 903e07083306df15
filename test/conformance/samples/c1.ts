/** ConductorOne's tenant, and how valid specs of its kinds look. */
import type { Spec, Value } from "../../../engine/model.ts";
import { type C1Emulator, createC1Emulator } from "../../../providers/c1/emulator.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import { ACME_TOKENS } from "../../../providers/shared/acme.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { Sample, Skips, System, Tenant } from "../subject.ts";

const TOLERATED: readonly Tolerance[] = [
  { mismatch: /^POST \/auth\/v1\/token: not in/, reason: "the description leaves signing in out (c1.md §1)" },
  { mismatch: / response 40[14]: status not in/, reason: "the description has answers of status 200 only (c1.md §2)" },
  {
    mismatch: /automation\/exclusions request query page_size: not in/,
    reason: "lists page without saying so in the description (c1.md §2)",
  },
];

export const system: System = {
  create: createC1Emulator,
  neighbours: [createOktaEmulator, createPagerdutyEmulator],
  settings: ({ settings }) => settings,
  administrator: async (emulator) => ({ authorization: `Bearer ${await tokenOf(emulator)}` }),
  reads: [
    /^POST \/auth\/v1\/token$/,
    /^POST \/api\/v1\/search\//,
    /^POST \/api\/v1\/(systemlog\/events|connectorcatalog|appentitlementmonitorbinding\/get)$/,
  ],
  tooMany: (_now, wait) =>
    new Response(JSON.stringify({ code: 8, message: "too many requests", details: [] }), {
      status: 429,
      headers: { "content-type": "application/json", "retry-after": String(Math.ceil(wait / 1000)) },
    }),
  blind(emulator) {
    const { clientId, clientSecret } = c1Of(emulator).addPrincipal({ roles: ["Basic User"] });
    return { clientId, clientSecret };
  },
  description: { file: "c1.openapi.yaml", tolerances: TOLERATED },
};

function c1Of(emulator: Emulator): C1Emulator {
  if (isC1(emulator)) return emulator;
  throw new Error("This is not C1's emulator");
}

function isC1(emulator: Emulator): emulator is C1Emulator {
  return "addPrincipal" in emulator;
}

async function tokenOf({ fetch, host, settings }: Emulator): Promise<string> {
  const { clientId = "", clientSecret = "" } = settings;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const request = new Request(`https://${host}/auth/v1/token`, { method: "POST", body: new URLSearchParams(form) });
  return textAt(await (await fetch(request)).json(), "access_token");
}

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const VICTOR = "victor@acme.example";

type Ref = { readonly id: string };

/** An app by hand. */
function appNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`app ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/apps", { displayName });
    return { id: textAt(body, "app", "id") };
  });
}

/** An entitlement of that app, with the resource that it is of. */
function entitlementNamed(tenant: Tenant, name: string): Promise<Ref> {
  return tenant.once(`entitlement ${name}`, async () => {
    const { id: appId } = await appNamed(tenant, "Vault");
    const typeId = await tenant.once("type", async () => {
      const type = { displayName: "Safe", resourceType: "CUSTOM" };
      const body = await tenant.call("POST", `/api/v1/apps/${appId}/resource_types`, type);
      return textAt(body, "appResourceType", "id");
    });
    const resources = `/api/v1/apps/${appId}/resource_types/${typeId}/resources`;
    const resource = await tenant.call("POST", resources, { displayName: name });
    const body = await tenant.call("POST", `/api/v1/apps/${appId}/entitlements`, {
      displayName: name,
      slug: "opener",
      appResourceTypeId: typeId,
      appResourceId: textAt(resource, "appResource", "id"),
    });
    return { id: `${appId}/${textAt(body, "appEntitlementView", "appEntitlement", "id")}` };
  });
}

function policyNamed(tenant: Tenant, displayName: string, type: "grant" | "revoke" | "certify"): Promise<Ref> {
  return tenant.once(`policy ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/policies", {
      displayName,
      policyType: `POLICY_TYPE_${type.toUpperCase()}`,
      policySteps: { [type]: { steps: [{ accept: { acceptMessage: "" } }] } },
    });
    return { id: textAt(body, "policy", "id") };
  });
}

function profileNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`profile ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/catalogs", { displayName });
    return { id: textAt(body, "requestCatalogView", "requestCatalog", "id") };
  });
}

function textAt(value: unknown, ...path: readonly string[]): string {
  let found = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  if (typeof found !== "string") throw new Error(`No text at ${path.join(".")} of ${JSON.stringify(value)}`);
  return found;
}

/** A connector of that app, which somebody hosts. */
function connectorIn(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`connector ${displayName}`, async () => {
    const { id: appId } = await appNamed(tenant, "Vault");
    const catalogId = "2HErg7BRmNdHgX8sTCWVq4E1fyh";
    const body = await tenant.call("POST", `/api/v1/apps/${appId}/connectors`, { catalogId, displayName });
    return { id: `${appId}/${textAt(body, "connectorView", "connector", "id")}` };
  });
}

const grantPolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Grant", "grant");
const revokePolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Revoke", "revoke");
const certifyPolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Review", "certify");

const SEVERAL = {
  "is not made twice": "uniqueness is nowhere promised (c1.md §3); planning finds the first one and refuses",
};

const app: Sample = {
  marked: true,
  spec: (n) => ({
    displayName: `App ${n}`,
    description: `The ${n}th`,
    owners: [ADA, GRACE],
    identityMatching: "strict",
    instructions: "Ask nicely",
    monthlyCostUsd: 7,
    strictAccessProvisioning: false,
    connectorOwnership: true,
    revokeGrantSources: true,
  }),
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    "description (emptied)": { to: "" },
    grantPolicy: { to: grantPolicy },
    "grantPolicy (taken away)": {
      from: async (_spec, tenant) => ({ grantPolicy: await policyNamed(tenant, "Grant", "grant") }),
      to: null,
    },
    revokePolicy: { to: revokePolicy },
    certifyPolicy: { to: certifyPolicy },
    owners: { to: [GRACE, VICTOR] },
    identityMatching: { to: "display_name" },
    instructions: { to: "Ask again" },
    monthlyCostUsd: { to: 0 },
    strictAccessProvisioning: { to: true },
    connectorOwnership: { to: false },
    revokeGrantSources: { to: false },
  },
  bulk: { spec: (n) => ({ displayName: `App ${n}` }) },
  skips: SEVERAL,
};

const entitlement: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    app: await appNamed(tenant, "Vault"),
    resource: { type: "Role", name: `role-${n}` },
    slug: "assigned",
    displayName: `Role ${n}`,
    description: `The ${n}th`,
    alias: `role-${n}`,
    purpose: "assignment",
    emergencyGrant: { enabled: true, policy: await policyNamed(tenant, "Emergency", "grant") },
    duration: "8h",
    provision: { by: "manual", instructions: "Open it", assignees: "users", users: [ADA, GRACE] },
    owners: [ADA, GRACE],
  }),
  lookup: ({ app: of = "", resource = "", slug = "" }) => ({ app: of, resource, slug }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    alias: { to: "another" },
    purpose: { to: "permission" },
    grantPolicy: { to: grantPolicy },
    revokePolicy: { to: revokePolicy },
    certifyPolicy: { to: certifyPolicy },
    "emergencyGrant.enabled": { to: false },
    "emergencyGrant.policy": { to: grantPolicy },
    duration: { to: "30d" },
    "duration (without end)": { to: "standing" },
    overrideAppDefaults: { to: true },
    "provision.by": {
      from: { provision: { by: "connector" } },
      to: "unconfigured",
      moves: ["provision.connector"],
    },
    "provision.connector": {
      from: async (_spec, tenant) => ({ provision: { by: "connector", connector: await connectorIn(tenant, "one") } }),
      to: async (_spec, tenant) => connectorIn(tenant, "two"),
    },
    "provision.webhook": {
      from: { provision: { by: "webhook", webhook: "3AQk5jDz3iJUYc7A3gGW9rbzNRr" } },
      to: "3AQk5ipI74PbXsUzVuyBA6oWzqi",
    },
    "provision.instructions": { to: "Open it wide" },
    "provision.assignees": {
      from: { provision: { by: "manual", instructions: "Open it", assignees: "appOwners" } },
      to: "manager",
    },
    "provision.users": { to: [GRACE, VICTOR] },
    "provision.to": {
      from: async (_spec, tenant) => ({ provision: { by: "delegated", to: await entitlementNamed(tenant, "one") } }),
      to: async (_spec, tenant) => entitlementNamed(tenant, "two"),
    },
    owners: { to: [GRACE, VICTOR] },
  },
  bulk: {
    spec: async (n, tenant) => ({
      app: await appNamed(tenant, "Vault"),
      resource: { type: "Role", name: `role-${n}` },
      slug: "assigned",
    }),
    calls: 11,
  },
  skips: {
    ...SEVERAL,
    "keeps provision.webhook byte for byte": "an id",
    "changes riskLevel alone": "the emulated tenant has no risk levels",
  },
};

const policy: Sample = {
  marked: true,
  spec: (n) => ({
    displayName: `Policy ${n}`,
    description: `The ${n}th`,
    type: "grant",
    steps: [{ approval: { users: { users: [ADA, GRACE] } } }, { wait: { name: "Cool down", duration: "1h" } }],
    branches: { fast: [{ accept: { message: "Welcome" } }], never: [{ reject: { message: "No" } }] },
    // biome-ignore lint/suspicious/noThenProperty: the schema's word; a text is never mistaken for a promise.
    rules: [{ when: 'subject.department == "SRE"', then: "fast" }],
  }),
  always: ["steps"],
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    steps: { to: [{ accept: { message: "" } }] },
    "steps (other people)": { to: [{ approval: { users: { users: [VICTOR] } } }] },
    branches: {
      to: {
        fast: [{ accept: { message: "Hello" } }],
        slow: [{ wait: { name: "Later", duration: "2h" } }],
        never: [{ reject: {} }],
      },
    },
    rules: {
      to: [
        // biome-ignore lint/suspicious/noThenProperty: the schema's word.
        { when: "true", then: "never" },
        // biome-ignore lint/suspicious/noThenProperty: the schema's word.
        { when: 'subject.department == "SRE"', then: "fast" },
      ],
    },
    "rules (emptied)": { to: [] },
    remediateImmediately: {
      from: { type: "certify", rules: [], branches: {}, remediateImmediately: false },
      to: true,
    },
  },
  bulk: { spec: (n) => ({ displayName: `Policy ${n}`, type: "grant", steps: [{ accept: { message: "" } }] }) },
  skips: SEVERAL,
};

const profile: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    displayName: `Profile ${n}`,
    description: `The ${n}th`,
    owners: [ADA, GRACE],
    entitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
    requests: {
      enabled: true,
      visibleTo: [await entitlementNamed(tenant, "three"), await entitlementNamed(tenant, "four")],
    },
    joiner: {
      approvalPolicy: await policyNamed(tenant, "Grant", "grant"),
      entitlementPolicies: "bypass",
      maxDuration: "30d",
    },
    leaver: {
      access: "revoke-unjustified",
      revocationPolicy: await policyNamed(tenant, "Revoke", "revoke"),
      entitlementPolicies: "bypass",
    },
  }),
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    owners: { to: [GRACE, VICTOR] },
    entitlements: {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
    },
    "entitlements (emptied)": { to: [] },
    "requests.enabled": { from: { requests: { enabled: true, visibleTo: [] } }, to: false },
    "requests.visibleToEveryone": { from: { requests: { enabled: true, visibleTo: [] } }, to: true },
    "requests.visibleTo": {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "four"), await entitlementNamed(tenant, "one")],
    },
    "requests.bundle": { to: true },
    "joiner.approvalPolicy": { to: null },
    "joiner.entitlementPolicies": { to: "enforce" },
    "joiner.maxDuration": { to: "standing" },
    "leaver.access": { to: "leave" },
    "leaver.revocationPolicy": { to: null },
    "leaver.entitlementPolicies": { to: "enforce" },
  },
  bulk: { spec: (n) => ({ displayName: `Profile ${n}` }) },
  skips: {
    ...SEVERAL,
    "lists 250 of them in a few calls": "visibility and members take a call for each profile (c1.md §3)",
  },
};

const PER_PROFILE = "an automation can only be asked of its profile (c1.md §5.4)";

const automation: Sample = {
  spec: async (n, tenant) => ({
    profile: await profileNamed(tenant, `Profile ${n}`),
    holders: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
    exclude: [ADA, GRACE],
    enabled: false,
    grantAndRevoke: true,
    circuitBreaker: { percent: 30, enforceOnSmallProfiles: true },
  }),
  always: ["holders"],
  texts: { cel: (text) => `subject.department == ${JSON.stringify(text)}` },
  edits: {
    holders: {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
    },
    exclude: { to: [GRACE, VICTOR] },
    "exclude (emptied)": { to: [] },
    enabled: { to: true },
    grantAndRevoke: { to: false },
    "circuitBreaker.percent": { to: 50 },
    "circuitBreaker.enforceOnSmallProfiles": { to: false },
    "circuitBreaker.disabled": { to: true },
  },
  skips: { "lists 250 of them in a few calls": PER_PROFILE },
};

const celAutomation: Sample = {
  ...automation,
  spec: async (n, tenant) => ({
    profile: await profileNamed(tenant, `Profile ${n}`),
    cel: 'subject.department == "SRE"',
    exclude: [ADA],
    enabled: false,
    grantAndRevoke: true,
  }),
  always: ["cel"],
  edits: { cel: { to: 'subject.department == "Sales"' } },
};

const conflict: Sample = {
  spec: async (n, tenant) => ({
    displayName: `Conflict ${n}`,
    description: `The ${n}th`,
    groupA: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
    groupB: [await entitlementNamed(tenant, "three"), await entitlementNamed(tenant, "four")],
    notifications: {
      email: { enabled: true, people: [ADA, GRACE] },
      slack: { enabled: true, channelId: "C01", channelName: "sod" },
    },
  }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    groupA: {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "five")],
    },
    groupB: { to: async (_spec, tenant) => [await entitlementNamed(tenant, "three")] },
    "notifications.email.enabled": { to: false },
    "notifications.email.people": { to: [GRACE, VICTOR] },
    "notifications.slack.enabled": { to: false },
    "notifications.slack.channelId": { to: "C02" },
    "notifications.slack.channelName": { to: "audit" },
  },
};

const PER_APP = "connectors can only be asked of one app at a time (c1.md §8)";

const hosted: Sample = {
  spec: async (n, tenant) => ({
    app: await appNamed(tenant, `System ${n}`),
    integration: "baton",
    displayName: `Connector ${n}`,
    description: `The ${n}th`,
    owners: [ADA, GRACE],
    schedule: { cron: "0 * * * *", timezone: "UTC" },
  }),
  lookup: ({ app: of = "", displayName = "" }) => ({ app: of, name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    owners: { to: [GRACE, VICTOR] },
    "schedule.cron": { to: "30 * * * *" },
    "schedule.timezone": { to: "Europe/Paris" },
  },
  skips: { ...SEVERAL, "lists 250 of them in a few calls": PER_APP },
};

const OF_OTHERS = ["auth", "tenantId", "clientId", "skipAdGroups", "graphDomain", "signInActivity"].concat([
  "scheduleScimProvisioning",
  "disableAuditLogFeed",
  "subdomain",
  "email",
  "orgs",
]);

const run: Sample = {
  spec: async (n, tenant) => ({
    app: await appNamed(tenant, `System ${n}`),
    integration: "okta_v2",
    displayName: `Connector ${n}`,
    owners: [ADA, GRACE],
    config: { domain: "acme.okta.com", apiToken: ACME_TOKENS.oktaForC1, syncCustomRoles: true },
  }),
  // Settings are replaced whole, and the token can only come from the document.
  always: ["config"],
  lookup: ({ app: of = "", displayName = "" }) => ({ app: of, name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    "config.syncCustomRoles": { to: false },
    "config.skipSecondaryEmails": { to: true },
    "config.syncSecrets": { to: true },
    extraConfig: { from: { extraConfig: { okta_skip_app_groups: "false" } }, to: { okta_skip_app_groups: "true" } },
  },
  skips: {
    ...SEVERAL,
    "lists 250 of them in a few calls": PER_APP,
    "changes config.domain alone": "there is one emulated Okta, and a connector that reaches nobody cannot be proven",
    ...Object.fromEntries(
      OF_OTHERS.map((field) => [
        `changes config.${field} alone`,
        "its system is not emulated, so nothing would be proven",
      ]),
    ),
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  app,
  connector: run,
  "connector (self-hosted)": hosted,
  entitlement,
  policy,
  "access-profile": profile,
  "membership-automation": automation,
  "membership-automation (by expression)": celAutomation,
  "access-conflict": conflict,
};

export const skips: Skips = {};
