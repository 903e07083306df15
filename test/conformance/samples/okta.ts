/** How valid specs of Okta's kinds look. */
import type { Sample, Skips } from "../subject.ts";
import { appNamed, bookmark, customRoleIn, groupNamed, oktaOf } from "./okta-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const LINUS = "linus@acme.example";
const TRENT = "trent@acme.example";

const group: Sample = {
  spec: (n) => ({
    name: `Group ${n}`,
    description: `The ${n}th`,
    profile: { costCenter: "A1", region: "north" },
    members: [ADA, GRACE, LINUS],
    owners: ["katherine@acme.example", TRENT],
  }),
  lookup: ({ name = "" }) => ({ name }),
  edits: {
    name: { to: "Another name" },
    description: { to: "Another description" },
    "description (emptied)": { to: "" },
    profile: { to: { costCenter: "B2" } },
    "profile (an attribute removed)": { to: { costCenter: null } },
    members: { to: [ADA, "alan@acme.example"] },
    "members (emptied)": { to: [] },
    owners: { to: [TRENT, "rosalind@acme.example"] },
  },
  bulk: { spec: (n) => ({ name: `Group ${n}` }) },
};

const groupRule: Sample = {
  spec: async (n, tenant) => ({
    name: `Rule ${n}`,
    expression: `user.department=="Department ${n}"`,
    groups: [await groupNamed(tenant, "one"), await groupNamed(tenant, "two")],
    exclude: [ADA, GRACE],
    status: "active",
  }),
  texts: { expression: (text) => `user.department=="${text.replaceAll("\\", "/").replaceAll('"', '""')}"` },
  edits: {
    name: { to: "Another name" },
    expression: { to: 'user.department=="Sales" AND user.title!="Clerk"' },
    groups: { to: async (_spec, tenant) => [await groupNamed(tenant, "two"), await groupNamed(tenant, "three")] },
    exclude: { to: [GRACE, LINUS] },
    "exclude (emptied)": { to: [] },
    status: { to: "inactive" },
    "status (switched on)": { from: { status: "inactive" }, to: "active" },
    "expression (of an inactive rule)": { from: { status: "inactive" }, to: 'user.department=="Sales"' },
  },
  skips: { "tells the access of everybody whom it names": "it names only whom it leaves out" },
};

const app: Sample = {
  spec: (n) => ({ label: `App ${n}`, status: "active" }),
  make: async ({ label }, tenant) => void (await bookmark(tenant, String(label))),
  lookup: ({ label = "" }) => ({ label }),
  edits: {
    status: { to: "inactive" },
  },
  skips: { "changes label alone": "an application is bound by its label, which Accord does not change" },
};

const assignment: Sample = {
  spec: async (n, tenant) => ({
    app: await appNamed(tenant, "Wiki"),
    group: await groupNamed(tenant, `Users ${n}`),
    profile: { role: "reader", region: "north" },
  }),
  edits: {
    priority: {
      from: async (_spec, tenant) => {
        const { id } = await groupNamed(tenant, "first");
        await tenant.call("PUT", `/api/v1/apps/${(await appNamed(tenant, "Wiki")).id}/groups/${id}`, {});
        return { priority: 1 };
      },
      to: 0,
    },
    profile: { to: { role: "writer" } },
    "profile (an attribute removed)": { to: { role: null } },
  },
  skips: {
    "tells whose it is or since when, so that a lost create is found again":
      "Okta shows no creation time; the PUT that makes it is repeated instead (okta.md §4.6)",
  },
};

const user: Sample = {
  spec: (n) => ({
    login: `person-${n}@acme.example`,
    email: `person-${n}@mail.acme.example`,
    firstName: `Person ${n}`,
    lastName: "Example",
    profile: { department: "SRE", title: "Engineer" },
  }),
  lookup: ({ login = "" }) => ({ login }),
  async beforeDisable(id, { emulator }) {
    // Signing in is no call of the API.
    const { users } = oktaOf(emulator).tenant;
    const one = users.get(id);
    if (one !== undefined) users.set(id, { ...one, status: "ACTIVE" });
  },
  edits: {
    login: { to: "another@acme.example" },
    email: { to: "another@mail.acme.example" },
    firstName: { to: "Another" },
    lastName: { to: "Name" },
    profile: { to: { title: "Manager" } },
    "profile (an attribute removed)": { to: { title: null } },
    status: { from: { status: "active" }, to: "deactivated" },
    "status (activated)": { from: { status: "staged" }, to: "active" },
    "status (activated again)": { from: { status: "deactivated" }, to: "active" },
  },
  bulk: { calls: 14 },
  skips: {
    "keeps login byte for byte": "a login is an address",
    "keeps email byte for byte": "an e-mail is an address",
  },
};

