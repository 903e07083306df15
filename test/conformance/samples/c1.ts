/** How valid specs of C1's kinds look. */
import type { Spec, Value } from "../../../engine/model.ts";
import type { Edit, Sample, Skips, Tenant } from "../subject.ts";
import { automation as workflow } from "./c1-automations.ts";
import { runByC1, selfHosted } from "./c1-connectors.ts";
import { reviewTemplate } from "./c1-reviews.ts";
import {
  appNamed,
  connectorIn,
  entitlementNamed,
  framework,
  policyNamed,
  profileNamed,
  riskLevel,
  SEVERAL,
  typeIn,
  webhookNamed,
} from "./c1-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const VICTOR = "victor@acme.example";

const grantPolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Grant", "grant");
const revokePolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Revoke", "revoke");
const certifyPolicy = async (_spec: Spec, tenant: Tenant): Promise<Value> => policyNamed(tenant, "Review", "certify");

const ownedBy: Edit = {
  from: async (_spec, tenant) => ({
    ownerEntitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
  }),
  to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
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
    ownerEntitlements: ownedBy,
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

const ticket = async (tenant: Tenant): Promise<Value> => ({
  by: "externalTicket",
  connector: await connectorIn(tenant, "one"),
  ticketConfig: "3AQk5jDz3iJUYc7A3gGW9rbzNRr",
  instructions: "Open it",
});
const calling = async (tenant: Tenant): Promise<Value> => ({
  by: "action",
  connector: await connectorIn(tenant, "one"),
  action: "enable_user",
  label: "Switch on",
});

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
    riskLevel: {
      from: async (_spec, tenant) => ({ riskLevel: await riskLevel(tenant, "Low") }),
      to: async (_spec, tenant) => riskLevel(tenant, "High"),
    },
    "riskLevel (taken away)": {
      from: async (_spec, tenant) => ({ riskLevel: await riskLevel(tenant, "Low") }),
      to: null,
    },
    complianceFrameworks: {
      from: async (_spec, tenant) => ({
        complianceFrameworks: [await framework(tenant, "SOX"), await framework(tenant, "HIPAA")],
      }),
      to: async (_spec, tenant) => [await framework(tenant, "HIPAA"), await framework(tenant, "PCI DSS")],
    },
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
      from: async (_spec, tenant) => ({ provision: { by: "webhook", webhook: await webhookNamed(tenant, "one") } }),
      to: async (_spec, tenant) => webhookNamed(tenant, "two"),
    },
    "provision.instructions": { to: "Open it wide" },
    "provision.assignees": {
      from: { provision: { by: "manual", instructions: "Open it", assignees: "appOwners" } },
      to: "manager",
    },
    "provision.users": { to: [GRACE, VICTOR] },
    "provision.group": {
      from: async (_spec, tenant) => ({
        provision: { by: "manual", assignees: "group", group: await entitlementNamed(tenant, "one") },
      }),
      to: async (_spec, tenant) => entitlementNamed(tenant, "two"),
    },
    "provision.cel": {
      from: { provision: { by: "manual", assignees: "expression", cel: ["appOwners"] } },
      to: ["c1.directory.users.v1.GetManagers(subject)", "appOwners"],
    },
    "provision.fallbackUsers": {
      from: { provision: { by: "manual", assignees: "manager", fallbackUsers: [ADA, GRACE] } },
      to: [GRACE, VICTOR],
    },
    "provision.allowReassignment": { to: true },
    "provision.ticketConfig": {
      from: async (_spec, tenant) => ({ provision: await ticket(tenant) }),
      to: "3AQk5ipI74PbXsUzVuyBA6oWzqi",
    },
    "provision.action": {
      from: async (_spec, tenant) => ({ provision: await calling(tenant) }),
      to: "disable_user",
    },
    "provision.label": {
      from: async (_spec, tenant) => ({ provision: await calling(tenant) }),
      to: "Switch off",
    },
    deprovision: { to: { by: "manual", instructions: "Take it back", assignees: "manager" } },
    "deprovision (by the connector)": {
      from: { deprovision: { by: "unconfigured" } },
      to: async (_spec, tenant) => ({ by: "deleteAccount", connector: await connectorIn(tenant, "one") }),
    },
    "deprovision (taken away)": { from: { deprovision: { by: "unconfigured" } }, to: null },
    "provision.implicit": {
      from: async (_spec, tenant) => ({ provision: { by: "delegated", to: await entitlementNamed(tenant, "one") } }),
      to: true,
    },
    "provision.to": {
      from: async (_spec, tenant) => ({ provision: { by: "delegated", to: await entitlementNamed(tenant, "one") } }),
      to: async (_spec, tenant) => entitlementNamed(tenant, "two"),
    },
    owners: { to: [GRACE, VICTOR] },
    ownerEntitlements: ownedBy,
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
    "keeps provision.ticketConfig byte for byte": "an id",
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
  skips: {
    ...SEVERAL,
    "tells the access of everybody whom it names": "an approver decides about access, and holds none",
  },
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
    ownerEntitlements: ownedBy,
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
  skips: {
    "lists 250 of them in a few calls": PER_PROFILE,
    "tells the access of everybody whom it names": "it names only whom it leaves out",
  },
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
  skips: { "tells the access of everybody whom it names": "whom it notifies holds nothing by it" },
};

