/** A tour through every endpoint, each exchange held against Okta's own OpenAPI description. */
import { expect, test } from "vitest";
import { readContract, type Tolerance } from "../../../contract/openapi.ts";
import { at, bearer, listOf, nextLink, requestToken, sandbox, signedForm, textAt } from "./sandbox.ts";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /apps.* \/(\*\/)?(accessibility\/(error|login)RedirectUrl|universalLogout): must be/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch:
      /apps.* \/(\*\/)?settings\/(notes\/\w+|notifications\/vpn\/\w+|oauthClient\/(client|logo)_uri): must be string/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch: /apps\/\{appId\}\/users.* \/(\*\/)?externalId: must be string/,
    reason: "null for apps without provisioning; the description forgot `nullable`",
  },
  { mismatch: /owners response .*lastUpdated: must match format/, reason: "recorded: two odd formats (okta.md §2)" },
  { mismatch: /owners response .*originId: must be string/, reason: "recorded: null for Okta's own owners" },
  {
    mismatch: /groups.* \/(\*\/)?profile\/description: must be string/,
    reason: "null where a group has none (okta.md §4.2); the description forgot `nullable`",
  },
  {
    mismatch:
      /^GET \/api\/v1\/logs response 200 .*(detailEntry|geographicalContext|client\/\w+|outcome\/reason): must be/,
    reason: "null where an event has none; the description forgot `nullable`",
  },
  {
    mismatch: /^POST \/api\/v1\/groups\/\{groupId\}\/roles response 201: a body/,
    reason: "the description lists the body under 200 and the status under 201; users' roles were recorded with both",
  },
  {
    mismatch: /api-tokens response 200 .*tokenWindow: must match pattern/,
    reason: "the description's pattern for ISO durations matches nothing: it lost a negation",
  },
];

const contract = readContract("okta.openapi.yaml", TOLERATED);

