import { expect, test } from "vitest";
import { addGroup, addUser } from "../../../../providers/okta/emulator/seed.ts";
import { worked } from "../../../support/work.ts";
import { at, listOf, nextLink, START, sandbox, textAt } from "./sandbox.ts";

test("a bucket that is used up says when it fills again, on the tenant's clock", async () => {
  const box = sandbox();
  for (let call = 0; call < 50; call += 1) expect((await box.call("GET", "/api/v1/apps")).status).toBe(200);
  await box.pass(10_000);
  const refused = await box.call("GET", "/api/v1/apps");
  expect([refused.status, at(refused.body, "errorCode")]).toEqual([429, "E0000047"]);
  expect(refused.headers.get("x-rate-limit-limit")).toBe("50");
  expect(refused.headers.get("x-rate-limit-remaining")).toBe("0");
  expect(refused.headers.get("x-rate-limit-reset")).toBe(String(START / 1000 + 60));
  expect(refused.headers.get("date")).toBe("Sun, 22 Nov 2026 09:00:10 GMT");
  expect((await box.call("GET", "/api/v1/groups")).status).toBe(200);
  await box.pass(50_000);
  expect((await box.call("GET", "/api/v1/apps")).status).toBe(200);
});

test("each credential has its own share", async () => {
  const box = sandbox();
  for (let call = 0; call < 51; call += 1) await box.call("GET", "/api/v1/apps");
  const other = { authorization: box.okta.asActor("conductorone") };
  expect((await box.call("GET", "/api/v1/apps", undefined, other)).status).toBe(200);
});

test("too many calls at once meet the concurrency limit, which shows as a limit of zero", async () => {
  const box = sandbox();
  box.okta.knobs.concurrency = 2;
  const answers = await Promise.all([1, 2, 3].map(() => box.call("GET", "/api/v1/groups")));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get("x-rate-limit-limit")).toBe("0");
  expect(refused?.headers.get("x-rate-limit-remaining")).toBe("0");
});

test("headers may arrive twice", async () => {
  const box = sandbox();
  box.okta.knobs.duplicateRateHeaders = true;
  expect((await box.call("GET", "/api/v1/groups")).headers.get("x-rate-limit-limit")).toBe("250, 250");
});

test.each([
  ["GET", "/api/v1/nothing", undefined, 404, "E0000008"],
  ["PATCH", "/api/v1/groups", {}, 405, "E0000022"],
  ["GET", "/api/v1/groups/00gnobody", undefined, 404, "E0000007"],
  ["GET", "/api/v1/users/__proto__", undefined, 404, "E0000007"],
])("%s %s is answered %s", async (method, path, body, status, code) => {
  const answer = await sandbox().call(method, path, body);
  expect([answer.status, at(answer.body, "errorCode")]).toEqual([status, code]);
  expect(Object.keys(Object(answer.body))).toEqual([
    "errorCode",
    "errorSummary",
    "errorLink",
    "errorId",
    "errorCauses",
  ]);
});

test("a body that is no JSON is refused", async () => {
  const box = sandbox();
  const request = new Request("https://acme.okta.com/api/v1/groups", {
    method: "POST",
    headers: { authorization: box.okta.asActor("trent"), "content-type": "application/json" },
    body: "{",
  });
  expect(at(await (await box.okta.fetch(request)).json(), "errorCode")).toBe("E0000003");
});

test("what was saved comes back, down to tokens and pending evaluations", async () => {
  const box = sandbox();
  await box.call("POST", "/api/v1/users/mallory@acme.example", { profile: { department: "Engineering" } });
  const again = sandbox(JSON.parse(JSON.stringify(box.okta.save())));
  expect(again.okta.settings).toEqual(box.okta.settings);
  await again.pass(2000);
  const [engineering] = listOf((await again.call("GET", "/api/v1/groups?q=engineering")).body);
  const members = await again.call("GET", `/api/v1/groups/${textAt(engineering, "id")}/users`);
  expect(JSON.stringify(members.body)).toContain("mallory@acme.example");
  expect(() => sandbox({ tenant: {}, privateKey: "" })).toThrow("not one that this version wrote");
});

test("two seeded tenants give the same ids", async () => {
  const ids = async (): Promise<unknown> => {
    const box = sandbox();
    return (await box.call("POST", "/api/v1/groups", { profile: { name: "x" } })).body;
  };
  expect(await ids()).toEqual(await ids());
  expect(textAt(await ids(), "id")).toMatch(/^00g\w{17}$/);
});

test("5,000 people and 20,000 memberships are read in a moment", async () => {
  const box = sandbox();
  box.okta.knobs.rateShare = 1000;
  const { tenant } = box.okta;
  const users = Array.from({ length: 5000 }, (_, index) => {
    const login = `u${index}@acme.example`;
    const profile = { login, email: login, firstName: "U", lastName: String(index), department: `d${index % 10}` };
    return addUser(tenant, START, profile).id;
  });
  for (let index = 0; index < 100; index += 1) {
    const group = addGroup(tenant, START, "OKTA_GROUP", `g${index}`, null);
    const members = users.slice(index * 40, index * 40 + 200);
    tenant.members.set(group.id, new Map(members.map((id) => [id, { direct: true, rules: [] }])));
  }
  const rule = await box.call("POST", "/api/v1/groups/rules", {
    name: "d3",
    conditions: { expression: { value: 'user.department == "d3" AND !isMemberOfGroupName("nobody")' } },
    actions: { assignUserToGroups: { groupIds: [[...tenant.groups.keys()].at(-1)] } },
  });

  const before = worked();
  await box.call("POST", `/api/v1/groups/rules/${textAt(rule.body, "id")}/lifecycle/activate`);
  await box.pass(1000);
  let seen = 0;
  for (let next: string | undefined = "/api/v1/users?limit=200"; next !== undefined; ) {
    const page = await box.call("GET", next);
    seen += listOf(page.body).length;
    next = nextLink(page.headers);
  }
  for (const id of tenant.groups.keys()) await box.call("GET", `/api/v1/groups/${id}/users?limit=200`);
  expect(seen).toBe(5011);
  expect(worked() - before).toBeLessThan(5000);
});
