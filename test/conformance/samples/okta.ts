/** Okta's tenant, and how valid specs of its kinds look. */
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { Sample, Skips, System, Tenant } from "../subject.ts";

const SCOPES =
  "okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read okta.apiTokens.read";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /\/apps.* \/(\*\/)?(accessibility\/(error|login)RedirectUrl|universalLogout): must be/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch:
      /\/apps.* \/(\*\/)?settings\/(notes\/\w+|notifications\/vpn\/\w+|oauthClient\/(client|logo)_uri): must be string/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch: /\/groups response 200 \/\*\/profile\/description: must be string/,
    reason: "null where a group has none (okta.md §4.2); the description forgot `nullable`",
  },
  {
    mismatch: /users request query expand|users response 200 \/\*\/_embedded\/group-rules: must be object/,
    reason: "rules of a member are newer than the description (okta.md §4.4)",
  },
  { mismatch: /owners response .*lastUpdated: must match format/, reason: "recorded: two odd formats (okta.md §2)" },
  { mismatch: /owners response .*originId: must be string/, reason: "recorded: null for Okta's own owners" },
  { mismatch: / response 401: status not in/, reason: "any call may be refused; the description rarely says so" },
  { mismatch: /\/roles response 409: status not in/, reason: "E0000090, given already (okta.md §2)" },
  {
    mismatch: /^POST .*(groups|clients)\/\{\w+\}\/roles response 201: (a body|status)/,
    reason: "the description has the body under 200; users' roles were recorded as 201 with a body (okta.md §4.8)",
  },
];

export const system: System = {
  create(world, saved) {
    const emulator = createOktaEmulator(world, saved);
    const text = { type: "string", title: "Text" };
    for (const name of ["costCenter", "region"]) emulator.tenant.groupAttributes.set(name, text);
    return emulator;
  },
  settings: (emulator) => ({ ...emulator.settings, scopes: SCOPES }),
  administrator: async (emulator) => ({ authorization: `SSWS ${emulator.actors?.trent}` }),
  reads: [/^POST \/oauth2\/v1\/token$/],
  tooMany: (now, wait) =>
    new Response(JSON.stringify({ errorCode: "E0000047", errorSummary: "API call exceeded rate limit" }), {
      status: 429,
      headers: {
        "content-type": "application/json",
        date: new Date(now).toUTCString(),
        "x-rate-limit-limit": "250",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": String(Math.ceil((now + wait) / 1000)),
      },
    }),
  blind(emulator) {
    const { clientId, ...settings } = emulator.settings;
    return { ...settings, clientId: blindClient(emulator, clientId ?? ""), scopes: SCOPES };
  },
  description: { file: "okta.openapi.yaml", tolerances: TOLERATED },
};

/** A service app with every scope and no admin role: Okta answers its lists `200 []` (okta.md §0). */
function blindClient(emulator: Emulator, like: string): string {
  const okta = oktaOf(emulator);
  const known = okta.tenant.clients.get(like);
  if (known === undefined) throw new Error(`There is no client ${like}`);
  return okta.addClient({ keys: known.keys, scopes: known.scopes });
}

function oktaOf(emulator: Emulator): OktaEmulator {
  if (isOkta(emulator)) return emulator;
  throw new Error("This is not Okta's emulator");
}

function isOkta(emulator: Emulator): emulator is OktaEmulator {
  return "addClient" in emulator;
}

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const LINUS = "linus@acme.example";
const TRENT = "trent@acme.example";

function groupNamed(tenant: Tenant, name: string): Promise<{ readonly id: string }> {
  return tenant.once(`group ${name}`, async () => ({
    id: idIn(await tenant.call("POST", "/api/v1/groups", { profile: { name } })),
  }));
}

function appNamed(tenant: Tenant, label: string): Promise<{ readonly id: string }> {
  return tenant.once(`app ${label}`, async () => ({ id: idIn(await bookmark(tenant, label)) }));
}

function bookmark(tenant: Tenant, label: string): Promise<unknown> {
  const settings = { app: { requestIntegration: false, url: "https://wiki.acme.example" } };
  return tenant.call("POST", "/api/v1/apps", { name: "bookmark", label, signOnMode: "BOOKMARK", settings });
}

function idIn(body: unknown): string {
  if (typeof body === "object" && body !== null && "id" in body && typeof body.id === "string") return body.id;
  throw new Error("An answer without an id");
}

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

const NO_LIST = "roles can only be asked of one principal at a time (okta.md §4.8)";

const adminRole: Sample = {
  spec: async (n, tenant) => ({ type: "APP_ADMIN", group: await groupNamed(tenant, `Admins ${n}`) }),
  edits: {},
  skips: { "lists 250 of them in a few calls": NO_LIST },
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
    "lists 250 of them in a few calls": NO_LIST,
    "is one of everything that there is": "Okta lists no clients that hold roles (okta.md §4.8)",
  },
};

const customAdminRole: Sample = {
  spec: async (n, tenant) => ({
    type: "CUSTOM",
    role: await tenant.once("role", () => customRoleIn(tenant)),
    group: await groupNamed(tenant, `Admins ${n}`),
  }),
  edits: {},
  skips: { "lists 250 of them in a few calls": NO_LIST },
};

/** A custom role with the resource set that it goes with. */
async function customRoleIn(tenant: Tenant): Promise<{ readonly id: string }> {
  const role = { label: "Readers", description: "Read", permissions: ["okta.users.read"] };
  const resources = [`https://${tenant.emulator.host}/api/v1/users`];
  const roleId = idIn(await tenant.call("POST", "/api/v1/iam/roles", role));
  const set = { label: "Everybody", description: "All people", resources };
  return { id: `${roleId}/${idIn(await tenant.call("POST", "/api/v1/iam/resource-sets", set))}` };
}

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
