import { describe, expect, test } from "vitest";
import { at, listOf, type Sandbox, sandbox, textAt } from "./sandbox.ts";

async function group(box: Sandbox, name: string): Promise<string> {
  return textAt((await box.call("POST", "/api/v1/groups", { profile: { name } })).body, "id");
}

function ruleBody(name: string, value: string, ...groupIds: readonly string[]): unknown {
  return {
    type: "group_rule",
    name,
    conditions: { expression: { type: "urn:okta:expression:1.0", value } },
    actions: { assignUserToGroups: { groupIds } },
  };
}

async function rule(box: Sandbox, name: string, value: string, ...groupIds: readonly string[]): Promise<string> {
  const answer = await box.call("POST", "/api/v1/groups/rules", ruleBody(name, value, ...groupIds));
  return textAt(answer.body, "id");
}

async function activate(box: Sandbox, id: string): Promise<void> {
  expect((await box.call("POST", `/api/v1/groups/rules/${id}/lifecycle/activate`)).status).toBe(204);
  await box.pass(1000);
}

async function logins(box: Sandbox, groupId: string): Promise<readonly string[]> {
  const { body } = await box.call("GET", `/api/v1/groups/${groupId}/users`);
  return listOf(body)
    .map((user) => textAt(user, "profile", "login").replace("@acme.example", ""))
    .sort();
}

async function userId(box: Sandbox, name: string): Promise<string> {
  return textAt((await box.call("GET", `/api/v1/users/${name}@acme.example`)).body, "id");
}

