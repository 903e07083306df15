/** Zendesk's account, with ids beyond 2^53 so that a rounded one is found out, and how valid specs of its kinds look. */

import type { Emulator } from "../../../providers/shared/emulator.ts";
import { AGENT_CLIENT } from "../../../providers/zendesk/emulator/seed.ts";
import { createZendeskEmulator, type ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { Sample, Skips, System, Tenant } from "../subject.ts";

const ROSALIND = "rosalind@acme.example";
const GRACE = "grace@acme.example";
const LINUS = "linus@acme.example";
const ADA = "ada@acme.example";
const ALAN = "alan@acme.example";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /request query page\[(size|after)\]/,
    reason: "cursor pages, which the description leaves out (zendesk.md §1.4)",
  },
  {
    mismatch: /memberships request query include/,
    reason: "sideloads, which the description leaves out (zendesk.md §1.5)",
  },
  {
    mismatch: /request: a body where none is described$/,
    reason: "many bodies are missing in the description (zendesk.md §2)",
  },
  {
    mismatch: /response (401|404|422): status not in/,
    reason: "the description says what success looks like (zendesk.md §1.2)",
  },
  {
    mismatch: /\/organization_fields\/\w+: must be (number|string)$/,
    reason: "null where a field is empty: the description forgot `nullable`",
  },
  {
    mismatch: /^GET \/api\/v2\/organizations\/\d+\/organization_memberships: not in the description$/,
    reason: "newer than the description (zendesk.md §2.5)",
  },
];

export const system: System = {
  create: (world, saved) => createZendeskEmulator(world, saved, "9007199254740993"),
  settings: ({ settings }) => settings,
  administrator: async ({ actors }) => ({ authorization: `Bearer ${actors?.trent}` }),
  reads: [/^POST \/oauth\/tokens$/],
  tooMany: (_now, wait) =>
    new Response("Number of allowed API requests per minute exceeded", {
      status: 429,
      headers: { "content-type": "text/plain", "retry-after": String(Math.ceil(wait / 1000)) },
    }),
  // An agent sees a part of everything, and no answer says so.
  blind: ({ settings }) => ({ ...settings, clientId: AGENT_CLIENT.identifier, clientSecret: AGENT_CLIENT.secret }),
  description: { file: "zendesk.openapi.yaml", tolerances: TOLERATED },
};

export function zendeskOf(emulator: Emulator): ZendeskEmulator {
  if (isZendesk(emulator)) return emulator;
  throw new Error("This is not Zendesk's emulator");
}

function isZendesk(emulator: Emulator): emulator is ZendeskEmulator {
  return "memory" in emulator;
}

/** Answers are read with plain JSON here, which rounds the ids: so they come from the account's memory. */
function groupNamed(tenant: Tenant, name: string): Promise<{ readonly id: string }> {
  return tenant.once(`group ${name}`, async () => {
    await tenant.call("POST", "/api/v2/groups", { group: { name } });
    return { id: zendeskOf(tenant.emulator).memory.groups.at(-1)?.id ?? "" };
  });
}

function roleNamed(tenant: Tenant, name: string): Promise<{ readonly id: string }> {
  return tenant.once(`role ${name}`, async () => {
    await tenant.call("POST", "/api/v2/custom_roles", { custom_role: { name } });
    return { id: zendeskOf(tenant.emulator).memory.roles.at(-1)?.id ?? "" };
  });
}

const group: Sample = {
  spec: (n) => ({
    name: `Group ${n}`,
    description: `The ${n}th`,
    isPublic: true,
    members: [ROSALIND, GRACE, LINUS],
  }),
  lookup: ({ name = "" }) => ({ name }),
  edits: {
    name: { to: "Another name" },
    description: { to: "Another description" },
    "description (emptied)": { to: "" },
    isPublic: { to: false },
    members: { to: [ROSALIND, "trent@acme.example"] },
    "members (emptied)": { to: [] },
  },
  bulk: { spec: (n) => ({ name: `Group ${n}` }) },
};

