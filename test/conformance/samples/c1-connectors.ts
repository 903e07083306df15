/** Connectors: one that C1 runs, in the emulated Okta, and one that somebody hosts. */
import { ACME_TOKENS } from "../../../providers/shared/acme.ts";
import type { Sample } from "../subject.ts";
import { appNamed, entitlementNamed, SEVERAL } from "./c1-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const VICTOR = "victor@acme.example";

const PER_APP = "connectors can only be asked of one app at a time (c1.md §8)";

export const selfHosted: Sample = {
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
    ownerEntitlements: {
      from: async (_spec, tenant) => ({
        ownerEntitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
      }),
      to: async (_spec, tenant) => [await entitlementNamed(tenant, "two"), await entitlementNamed(tenant, "three")],
    },
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

export const runByC1: Sample = {
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
