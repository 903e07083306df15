import { describe, expect, test } from "vitest";
import { addApp, addGroup } from "../../../../providers/okta/emulator/seed.ts";
import { at, listOf, type Sandbox, START, sandbox, textAt } from "./sandbox.ts";

async function names(box: Sandbox, query: string): Promise<readonly unknown[]> {
  const { body } = await box.call("GET", `/api/v1/groups?${query}`);
  return listOf(body).map((group) => at(group, "profile", "name"));
}

async function created(box: Sandbox, profile: Readonly<Record<string, unknown>>): Promise<string> {
  return textAt((await box.call("POST", "/api/v1/groups", { profile })).body, "id");
}

describe("a group", () => {
  test("loses the custom attributes that a PUT leaves out", async () => {
    const box = sandbox();
    box.okta.tenant.groupAttributes.set("tier", { title: "Tier", type: "string" });
    const id = await created(box, { name: "prod", description: "Production", tier: "0" });
    const { body } = await box.call("PUT", `/api/v1/groups/${id}`, { profile: { name: "prod" } });
    expect(at(body, "profile")).toEqual({ name: "prod", description: null });
  });

  test("has a name of its own, among Okta's own groups", async () => {
    const box = sandbox();
    addGroup(box.okta.tenant, START, "APP_GROUP", "prod", null);
    await created(box, { name: "prod" });
    const again = await box.call("POST", "/api/v1/groups", { profile: { name: "prod" } });
    expect([again.status, at(again.body, "errorCode")]).toEqual([400, "E0000001"]);
    expect(await names(box, "q=prod")).toEqual(["prod", "prod"]);
  });

  test("that is built in or imported cannot be written", async () => {
    const box = sandbox();
    const imported = addGroup(box.okta.tenant, START, "APP_GROUP", "from AD", null).id;
    const [everyone] = listOf((await box.call("GET", "/api/v1/groups?q=Everyone")).body);
    const ada = textAt((await box.call("GET", "/api/v1/users/ada@acme.example")).body, "id");
    for (const [id, code] of [
      [textAt(everyone, "id"), "E0000006"],
      [imported, "E0000077"],
    ] as const) {
      const renamed = await box.call("PUT", `/api/v1/groups/${id}`, { profile: { name: "mine" } });
      const added = await box.call("PUT", `/api/v1/groups/${id}/users/${ada}`);
      expect([renamed.status, at(renamed.body, "errorCode"), added.status]).toEqual([403, code, 403]);
    }
    expect((await box.call("DELETE", `/api/v1/groups/${textAt(everyone, "id")}`)).status).toBe(403);
    expect((await box.call("DELETE", `/api/v1/groups/${imported}`)).status).toBe(204);
  });

  test("counts its people and apps when asked", async () => {
    const box = sandbox();
    const { body } = await box.call("GET", "/api/v1/groups?expand=stats&limit=200");
    const counts = listOf(body).map((group) => at(group, "_embedded", "stats", "usersCount"));
    expect(counts).toEqual([11, 2, 3, 1]);
  });
});

describe("finding groups", () => {
  test("by search comes late, and a deleted one lingers", async () => {
    const box = sandbox();
    const search = 'search=type eq "OKTA_GROUP" and profile.name eq "prod"';
    const id = await created(box, { name: "prod" });
    expect(await names(box, search)).toEqual([]);
    await box.pass(500);
    expect(await names(box, search)).toEqual(["prod"]);
    await box.call("DELETE", `/api/v1/groups/${id}`);
    expect(await names(box, search)).toEqual(["prod"]);
    await box.pass(500);
    expect(await names(box, search)).toEqual([]);
  });

  test("takes escaped quotes, prefixes and times", async () => {
    const box = sandbox();
    await created(box, { name: 'the "A" team' });
    await created(box, { name: "prod" });
    await created(box, { name: "prod-eu" });
    await box.pass(60_000);
    expect(await names(box, 'search=profile.name eq "the \\"A\\" team"')).toEqual(['the "A" team']);
    expect(await names(box, 'search=profile.name sw "prod"')).toEqual(["prod", "prod-eu"]);
    expect(await names(box, 'filter=type eq "BUILT_IN"')).toEqual(["Everyone", "Okta Administrators"]);
    expect(await names(box, 'search=lastUpdated gt "2026-11-22T09:00:30.000Z"')).toEqual([]);
  });
});

