/** How valid specs of Entra's kinds look. */
import type { Spec } from "../../../engine/model.ts";
import type { Sample, Skips, Tenant } from "../subject.ts";
import { addEnterprise, madeGroup, personNamed, seeded, seededApp } from "./entra-tenant.ts";

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
    "membershipRule (none: assigned from now on)": {
      to: null,
      moves: ["membershipRuleProcessingState", "members", "memberGroups"],
    },
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

/** Every field that holds a text of its own, with another one. */
const TEXTS: Readonly<Record<string, readonly [string, string]>> = {
  givenName: ["Person", "Another"],
  surname: ["Example", "Name"],
  jobTitle: ["Engineer", "Manager"],
  department: ["SRE", "Sales"],
  companyName: ["ACME", "ACME Labs"],
  employeeId: ["1001", "1002"],
  employeeType: ["Employee", "Contractor"],
  officeLocation: ["B1", "B2"],
  streetAddress: ["1 Main Street", "2 Main Street"],
  city: ["Oslo", "Bergen"],
  state: ["East", "West"],
  postalCode: ["0150", "5003"],
  country: ["Norway", "Sweden"],
  usageLocation: ["NO", "SE"],
  preferredLanguage: ["en-US", "nb-NO"],
  mobilePhone: ["+47 1", "+47 2"],
  businessPhone: ["+47 3", "+47 4"],
  faxNumber: ["+47 5", "+47 6"],
  onPremisesImmutableId: ["aWQtMQ==", "aWQtMg=="],
};
const EXTENSIONS = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

const user: Sample = {
  spec: (n) => ({
    userPrincipalName: `person-${n}@acme.example`,
    displayName: `Person ${n}`,
    accountEnabled: true,
    mailNickname: `person-${n}`,
    mail: `person-${n}@mail.acme.example`,
    ...Object.fromEntries(Object.entries(TEXTS).map(([name, [one]]) => [name, one])),
    manager: KATHERINE,
    extensionAttributes: Object.fromEntries(EXTENSIONS.map((name) => [name, `of ${name}`])),
    passwordSink: "ops",
  }),
  lookup: ({ userPrincipalName = "" }) => ({ userPrincipalName }),
  edits: {
    userPrincipalName: { to: "another@acme.example" },
    displayName: { to: "Another" },
    accountEnabled: { to: false },
    "accountEnabled (again)": { from: { accountEnabled: false }, to: true },
    mailNickname: { to: "another" },
    mail: { to: "another@mail.acme.example" },
    ...Object.fromEntries(Object.entries(TEXTS).map(([name, [, other]]) => [name, { to: other }])),
    "department (cleared)": { to: null },
    "businessPhone (cleared)": { to: null },
    manager: { to: ADA },
    "manager (none)": { to: null },
    ...Object.fromEntries(EXTENSIONS.map((name) => [`extensionAttributes.${name}`, { to: "another" }])),
    "extensionAttributes.extensionAttribute7 (cleared)": { to: null },
  },
  skips: { "tells the access of everybody whom it names": "whoever manages somebody holds nothing by it" },
  bulk: {
    spec: (n) => ({ userPrincipalName: `person-${n}@acme.example`, displayName: `Person ${n}`, passwordSink: "ops" }),
  },
};

/** Bound by name, so it must be there before. */
const enterpriseApp: Sample = {
  spec: (n) => ({ displayName: `Application ${n}` }),
  async make(spec, tenant) {
    addEnterprise(tenant, String(spec.displayName));
  },
  lookup: ({ displayName = "" }) => ({ displayName }),
  edits: {},
};

const reader = async (n: number, tenant: Tenant): Promise<Spec> => ({
  app: await seededApp(tenant, "Wiki"),
  group: await madeGroup(tenant, `Readers ${n}`),
});

const appRoleAssignment: Sample = {
  spec: async (n, tenant) => ({ app: await seededApp(tenant, "Salesforce"), role: "Admin", user: personNamed(n) }),
  edits: {},
  bulk: {
    spec: async (n, tenant) => ({
      app: await seededApp(tenant, "Wiki"),
      group: await madeGroup(tenant, `Readers ${n}`),
    }),
  },
};

const OF_A_GROUP = "it names a group, and nobody by login";

const appRoleOfGroup: Sample = {
  spec: async (n, tenant) => ({
    app: await seededApp(tenant, "Salesforce"),
    role: "Standard User",
    group: await madeGroup(tenant, `Sellers ${n}`),
  }),
  edits: {},
  skips: {
    "knows the id of everybody whom it names": OF_A_GROUP,
    "tells the access of everybody whom it names": OF_A_GROUP,
  },
  bulk: { spec: reader },
};