/** Those that are not of a person. */
const OF_NO_PERSON = {
  "knows the id of everybody whom it names": "it names no person",
  "tells the access of everybody whom it names": "it names no person",
};
const NO_LIST = "roles can only be asked of one principal at a time (okta.md §4.8)";

const adminRole: Sample = {
  spec: async (n, tenant) => ({ type: "APP_ADMIN", group: await groupNamed(tenant, `Admins ${n}`) }),
  edits: {},
  skips: { ...OF_NO_PERSON, "lists 250 of them in a few calls": NO_LIST },
};

const adminRoleOfUser: Sample = {
  spec: (n) => ({ type: "HELP_DESK_ADMIN", user: n % 2 === 1 ? ADA : GRACE }),
  edits: {},
  skips: { "lists 250 of them in a few calls": NO_LIST },
};

const adminRoleOfClient: Sample = {
  spec: async (n, tenant) => ({
    type: "READ_ONLY_ADMIN",
    client: await tenant.once(`client ${n}`, async () => oktaOf(tenant.emulator).addClient({})),
  }),
  edits: {},
  skips: {
    ...OF_NO_PERSON,
    "lists 250 of them in a few calls": NO_LIST,
    "is one of everything that there is": "Okta lists no clients that hold roles (okta.md §4.8)",
    "is shown whole among everything, as adoption reads it": "Okta lists no clients that hold roles (okta.md §4.8)",
  },
};

const customAdminRole: Sample = {
  spec: async (n, tenant) => ({
    type: "CUSTOM",
    role: await tenant.once("role", () => customRoleIn(tenant)),
    group: await groupNamed(tenant, `Admins ${n}`),
  }),
  edits: {},
  skips: { ...OF_NO_PERSON, "lists 250 of them in a few calls": NO_LIST },
};

const customRole: Sample = {
  spec: async (n, tenant) => ({
    label: `Role ${n}`,
    description: "Looks after groups",
    permissions: ["okta.groups.read", "okta.users.read"],
    resourceSet: {
      label: `Set ${n}`,
      description: "What it covers",
      groups: [await groupNamed(tenant, "one"), await groupNamed(tenant, "two")],
      usersOf: [await groupNamed(tenant, "one"), await groupNamed(tenant, "two")],
      resources: ["/api/v1/users", "/api/v1/apps"],
    },
    members: { groups: [await groupNamed(tenant, "one"), await groupNamed(tenant, "two")], users: [ADA, GRACE] },
  }),
  lookup: ({ label = "" }) => ({ label }),
  skips: { "lists 250 of them in a few calls": "roles, sets and bindings are read one by one (okta.md §4.8)" },
  edits: {
    label: { to: "Another label" },
    description: { to: "Another description" },
    permissions: { to: ["okta.users.read", "okta.apps.read"] },
    "resourceSet.label": { to: "Another set" },
    "resourceSet.description": { to: "Another description" },
    "resourceSet.groups": {
      to: async (_spec, tenant) => [await groupNamed(tenant, "two"), await groupNamed(tenant, "three")],
    },
    "resourceSet.usersOf": { to: async (_spec, tenant) => [await groupNamed(tenant, "three")] },
    "resourceSet.resources": { to: ["/api/v1/users"] },
    "members.groups": { to: async (_spec, tenant) => [await groupNamed(tenant, "three")] },
    "members.users": { to: [GRACE, LINUS] },
    "members.users (emptied)": { to: [] },
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  group,
  "group-rule": groupRule,
  app,
  "app-assignment": assignment,
  user,
  "admin-role": adminRole,
  "admin-role (of a user)": adminRoleOfUser,
  "admin-role (of a client)": adminRoleOfClient,
  "admin-role (custom)": customAdminRole,
  "custom-role": customRole,
};

export const skips: Skips = {};