describe("owners", () => {
  test("are assigned once, removed once, and dated in two odd ways", async () => {
    const box = sandbox();
    const id = await created(box, { name: "prod" });
    const ada = textAt((await box.call("GET", "/api/v1/users/ada@acme.example")).body, "id");
    const owners = `/api/v1/groups/${id}/owners`;
    const first = await box.call("POST", owners, { id: ada, type: "USER" });
    expect([first.status, at(first.body, "lastUpdated")]).toEqual([201, "Sun Nov 22 09:00:00 UTC 2026"]);
    expect(at((await box.call("GET", owners)).body, 0, "lastUpdated")).toBe("2026-11-22 09:00:00.0");
    expect((await box.call("POST", owners, { id: ada, type: "USER" })).status).toBe(400);
    expect((await box.call("DELETE", `${owners}/${ada}`)).status).toBe(204);
    expect((await box.call("DELETE", `${owners}/${ada}`)).status).toBe(404);
  });

  test("need a licence", async () => {
    const box = sandbox();
    box.okta.knobs.licensed.owners = false;
    const answer = await box.call("GET", `/api/v1/groups/${await created(box, { name: "prod" })}/owners`);
    expect([answer.status, at(answer.body, "errorCode")]).toEqual([401, "E0000015"]);
  });
});

describe("apps given to groups", () => {
  test("are ordered by a priority that the server re-indexes", async () => {
    const box = sandbox();
    const app = addApp(box.okta.tenant, START, {
      id: "0oawiki",
      name: "wiki",
      label: "Wiki",
      signOnMode: "SAML_2_0",
    }).id;
    const [a, b] = [await created(box, { name: "a" }), await created(box, { name: "b" })];
    const put = async (id: string, body: unknown): Promise<unknown> =>
      at((await box.call("PUT", `/api/v1/apps/${app}/groups/${id}`, body)).body, "priority");
    const read = async (): Promise<readonly unknown[]> =>
      listOf((await box.call("GET", `/api/v1/apps/${app}/groups`)).body).map((row) => [
        at(row, "id"),
        at(row, "priority"),
      ]);

    expect([await put(a, {}), await put(b, {})]).toEqual([0, 1]);
    expect(await put(b, { priority: 0 })).toBe(0);
    expect(await read()).toEqual([
      [b, 0],
      [a, 1],
    ]);
    expect(await put(b, { priority: 9 })).toBe(9);
    expect(await read()).toEqual([
      [a, 0],
      [b, 1],
    ]);
    await box.call("DELETE", `/api/v1/apps/${app}/groups/${a}`);
    expect(await read()).toEqual([[b, 0]]);
    expect(await put(b, { priority: 101 })).toBeUndefined();
  });

  test("reach the groups' members, unless somebody has the app directly", async () => {
    const box = sandbox();
    const [github] = listOf((await box.call("GET", "/api/v1/apps?q=GitHub")).body);
    const app = `/api/v1/apps/${textAt(github, "id")}`;
    const [engineering] = listOf((await box.call("GET", "/api/v1/groups?q=engineering")).body);
    const alan = textAt((await box.call("GET", "/api/v1/users/alan@acme.example")).body, "id");
    await box.call("PUT", `${app}/groups/${textAt(engineering, "id")}`, { profile: { role: "dev" } });
    await box.call("POST", `${app}/users`, { id: alan, scope: "USER" });
    const users = listOf((await box.call("GET", `${app}/users`)).body);
    expect(users.map((user) => [at(user, "credentials", "userName"), at(user, "scope")])).toEqual([
      ["alan@acme.example", "USER"],
      ["katherine@acme.example", "GROUP"],
      ["edsger@acme.example", "GROUP"],
    ]);
    const refused = await box.call("DELETE", `${app}/users/${textAt(users[1], "id")}`);
    expect(refused.status).toBe(400);
    await box.call("POST", `${app}/lifecycle/deactivate`);
    expect(listOf((await box.call("GET", `${app}/users`)).body)).toHaveLength(1);
  });

  test("keep their label to themselves, and go only when inactive", async () => {
    const box = sandbox();
    const taken = await box.call("POST", "/api/v1/apps", { label: "AWS", name: "bookmark", signOnMode: "BOOKMARK" });
    expect([taken.status, at(taken.body, "errorCode")]).toEqual([400, "E0000040"]);
    const [aws] = listOf((await box.call("GET", '/api/v1/apps?filter=name eq "amazon_aws"')).body);
    expect((await box.call("DELETE", `/api/v1/apps/${textAt(aws, "id")}`)).status).toBe(403);
  });
});
