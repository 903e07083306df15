import { describe, expect, test } from "vitest";
import { at, listOf, nextLink, type Sandbox, sandbox, textAt } from "./sandbox.ts";

const BARBARA = { firstName: "Barbara", lastName: "Liskov", email: "b@acme.example", login: "b@acme.example" };

async function found(box: Sandbox, query: string): Promise<readonly string[]> {
  const { body } = await box.call("GET", `/api/v1/users?${query}`);
  return listOf(body).map((user) => textAt(user, "profile", "login").replace("@acme.example", ""));
}

describe("finding people", () => {
  test("by every operator that the vendor documents", async () => {
    const box = sandbox();
    expect(await found(box, 'search=profile.department eq "sre"')).toEqual(["ada", "grace", "linus"]);
    expect(await found(box, 'search=profile.lastName co "ing"')).toEqual(["linus", "alan"]);
    expect(
      await found(box, 'search=(profile.title sw "Staff" or profile.title sw "Head") and status eq "ACTIVE"'),
    ).toEqual(["ada", "victor"]);
    expect(await found(box, "search=profile.managerId pr&sortBy=profile.login&sortOrder=desc&limit=2")).toEqual([
      "mallory",
      "linus",
    ]);
    expect(await found(box, 'filter=profile.login eq "ADA@acme.example"')).toEqual(["ada"]);
    expect(await found(box, "q=love")).toEqual(["ada"]);
  });

  test.each([
    ['search=profile.department ne "SRE"', "E0000031"],
    ['search=profile.department co "SRE"', "E0000031"],
    ['search=profile.login co "ad"', "E0000031"],
    ['search=not (status eq "ACTIVE")', "E0000031"],
    ["search=status", "E0000031"],
    ['search=status eq "ACTIVE"&filter=status eq "ACTIVE"', "E0000033"],
    ["limit=0", "E0000001"],
  ])("refuses %s", async (query, code) => {
    const answer = await sandbox().call("GET", `/api/v1/users?${query}`);
    expect([answer.status, at(answer.body, "errorCode")]).toEqual([400, code]);
  });

  test("by search comes late, by id and in the plain list at once", async () => {
    const box = sandbox();
    await box.call("POST", "/api/v1/users", { profile: BARBARA });
    expect((await box.call("GET", "/api/v1/users/b@acme.example")).status).toBe(200);
    expect(await found(box, "limit=200")).toContain("b");
    expect(await found(box, 'search=profile.login eq "b@acme.example"')).toEqual([]);
    await box.pass(500);
    expect(await found(box, 'search=profile.login eq "b@acme.example"')).toEqual(["b"]);
  });

  test("hides deactivated people from the plain list only", async () => {
    const box = sandbox();
    await box.call("POST", "/api/v1/users/mallory@acme.example/lifecycle/deactivate");
    await box.pass(1000);
    expect(await found(box, "limit=200")).not.toContain("mallory");
    expect(await found(box, "search=status pr")).toContain("mallory");
  });

  test("goes page by page, at most 200 a page, and drops fields that nobody asked for", async () => {
    const box = sandbox();
    const first = await box.call("GET", "/api/v1/users?limit=5&fields=id,profile:(login)");
    expect(Object.keys(at(first.body, 0) ?? {})).toEqual(["id", "profile"]);
    const second = await box.call("GET", nextLink(first.headers) ?? "");
    const third = await box.call("GET", nextLink(second.headers) ?? "");
    expect([first, second, third].map(({ body }) => listOf(body).length)).toEqual([5, 5, 1]);
    expect(nextLink(third.headers)).toBeUndefined();
  });
});