const someGroup = async (n: number, tenant: Tenant): Promise<Spec> => ({
  role: "Helpdesk Administrator",
  assignment: "eligible",
  group: await madeGroup(tenant, `Helpers ${n}`),
});

const eligibleRole: Sample = {
  spec: (n) => ({
    role: "Helpdesk Administrator",
    assignment: "eligible",
    user: personNamed(n),
    scope: "/",
    expires: "2027-01-31T00:00:00Z",
    justification: "On the help desk",
  }),
  edits: { expires: { to: "2027-02-28T00:00:00Z" }, "expires (never)": { to: null } },
  bulk: { spec: someGroup },
};

const activeRole: Sample = {
  ...eligibleRole,
  spec: (n) => ({
    role: "Groups Administrator",
    assignment: "active",
    user: personNamed(n),
    scope: "/",
    expires: null,
  }),
  edits: { expires: { to: "2027-02-28T00:00:00Z" } },
  bulk: { spec: async (n, tenant) => ({ ...(await someGroup(n, tenant)), assignment: "active" }) },
};

const accessPackage: Sample = {
  spec: async (n, tenant) => ({
    displayName: `Package ${n}`,
    catalog: "Joiners",
    description: `The ${n}th`,
    hidden: false,
    groups: [await seeded(tenant, "Engineering"), await seeded(tenant, "Sales")],
    ownedGroups: [await madeGroup(tenant, "Owned")],
    applications: [
      { app: await seededApp(tenant, "Salesforce"), role: "Admin" },
      { app: await seededApp(tenant, "Salesforce"), role: "Standard User" },
    ],
    policies: {
      Everyone: {
        description: "Who works here",
        allowedTargetScope: "specificDirectoryUsers",
        targetUsers: [ADA, GRACE],
        targetGroups: [await seeded(tenant, "Engineering"), await seeded(tenant, "Sales")],
        membershipRule: null,
        expiresAfter: "P365D",
        approvers: [KATHERINE, TRENT],
        approverGroups: [await seeded(tenant, "Sales"), await seeded(tenant, "Engineering")],
        managerApproves: true,
        denyAfter: "P7D",
      },
    },
  }),
  edits: {
    displayName: { to: "Another package" },
    description: { to: "Another description" },
    hidden: { to: true },
    groups: { to: async (_spec, tenant) => [await seeded(tenant, "Sales"), await seeded(tenant, "SRE (dynamic)")] },
    ownedGroups: { to: async (_spec, tenant) => [await madeGroup(tenant, "Owned by them")] },
    applications: { to: async (_spec, tenant) => [{ app: await seededApp(tenant, "Salesforce"), role: "Admin" }] },
    policies: { to: { Everyone: { approvers: [LINUS, TRENT], expiresAfter: null, description: "Another" } } },
    "policies (one more, by a rule)": {
      to: {
        Engineers: {
          allowedTargetScope: "specificDirectoryUsers",
          membershipRule: 'user.department -eq "SRE"',
          removeWhenRuleEnds: false,
          gracePeriod: "P3D",
        },
      },
    },
    "policies (ended)": { to: { Everyone: null } },
  },
  skips: {
    "tells the access of everybody whom it names": "who approves, and who may ask, holds nothing by it",
  },
  bulk: { spec: (n) => ({ displayName: `Package ${n}`, catalog: "Joiners" }), calls: 12 },
};

const distributionList: Sample = {
  spec: (n) => ({
    displayName: `List ${n}`,
    primarySmtpAddress: `list-${n}@acme.example`,
    alias: `list-${n}`,
    type: "security",
    hidden: true,
    members: [ADA, GRACE],
    owners: [KATHERINE, TRENT],
  }),
  edits: {
    displayName: { to: "Another list" },
    hidden: { to: false },
    members: { to: [ADA, LINUS] },
    "members (emptied)": { to: [] },
    owners: { to: [TRENT, LINUS] },
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  group,
  "group (dynamic)": dynamicGroup,
  "group (turned into an assigned one)": convertedGroup,
  "group (Microsoft 365)": microsoft365,
  user,
  "enterprise-app": enterpriseApp,
  "app-role-assignment": appRoleAssignment,
  "app-role-assignment (of a group)": appRoleOfGroup,
  "directory-role (eligible)": eligibleRole,
  "directory-role (active)": activeRole,
  "access-package": accessPackage,
  "distribution-list": distributionList,
};

export const skips: Skips = {};