const organization: Sample = {
  spec: async (n, tenant) => ({
    name: `Organization ${n}`,
    externalId: `crm-${n}`,
    domainNames: [`one-${n}.example`, `two-${n}.example`],
    details: "Somewhere",
    notes: "Somebody",
    tags: ["blue", "green"],
    group: await groupNamed(tenant, "one"),
    sharedTickets: false,
    sharedComments: false,
    fields: { tier: "gold", region: "north" },
    members: [ADA, ALAN, GRACE],
  }),
  edits: {
    name: { to: "Another name" },
    externalId: { to: "another" },
    domainNames: { to: ["two-1.example", "three.example"] },
    "domainNames (emptied)": { to: [] },
    details: { to: "Elsewhere" },
    "details (emptied)": { to: "" },
    notes: { to: "Nobody" },
    tags: { to: ["green", "red"] },
    group: { to: (_spec, tenant) => groupNamed(tenant, "two") },
    sharedTickets: { to: true },
    sharedComments: { to: true },
    fields: { to: { tier: "silver" } },
    "fields (one emptied)": { to: { tier: null } },
    members: { to: [ADA, LINUS] },
    "members (emptied)": { to: [] },
  },
  bulk: { spec: (n) => ({ name: `Organization ${n}` }) },
};

const markedOrganization: Sample = {
  spec: (n) => ({ name: `Organization ${n}`, details: "", members: [ADA, ALAN] }),
  edits: { details: { to: "Elsewhere" } },
  marked: true,
};

const agent: Sample = {
  spec: async (n, tenant) => ({
    email: `person-${n}@acme.example`,
    name: `Person ${n}`,
    role: "agent",
    customRole: await roleNamed(tenant, "one"),
    defaultGroup: await groupNamed(tenant, "one"),
    suspended: false,
    externalId: `hr-${n}`,
    alias: "Pat",
    ticketRestriction: "groups",
    onlyPrivateComments: false,
    moderator: false,
  }),
  edits: {
    email: { to: "another@acme.example" },
    name: { to: "Another Name" },
    customRole: { to: (_spec, tenant) => roleNamed(tenant, "two") },
    defaultGroup: { to: (_spec, tenant) => groupNamed(tenant, "two") },
    suspended: { to: true },
    "suspended (let in again)": { from: { suspended: true }, to: false },
    externalId: { to: "another" },
    alias: { to: "Sam" },
    "alias (emptied)": { to: "" },
    ticketRestriction: { to: "assigned" },
    onlyPrivateComments: { to: true },
    moderator: { to: true },
  },
  bulk: { spec: (n) => ({ email: `person-${n}@acme.example`, name: `Person ${n}` }) },
  skips: { "keeps email byte for byte": "an e-mail is an address" },
};

/** Without a custom role, which only an agent can have, and a group, which only the team is in. */
const plainAgent: Sample = {
  spec: (n) => ({ email: `person-${n}@acme.example`, name: `Person ${n}`, role: "agent", suspended: true }),
  edits: {
    role: { to: "admin" },
    "role (taken off the team)": { to: "end-user" },
    "role (an end user who joins the team)": { from: { role: "end-user" }, to: "agent" },
  },
};

const customRole: Sample = {
  spec: (n) => ({
    name: `Role ${n}`,
    description: "Looks after tickets",
    configuration: { ticket_access: "within-groups", ticket_deletion: false },
  }),
  lookup: ({ name = "" }) => ({ name }),
  edits: {
    name: { to: "Another name" },
    description: { to: "Another description" },
    configuration: { to: { ticket_access: "all" } },
    "configuration (a switch)": { to: { ticket_deletion: true } },
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  group,
  organization,
  "organization (marked)": markedOrganization,
  agent,
  "agent (without a custom role)": plainAgent,
  "custom-role": customRole,
};

export const skips: Skips = {};
