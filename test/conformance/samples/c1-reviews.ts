/** Templates of access reviews: every question of a scope, each by one of its arms. */
import type { Spec } from "../../../engine/model.ts";
import type { Sample, Tenant } from "../subject.ts";
import { entitlementNamed, framework, policyNamed, riskLevel } from "./c1-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const VICTOR = "victor@acme.example";

/** Another arm of one part of the scope, to begin with. */
const scoped =
  (part: string, arm: (tenant: Tenant) => Promise<Spec> | Spec) => async (_spec: Spec, tenant: Tenant) => ({
    scope: { [part]: await arm(tenant) },
  });
const criteria = scoped("users", async (tenant) => ({
  by: "criteria",
  statuses: ["enabled", "disabled"],
  managers: [ADA, GRACE],
  groups: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
  attributes: { team: ["red", "blue"], site: ["Paris"] },
}));
const attributes = scoped("apps", async (tenant) => ({
  by: "criteria",
  riskLevels: [await riskLevel(tenant, "High"), await riskLevel(tenant, "Low")],
  complianceFrameworks: [await framework(tenant, "SOX"), await framework(tenant, "HIPAA")],
}));

export const reviewTemplate: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    displayName: `Review ${n}`,
    description: `The ${n}th`,
    owners: [ADA, GRACE],
    policy: await policyNamed(tenant, "Review", "certify"),
    policyOverride: true,
    scopeType: "entitlements",
    scope: {
      apps: {
        by: "entitlements",
        entitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
      },
      users: { by: "people", people: [ADA, GRACE] },
      accounts: { by: "criteria", types: ["user"], statuses: ["enabled"], domain: "external", withoutOwner: false },
      grants: { by: "criteria", sinceReviewed: "90d", unusedFor: "30d", source: "direct", lasting: "permanent" },
      accessConflicts: { by: "all" },
    },
    schedule: { enabled: false, frequency: "monthly", every: 3, start: "2027-01-04T09:00:00Z", occurrences: 8 },
    campaign: {
      duration: "14d",
      autoStart: true,
      autoClose: true,
      closeDecision: "no-action",
      report: true,
      view: "by-user",
      instructions: "Ask the person",
      accuracyIssues: "wait",
      exemptCertifiedConflicts: true,
      notifications: ["kickoff", "reminders"],
    },
  }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    policy: { to: async (_spec, tenant) => policyNamed(tenant, "Another review", "certify") },
    "policy (taken away)": { to: null },
    policyOverride: { to: false },
    scopeType: { to: "users" },
    "scope.apps.by": { from: scoped("apps", () => ({ by: "access" })), to: "resource-types" },
    "scope.apps.entitlements": {
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
    },
    "scope.apps.riskLevels": { from: attributes, to: async (_spec, tenant) => [await riskLevel(tenant, "Low")] },
    "scope.apps.complianceFrameworks": {
      from: attributes,
      to: async (_spec, tenant) => [await framework(tenant, "HIPAA"), await framework(tenant, "PCI DSS")],
    },
    "scope.users.by": {
      from: scoped("users", () => ({ by: "all" })),
      to: "criteria",
      moves: ["scope.users"],
    },
    "scope.users.people": { to: [GRACE, VICTOR] },
    "scope.users.statuses": { from: criteria, to: ["enabled"] },
    "scope.users.managers": { from: criteria, to: [GRACE, VICTOR] },
    "scope.users.groups": { from: criteria, to: async (_spec, tenant) => [await entitlementNamed(tenant, "three")] },
    "scope.users.attributes": { from: criteria, to: { team: ["red", "green"] } },
    "scope.users.cel": {
      from: scoped("users", () => ({ by: "cel", cel: 'subject.department == "SRE"' })),
      to: 'subject.department == "Sales"',
    },
    "scope.accounts.by": { from: scoped("accounts", () => ({ by: "criteria" })), to: "all", moves: ["scope.accounts"] },
    "scope.accounts.types": { to: ["service-account", "system-account"] },
    "scope.accounts.statuses": { to: [] },
    "scope.accounts.domain": { to: null },
    "scope.accounts.withoutOwner": { to: true },
    "scope.accounts.cel": {
      from: scoped("accounts", () => ({ by: "cel", cel: 'subject.username == "root"' })),
      to: 'subject.username == "admin"',
    },
    "scope.grants.by": { from: scoped("grants", () => ({ by: "criteria" })), to: "all", moves: ["scope.grants"] },
    "scope.grants.sinceAdded": {
      from: scoped("grants", () => ({ by: "criteria", source: "direct" })),
      to: "30d",
    },
    "scope.grants.sinceReviewed": { to: null },
    "scope.grants.unusedFor": { to: "60d" },
    "scope.grants.source": { to: "inherited" },
    "scope.grants.lasting": { to: null },
    "scope.accessConflicts.by": { to: "specific" },
    "schedule.enabled": { to: true },
    "schedule.frequency": { to: "yearly" },
    "schedule.every": { to: 1 },
    "schedule.start": { to: "2027-02-01T09:00:00Z" },
    "schedule.end": {
      from: async () => ({ schedule: { frequency: "weekly", end: "2028-01-01T00:00:00Z" } }),
      to: null,
    },
    "schedule.occurrences": { to: 2 },
    "campaign.duration": { to: "7d" },
    "campaign.autoStart": { to: false },
    "campaign.autoClose": { to: false },
    "campaign.closeDecision": { to: "revoked" },
    "campaign.report": { to: false },
    "campaign.view": { to: "unstructured" },
    "campaign.instructions": { to: "Ask again" },
    "campaign.accuracyIssues": { to: "continue" },
    "campaign.exemptCertifiedConflicts": { to: false },
    "campaign.notifications": { to: ["reminders", "close"] },
  },
  texts: {
    "scope.users.cel": (text) => `subject.department == ${JSON.stringify(text)}`,
    "scope.accounts.cel": (text) => `subject.username == ${JSON.stringify(text)}`,
  },
};