test("every answer fits the official description", async ({ skip }) => {
  if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
  const box = sandbox(undefined, (fetch) => contract.watch(fetch));
  const { call } = box;
  const id = async (path: string, body: unknown): Promise<string> =>
    textAt((await call("POST", path, body)).body, "id");

  await requestToken(box, await signedForm(box.okta, "okta.users.read"));
  await call("GET", "/.well-known/okta-organization", undefined, { authorization: "" });
  await call("GET", "/api/v1/org");
  for (const path of ["users", "groups", "groups/rules", "apps", "logs", "api-tokens", "meta/types/user"]) {
    expect((await call("GET", `/api/v1/${path}`)).status).toBe(200);
  }
  for (const schema of ["user/default", "group/default"]) await call("GET", `/api/v1/meta/schemas/${schema}`);

  const profile = { firstName: "Barbara", lastName: "Liskov", email: "b@acme.example", login: "b@acme.example" };
  const user = await id("/api/v1/users?activate=false", { profile });
  await call("POST", `/api/v1/users/${user}`, { profile: { department: "SRE", middleName: null } });
  await call("POST", `/api/v1/users/${user}/lifecycle/activate?sendEmail=false`);
  await call("POST", `/api/v1/users/${user}/lifecycle/reactivate?sendEmail=true`);
  const ada = textAt((await call("GET", "/api/v1/users/ada@acme.example")).body, "id");
  await call("POST", `/api/v1/users/${ada}/lifecycle/suspend`);
  await call("POST", `/api/v1/users/${ada}/lifecycle/unsuspend`);
  await call("PUT", `/api/v1/users/${user}`, { profile });
  await call("GET", '/api/v1/users?search=profile.department eq "SRE"&sortBy=profile.login&sortOrder=desc&limit=2');
  await call("GET", '/api/v1/users?filter=status eq "ACTIVE"');

  const group = await id("/api/v1/groups", { profile: { name: "prod", description: "Production" } });
  await call("PUT", `/api/v1/groups/${group}`, { profile: { name: "prod", description: null } });
  await call("GET", "/api/v1/groups?expand=stats&limit=2");
  await call("PUT", `/api/v1/groups/${group}/users/${user}`);
  await call("GET", `/api/v1/groups/${group}/users?limit=1`);
  await call("GET", `/api/v1/users/${user}/groups`);
  await call("POST", `/api/v1/groups/${group}/owners`, { id: user, type: "USER" });
  await call("GET", `/api/v1/groups/${group}/owners`);
  await call("DELETE", `/api/v1/groups/${group}/owners/${user}`);

  const rule = await id("/api/v1/groups/rules", ruleFor(group));
  await call("PUT", `/api/v1/groups/rules/${rule}`, ruleFor(group));
  await call("POST", `/api/v1/groups/rules/${rule}/lifecycle/activate`);
  await call("GET", `/api/v1/groups/rules/${rule}?expand=groupIdToGroupNameMap`);
  await call("POST", `/api/v1/groups/rules/${rule}/lifecycle/deactivate`);
  await call("DELETE", `/api/v1/groups/rules/${rule}?removeUsers=true`);

  const apps = listOf((await call("GET", "/api/v1/apps?limit=200")).body);
  for (const app of apps) await call("GET", `/api/v1/apps/${textAt(app, "id")}`);
  const aws = textAt(apps[0], "id");
  await call("PUT", `/api/v1/apps/${aws}/groups/${group}`, { priority: 0, profile: { role: "admin" } });
  await call("PATCH", `/api/v1/apps/${aws}/groups/${group}`, [{ op: "remove", path: "/profile/role" }]);
  await call("GET", `/api/v1/apps/${aws}/groups/${group}`);
  await call("GET", `/api/v1/apps/${aws}/groups`);
  await call("GET", `/api/v1/groups/${group}/apps`);
  await call("POST", `/api/v1/apps/${aws}/users`, { id: ada, scope: "USER" });
  await call("POST", `/api/v1/apps/${aws}/users/${ada}`, { profile: { role: "dev" } });
  await call("GET", `/api/v1/apps/${aws}/users?expand=user`);
  await call("GET", `/api/v1/apps/${aws}/users/${ada}`);
  await call("DELETE", `/api/v1/apps/${aws}/users/${ada}`);
  await call("DELETE", `/api/v1/apps/${aws}/groups/${group}`);
  await call("PUT", `/api/v1/apps/${aws}`, { label: "AWS", name: "amazon_aws", signOnMode: "SAML_2_0" });
  await call("POST", `/api/v1/apps/${aws}/lifecycle/deactivate`);
  await call("POST", `/api/v1/apps/${aws}/lifecycle/activate`);
  const bookmark = await id("/api/v1/apps?activate=false", bookmarkApp);
  await call("DELETE", `/api/v1/apps/${bookmark}`);
  await call("GET", `/api/v1/apps/${box.okta.settings.clientId}/grants`);

  await call("POST", `/api/v1/groups/${group}/roles`, { type: "USER_ADMIN" });
  const role = at((await call("POST", `/api/v1/users/${user}/roles`, { type: "APP_ADMIN" })).body, "id");
  await call("GET", `/api/v1/users/${user}/roles/${role}`);
  await call("GET", `/api/v1/users/${user}/roles`);
  await call("GET", `/api/v1/groups/${group}/roles`);
  await call("GET", `/oauth2/v1/clients/${box.okta.settings.clientId}/roles`);
  await call("DELETE", `/api/v1/users/${user}/roles/${role}`);
  await call("GET", "/api/v1/iam/assignees/users?limit=1");

  const custom = await id("/api/v1/iam/roles", {
    label: "Reader",
    description: "Reads",
    permissions: ["okta.users.read"],
  });
  await call("PUT", `/api/v1/iam/roles/${custom}`, { label: "Reader", description: "Reads all" });
  await call("POST", `/api/v1/iam/roles/${custom}/permissions/okta.groups.read`);
  await call("GET", `/api/v1/iam/roles/${custom}/permissions/okta.groups.read`);
  await call("GET", `/api/v1/iam/roles/${custom}/permissions`);
  await call("DELETE", `/api/v1/iam/roles/${custom}/permissions/okta.groups.read`);
  await call("GET", `/api/v1/iam/roles/${custom}`);
  await call("GET", "/api/v1/iam/roles");
  const address = (path: string): string => `https://acme.okta.com/api/v1/${path}`;
  const sets = "/api/v1/iam/resource-sets";
  const set = await id(sets, { label: "People", description: "All", resources: [address("users")] });
  await call("PUT", `${sets}/${set}`, { label: "People", description: "Everybody" });
  await call("PATCH", `${sets}/${set}/resources`, { additions: [address(`groups/${group}`)] });
  const resources = await call("GET", `${sets}/${set}/resources`);
  await call("DELETE", `${sets}/${set}/resources/${textAt(resources.body, "resources", 1, "id")}`);
  await call("GET", `${sets}/${set}`);
  await call("GET", sets);
  await call("POST", `${sets}/${set}/bindings`, { role: custom, members: [address(`users/${user}`)] });
  await call("PATCH", `${sets}/${set}/bindings/${custom}/members`, { additions: [address(`groups/${group}`)] });
  const members = await call("GET", `${sets}/${set}/bindings/${custom}/members`);
  await call("GET", `/api/v1/users/${user}/roles`);
  await call("DELETE", `${sets}/${set}/bindings/${custom}/members/${textAt(members.body, "members", 0, "id")}`);
  await call("GET", `${sets}/${set}/bindings/${custom}`);
  await call("GET", `${sets}/${set}/bindings`);
  await call("DELETE", `${sets}/${set}/bindings/${custom}`);
  await call("DELETE", `${sets}/${set}`);
  await call("DELETE", `/api/v1/iam/roles/${custom}`);

  const logs = await call("GET", '/api/v1/logs?limit=5&filter=eventType sw "group."&sortOrder=ASCENDING');
  await call("GET", nextLink(logs.headers) ?? "");
  await call("DELETE", `/api/v1/groups/${group}/users/${user}`);
  await call("DELETE", `/api/v1/groups/${group}`);
  await call("POST", `/api/v1/users/${user}/lifecycle/deactivate`);
  await call("DELETE", `/api/v1/users/${user}`);
  await call("GET", `/api/v1/users/${user}`);
  await call("GET", "/api/v1/groups", undefined, await bearer(box, "okta.users.read"));

  expect(contract.mismatches()).toEqual([]);
  expect(contract.unusedTolerances()).toEqual([]);
  expect(
    box.okta.lastRequests.filter(({ status }) => status >= 400).map(({ method, status }) => `${method} ${status}`),
  ).toEqual(["GET 404", "GET 403"]);
});

function ruleFor(group: string): unknown {
  return {
    type: "group_rule",
    name: "sre to prod",
    conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.department=="SRE"' } },
    actions: { assignUserToGroups: { groupIds: [group] } },
  };
}

const bookmarkApp = {
  name: "bookmark",
  label: "Wiki",
  signOnMode: "BOOKMARK",
  settings: { app: { requestIntegration: false, url: "https://wiki.acme.example" } },
};