describe("a person's life", () => {
  test("from staged to erased, and no step can be taken twice", async () => {
    const box = sandbox();
    const created = await box.call("POST", "/api/v1/users?activate=false", { profile: BARBARA });
    const user = `/api/v1/users/${textAt(created.body, "id")}`;
    const step = async (name: string): Promise<readonly unknown[]> => {
      const answer = await box.call("POST", `${user}/lifecycle/${name}`);
      const read = await box.call("GET", user);
      return [answer.status, at(answer.body, "errorCode"), at(read.body, "status")];
    };
    expect(at(created.body, "status")).toBe("STAGED");
    expect(await step("suspend")).toEqual([400, "E0000001", "STAGED"]);
    expect(await step("activate")).toEqual([200, undefined, "PROVISIONED"]);
    expect(await step("activate")).toEqual([403, "E0000016", "PROVISIONED"]);
    expect(await step("reactivate")).toEqual([200, undefined, "PROVISIONED"]);
    expect(await step("unlock")).toEqual([403, "E0000038", "PROVISIONED"]);
    expect(await step("deactivate")).toEqual([200, undefined, "DEPROVISIONED"]);
    expect(await step("deactivate")).toEqual([403, "E0000038", "DEPROVISIONED"]);
    expect((await box.call("POST", user, { profile: { title: "x" } })).status).toBe(403);
    expect((await box.call("DELETE", user)).status).toBe(204);
    expect((await box.call("GET", user)).status).toBe(404);
  });

  test("the first DELETE deactivates, the second erases", async () => {
    const box = sandbox();
    const path = "/api/v1/users/rosalind@acme.example";
    expect((await box.call("DELETE", path)).status).toBe(204);
    expect(at((await box.call("GET", path)).body, "status")).toBe("DEPROVISIONED");
    expect((await box.call("DELETE", path)).status).toBe(204);
    expect((await box.call("GET", path)).status).toBe(404);
    const [support] = listOf((await box.call("GET", "/api/v1/groups?q=support")).body);
    expect((await box.call("GET", `/api/v1/groups/${textAt(support, "id")}/users`)).body).toEqual([]);
  });

  test("deactivation takes time where the caller does not wait", async () => {
    const box = sandbox();
    const path = "/api/v1/users/mallory@acme.example";
    const prefer = { prefer: "respond-async" };
    await box.call("POST", `${path}/lifecycle/deactivate`, undefined, prefer);
    expect((await box.call("GET", path)).body).toMatchObject({
      status: "ACTIVE",
      transitioningToStatus: "DEPROVISIONED",
    });
    expect((await box.call("POST", `${path}/lifecycle/deactivate`)).status).toBe(409);
    await box.pass(1000);
    expect(at((await box.call("GET", path)).body, "status")).toBe("DEPROVISIONED");
  });
});

describe("a profile", () => {
  test("changes by key with POST, as a whole with PUT", async () => {
    const box = sandbox();
    const path = "/api/v1/users/ada@acme.example";
    const partial = await box.call("POST", path, { profile: { title: "Principal SRE", department: null } });
    expect(partial.body).toMatchObject({ profile: { title: "Principal SRE", lastName: "Lovelace" } });
    expect(at(partial.body, "profile", "department")).toBeUndefined();
    const whole = await box.call("PUT", path, { profile: { ...BARBARA, login: "ada@acme.example" } });
    expect(at(whole.body, "profile", "title")).toBeUndefined();
  });

  test.each([
    ["an attribute that does not exist", { shoeSize: "42" }, "shoeSize"],
    ["a login that somebody has", { login: "GRACE@acme.example" }, "login"],
    ["a blank last name", { lastName: "" }, "lastName"],
    ["a long country", { countryCode: "DEU" }, "countryCode"],
  ])("refuses %s", async (_, profile, field) => {
    const answer = await sandbox().call("POST", "/api/v1/users/ada@acme.example", { profile });
    expect([answer.status, at(answer.body, "errorSummary")]).toEqual([400, `Api validation failed: ${field}`]);
  });

  test("is not overwritten by who read an older one", async () => {
    const box = sandbox();
    const path = "/api/v1/users/ada@acme.example";
    const etag = (await box.call("GET", path)).headers.get("etag") ?? "";
    expect((await box.call("POST", path, { profile: { title: "a" } }, { "if-match": etag })).status).toBe(200);
    expect((await box.call("POST", path, { profile: { title: "b" } }, { "if-match": etag })).status).toBe(412);
  });
});
