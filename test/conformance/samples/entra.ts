/** How valid specs of Entra's kinds look. */
import type { Sample, Skips } from "../subject.ts";
import { seeded } from "./entra-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const LINUS = "linus@acme.example";
const TRENT = "trent@acme.example";
const KATHERINE = "katherine@acme.example";

const group: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    displayName: `Group ${n}`,
    type: "security",
    description: `The ${n}th`,
    mailNickname: `group-${n}`,
    visibility: "Private",
    classification: "Internal",
    preferredLanguage: "en-US",
    roleAssignable: false,
    members: [ADA, GRACE, LINUS],
    memberGroups: [await seeded(tenant, "Engineering"), await seeded(tenant, "Sales")],
    owners: [KATHERINE, TRENT],
  }),
  lookup: ({ displayName = "" }) => ({ displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    "description (cleared)": { to: null },
    mailNickname: { to: "another-nickname" },
    visibility: { to: "Public" },
    classification: { to: "Secret" },
    "classification (cleared)": { to: null },
    preferredLanguage: { to: "de-DE" },
    members: { to: [ADA, "alan@acme.example"] },
    "members (emptied)": { to: [] },
    memberGroups: {
      to: async (_spec, tenant) => [await seeded(tenant, "Sales"), await seeded(tenant, "SRE (dynamic)")],
    },
    owners: { to: [TRENT, "rosalind@acme.example"] },
  },
  bulk: { spec: (n) => ({ displayName: `Group ${n}` }) },
};

const dynamicGroup: Sample = {
  marked: true,
  spec: (n) => ({
    displayName: `Group ${n}`,
    type: "security",
    description: `The ${n}th`,
    mailNickname: `group-${n}`,
    membershipRule: `user.department -eq "Department ${n}"`,
    membershipRuleProcessingState: "On",
    owners: [TRENT, KATHERINE],
  }),
  lookup: ({ displayName = "" }) => ({ displayName }),
  texts: { membershipRule: (text) => `user.department -eq "${text.replaceAll('"', "'")}"` },
  edits: {
    membershipRule: { to: 'user.department -eq "Sales" -and user.userType -eq "Member"' },
    membershipRuleProcessingState: { to: "Paused" },
  },
};

const convertedGroup: Sample = {
  marked: true,
  spec: (n) => ({
    displayName: `Group ${n}`,
    membershipRule: `user.department -eq "Department ${n}"`,
    owners: [TRENT, KATHERINE],
  }),
  lookup: ({ displayName = "" }) => ({ displayName }),
  texts: { membershipRule: (text) => `user.department -eq "${text.replaceAll('"', "'")}"` },
  edits: {
    "membershipRule (none: assigned from now on)": { to: null, moves: ["membershipRuleProcessingState"] },
  },
};

const microsoft365: Sample = {
  marked: true,
  spec: (n) => ({
    displayName: `Team ${n}`,
    type: "microsoft365",
    description: `The ${n}th`,
    mailNickname: `team-${n}`,
    visibility: "Public",
    members: [ADA, GRACE],
    owners: [KATHERINE, TRENT],
  }),
  lookup: ({ displayName = "" }) => ({ displayName }),
  edits: {
    visibility: { to: "Private" },
    members: { to: [LINUS] },
    owners: { to: [TRENT, "rosalind@acme.example"] },
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  group,
  "group (dynamic)": dynamicGroup,
  "group (turned into an assigned one)": convertedGroup,
  "group (Microsoft 365)": microsoft365,
};

export const skips: Skips = {};