describe("a group rule", () => {
  test("is born inactive and feeds its group some time after it was activated", async () => {
    const box = sandbox();
    const id = await group(box, "sre");
    const feeding = await rule(box, "sre", 'user.department=="SRE"', id);
    await box.pass(5000);
    expect(await logins(box, id)).toEqual([]);
    expect((await box.call("POST", `/api/v1/groups/rules/${feeding}/lifecycle/activate`)).status).toBe(204);
    expect(await logins(box, id)).toEqual([]);
    await box.pass(1000);
    expect(await logins(box, id)).toEqual(["ada", "grace", "linus"]);
  });

  test("follows profiles, and leaves alone whoever was added by hand", async () => {
    const box = sandbox();
    const id = await group(box, "sre");
    await box.call("PUT", `/api/v1/groups/${id}/users/${await userId(box, "ada")}`);
    await activate(box, await rule(box, "sre", 'user.department=="SRE"', id));
    for (const name of ["ada", "grace"]) {
      await box.call("POST", `/api/v1/users/${name}@acme.example`, { profile: { department: "Sales" } });
    }
    await box.pass(1000);
    expect(await logins(box, id)).toEqual(["ada", "linus"]);
  });

  test("takes whoever is removed by hand onto its exclude list", async () => {
    const box = sandbox();
    const [engineering] = listOf((await box.call("GET", "/api/v1/groups?q=engineering")).body);
    const id = textAt(engineering, "id");
    const alan = await userId(box, "alan");
    expect((await box.call("DELETE", `/api/v1/groups/${id}/users/${alan}`)).status).toBe(204);
    await box.pass(60_000);
    expect(await logins(box, id)).toEqual(["edsger", "katherine"]);
    const rules = await box.call("GET", "/api/v1/groups/rules");
    expect(at(rules.body, 0, "conditions", "people", "users", "exclude")).toEqual([alan]);
    const events = await box.call("GET", `/api/v1/logs?filter=eventType eq "group.user_membership.rule.add_exclusion"`);
    expect(at(events.body, 0, "actor", "alternateId")).toBe("trent@acme.example");
  });

  test("is edited only while inactive", async () => {
    const box = sandbox();
    const id = await group(box, "sre");
    const feeding = await rule(box, "sre", 'user.department=="SRE"', id);
    await activate(box, feeding);
    const changed = ruleBody("sre", 'user.title=="SRE"', id);
    const refused = await box.call("PUT", `/api/v1/groups/rules/${feeding}`, changed);
    expect([refused.status, at(refused.body, "errorCode")]).toEqual([400, "E0000001"]);
    await box.call("POST", `/api/v1/groups/rules/${feeding}/lifecycle/deactivate`);
    expect((await box.call("PUT", `/api/v1/groups/rules/${feeding}`, changed)).status).toBe(200);
    expect(await logins(box, id)).toEqual(["ada", "grace", "linus"]);
    await activate(box, feeding);
    expect(await logins(box, id)).toEqual(["linus"]);
  });

  test("keeps its members when it goes, unless asked to take them along", async () => {
    const box = sandbox();
    const [kept, emptied] = [await group(box, "kept"), await group(box, "emptied")];
    for (const [id, removeUsers] of [
      [kept, false],
      [emptied, true],
    ] as const) {
      const feeding = await rule(box, id, 'user.department=="SRE"', id);
      await activate(box, feeding);
      expect((await box.call("DELETE", `/api/v1/groups/rules/${feeding}`)).status).toBe(400);
      await box.call("POST", `/api/v1/groups/rules/${feeding}/lifecycle/deactivate`);
      const gone = await box.call("DELETE", `/api/v1/groups/rules/${feeding}?removeUsers=${removeUsers}`);
      expect(gone.status).toBe(202);
    }
    expect(await logins(box, kept)).toEqual(["ada", "grace", "linus"]);
    expect(await logins(box, emptied)).toEqual([]);
  });

  test("becomes invalid when a target is deleted, and can then only be read and deleted", async () => {
    const box = sandbox();
    const [one, two] = [await group(box, "one"), await group(box, "two")];
    const feeding = await rule(box, "both", 'user.department=="SRE"', one, two);
    await box.call("DELETE", `/api/v1/groups/${two}`);
    const read = await box.call("GET", `/api/v1/groups/rules/${feeding}`);
    expect([at(read.body, "status"), at(read.body, "allGroupsValid")]).toEqual(["INVALID", false]);
    expect((await box.call("POST", `/api/v1/groups/rules/${feeding}/lifecycle/activate`)).status).toBe(400);
    expect((await box.call("DELETE", `/api/v1/groups/rules/${feeding}`)).status).toBe(202);
  });

  test("on the members of another group follows that group", async () => {
    const box = sandbox();
    const [source, target] = [await group(box, "source"), await group(box, "target")];
    await activate(box, await rule(box, "chain", `isMemberOfGroup("${source}")`, target));
    await box.call("PUT", `/api/v1/groups/${source}/users/${await userId(box, "mallory")}`);
    await box.pass(2000);
    expect(await logins(box, target)).toEqual(["mallory"]);
  });
});

describe("the lock on rules", () => {
  test("lets one of two simultaneous writes through", async () => {
    const box = sandbox();
    const id = await group(box, "sre");
    const both = ["a", "b"].map((name) => box.call("POST", "/api/v1/groups/rules", ruleBody(name, "true", id)));
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 423]);
    expect((await box.call("POST", "/api/v1/groups/rules", ruleBody("c", "true", id))).status).toBe(200);
  });

  test("outlives the write where the tenant is slow", async () => {
    const box = sandbox();
    box.okta.knobs.ruleLockMs = 2000;
    const id = await group(box, "sre");
    await rule(box, "a", "true", id);
    const locked = await box.call("POST", "/api/v1/groups/rules", ruleBody("b", "true", id));
    expect([locked.status, at(locked.body, "errorCode")]).toEqual([423, "E0000239"]);
    await box.pass(2000);
    expect((await box.call("POST", "/api/v1/groups/rules", ruleBody("b", "true", id))).status).toBe(200);
  });
});

test.each([
  ["an expression that cannot be read", "user.department==", "expression"],
  ["an assignment", 'user.department="SRE"', "expression"],
])("refuses %s", async (_, value, field) => {
  const box = sandbox();
  const answer = await box.call("POST", "/api/v1/groups/rules", ruleBody("x", value, await group(box, "x")));
  expect([answer.status, at(answer.body, "errorSummary")]).toEqual([400, `Api validation failed: ${field}`]);
});