/** Whoever is excluded owns it too, so that everybody whom it names has access to tell of. */
const group: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    displayName: `Group ${n}`,
    description: `The ${n}th`,
    owners: [ADA, GRACE],
    holders: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
    exclude: [ADA, GRACE],
    grantPolicy: await policyNamed(tenant, "Grant", "grant"),
    revokePolicy: await policyNamed(tenant, "Revoke", "revoke"),
    duration: "30d",
  }),
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  texts: { cel: (text) => `subject.department == ${JSON.stringify(text)}` },
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    owners: { to: [GRACE, VICTOR] },
    ownerEntitlements: ownedBy,
    holders: {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
    },
    "holders (emptied)": { to: [] },
    exclude: { to: [GRACE, VICTOR] },
    "exclude (emptied)": { to: [] },
    grantPolicy: { to: null },
    revokePolicy: { to: null },
    duration: { to: "standing" },
  },
  bulk: { spec: (n) => ({ displayName: `Group ${n}` }), calls: 8 },
  skips: SEVERAL,
};

const celGroup: Sample = {
  ...group,
  spec: (n) => ({
    displayName: `Group ${n}`,
    owners: [ADA, GRACE],
    cel: 'subject.department == "SRE"',
    exclude: [ADA, GRACE],
  }),
  edits: { cel: { to: 'subject.department == "Sales"' }, "cel (taken away)": { to: null } },
};

const PER_APP = "settings can only be asked of one app at a time (c1.md §6.5)";
const FORM = "3AQk5jDz3iJUYc7A3gGW9rbzNRr";

const appSettings: Sample = {
  spec: async (n, tenant) => {
    const app = await appNamed(tenant, `System ${n}`);
    return {
      app,
      rules: [
        {
          name: "Risky",
          when: 'entitlement.risk_level_value_id != ""',
          policy: await policyNamed(tenant, "Grant", "grant"),
        },
        { name: "Rest", description: "Everything else", maxDuration: "30d", enabled: false },
      ],
      defaults: {
        enabled: true,
        resourceTypes: [await typeIn(tenant, app, "Role"), await typeIn(tenant, app, "Team")],
        profiles: [await profileNamed(tenant, "One"), await profileNamed(tenant, "Two")],
        policy: await policyNamed(tenant, "Grant", "grant"),
        duration: "8h",
        emergencyGrant: { enabled: true, policy: await policyNamed(tenant, "Emergency", "grant") },
        form: FORM,
      },
      usage: { notify: true, notifyAfterDays: 30, revoke: true, revokeAfterDays: 60 },
    };
  },
  edits: {
    rules: {
      to: [
        { name: "Rest", description: "All of it", form: FORM },
        { name: "Risky", enabled: false },
      ],
    },
    "rules (others)": {
      to: [
        { name: "New", when: 'entitlement.description == "x"' },
        { name: "Rest", emergencyGrant: { enabled: true, policy: null } },
      ],
    },
    "rules (emptied)": { to: [] },
    "defaults.enabled": { to: false },
    "defaults.resourceTypes": {
      to: async (spec, tenant) => [
        await typeIn(tenant, { id: idOf(spec.app) }, "Team"),
        await typeIn(tenant, { id: idOf(spec.app) }, "Safe"),
      ],
    },
    "defaults.profiles": {
      to: async (_spec, tenant) => [await profileNamed(tenant, "Two"), await profileNamed(tenant, "Three")],
    },
    "defaults.policy": { to: null },
    "defaults.duration": { to: "standing" },
    "defaults.emergencyGrant.enabled": { to: false },
    "defaults.emergencyGrant.policy": { to: null },
    "defaults.form": { to: null },
    "usage.notify": { to: false },
    "usage.notifyAfterDays": { to: 10 },
    "usage.revoke": { to: false },
    "usage.revokeAfterDays": { to: 20 },
  },
  skips: {
    "lists 250 of them in a few calls": PER_APP,
    "keeps defaults.form byte for byte": "an id",
    "tells whose it is or since when, so that a lost create is found again":
      "they are there as long as the app, and setting them twice is the same as once",
  },
};

function idOf(value: Value | undefined): string {
  return typeof value === "object" && value !== null && "id" in value ? String(value.id) : "";
}

const webhook: Sample = {
  spec: (n) => ({
    displayName: `Webhook ${n}`,
    url: `https://hooks.acme.example/${n}`,
    description: `The ${n}th`,
    callbackTimeout: "2d",
  }),
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    url: { to: "https://hooks.acme.example/another" },
    description: { to: "Another description" },
    callbackTimeout: { to: "30d" },
  },
  skips: SEVERAL,
};

const vault: Sample = {
  spec: (n) => ({
    displayName: `Vault ${n}`,
    description: `The ${n}th`,
    access: "magic",
    magic: { allowUnauthenticated: true, views: 3 },
    owners: [ADA, GRACE],
  }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    "magic.allowUnauthenticated": { to: false },
    "magic.views": { to: 0 },
  },
};

const attributes: Sample = {
  spec: (n) => ({ value: `Value ${n}` }),
  lookup: ({ value = "" }) => ({ value }),
  edits: {},
  skips: SEVERAL,
};

export const kinds: Readonly<Record<string, Sample>> = {
  app,
  connector: runByC1,
  "connector (self-hosted)": selfHosted,
  entitlement,
  policy,
  "access-profile": profile,
  "membership-automation": automation,
  "membership-automation (by expression)": celAutomation,
  "access-conflict": conflict,
  group,
  "group (by expression)": celGroup,
  "app-settings": appSettings,
  automation: workflow,
  webhook,
  "risk-level": attributes,
  "compliance-framework": attributes,
  vault,
  "access-review-template": reviewTemplate,
};

export const skips: Skips = {};
