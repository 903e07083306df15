import { describe, expect, test } from "vitest";
import { at, bearer, listOf, nextLink, ORIGIN, type Sandbox, sandbox, textAt } from "./sandbox.ts";

async function userId(box: Sandbox, name: string): Promise<string> {
  return textAt((await box.call("GET", `/api/v1/users/${name}@acme.example`)).body, "id");
}

describe("admin roles", () => {
  test("carry ids that say only their type, and are held once", async () => {
    const box = sandbox();
    const roles = `/api/v1/users/${await userId(box, "ada")}/roles`;
    const given = await box.call("POST", roles, { type: "APP_ADMIN" });
    expect([given.status, at(given.body, "id")]).toEqual([201, "IFIFAX2BIRGUSTQ"]);
    expect((await box.call("POST", roles, { type: "APP_ADMIN" })).status).toBe(409);
    expect((await box.call("POST", roles, { type: "KING" })).status).toBe(400);
    expect((await box.call("DELETE", `${roles}/IFIFAX2BIRGUSTQ`)).status).toBe(204);
    expect((await box.call("GET", roles)).body).toEqual([]);
  });

  test("and rules exclude each other on a group", async () => {
    const box = sandbox();
    const [engineering] = listOf((await box.call("GET", "/api/v1/groups?q=engineering")).body);
    const fed = await box.call("POST", `/api/v1/groups/${textAt(engineering, "id")}/roles`, { type: "USER_ADMIN" });
    expect([fed.status, at(fed.body, "errorCode")]).toEqual([400, "E0000192"]);
    const [support] = listOf((await box.call("GET", "/api/v1/groups?q=support")).body);
    expect(
      (await box.call("POST", `/api/v1/groups/${textAt(support, "id")}/roles`, { type: "USER_ADMIN" })).status,
    ).toBe(201);
    const rule = await box.call("POST", "/api/v1/groups/rules", {
      name: "support",
      conditions: { expression: { value: "true" } },
      actions: { assignUserToGroups: { groupIds: [textAt(support, "id")] } },
    });
    expect([rule.status, at(rule.body, "errorCode")]).toEqual([400, "E0000192"]);
  });

  test("a custom role over a resource set is a permission by permission affair", async () => {
    const box = sandbox();
    const keys = box.okta.tenant.clients.get(box.okta.settings.clientId ?? "")?.keys ?? [];
    const client = box.okta.addClient({ label: "Reader", keys, scopes: ["okta.users.read", "okta.groups.read"] });
    const role = await box.call("POST", "/api/v1/iam/roles", {
      label: "R",
      description: "",
      permissions: ["okta.users.read"],
    });
    const set = await box.call("POST", "/api/v1/iam/resource-sets", {
      label: "S",
      description: "",
      resources: [`${ORIGIN}/api/v1/users`],
    });
    const assigned = await box.call("POST", `/oauth2/v1/clients/${client}/roles`, {
      type: "CUSTOM",
      role: at(role.body, "id"),
      "resource-set": at(set.body, "id"),
    });
    expect(assigned.status).toBe(201);
    const members = `/api/v1/iam/resource-sets/${at(set.body, "id")}/bindings/${at(role.body, "id")}/members`;
    const member = at((await box.call("GET", members)).body, "members", 0, "_links", "self", "href");
    expect(member).toBe(`${ORIGIN}/oauth2/v1/clients/${client}`);

    const headers = await bearer(box, "okta.users.read okta.groups.read", client);
    expect((await box.call("GET", "/api/v1/users?limit=1", undefined, headers)).status).toBe(200);
    expect((await box.call("GET", "/api/v1/groups?limit=1", undefined, headers)).status).toBe(403);
    await box.call("DELETE", `/oauth2/v1/clients/${client}/roles/${at(assigned.body, "id")}`);
    expect((await box.call("GET", "/api/v1/users?limit=1", undefined, headers)).body).toEqual([]);
  });

  test("custom roles come a hundred a page, with the next page in the body", async () => {
    const box = sandbox();
    for (let index = 0; index < 101; index += 1) {
      await box.call("POST", "/api/v1/iam/roles", {
        label: `r${index}`,
        description: "",
        permissions: ["okta.users.read"],
      });
      if (index % 50 === 49) await box.pass(60_000);
    }
    const first = await box.call("GET", "/api/v1/iam/roles");
    expect(listOf(at(first.body, "roles"))).toHaveLength(100);
    expect(nextLink(first.headers)).toBeUndefined();
    const second = await box.call("GET", textAt(first.body, "_links", "next", "href"));
    expect(listOf(at(second.body, "roles"))).toHaveLength(1);
    expect(at(second.body, "_links")).toEqual({});
  });
});

describe("the System Log", () => {
  test("says who did what to whom, and through which request", async () => {
    const box = sandbox();
    const [support] = listOf((await box.call("GET", "/api/v1/groups?q=support")).body);
    const id = textAt(support, "id");
    const added = await box.call("PUT", `/api/v1/groups/${id}/users/${await userId(box, "ada")}`);
    const filter = `(eventType eq "group.user_membership.add" or eventType eq "group.user_membership.remove") and target.id eq "${id}"`;
    const { body } = await box.call(
      "GET",
      `/api/v1/logs?filter=${encodeURIComponent(filter)}&until=2026-11-23T00:00:00Z`,
    );
    expect(listOf(body)).toHaveLength(1);
    expect(at(body, 0)).toMatchObject({
      actor: { alternateId: "trent@acme.example", type: "User" },
      target: [
        { type: "User", alternateId: "ada@acme.example" },
        { type: "UserGroup", displayName: "support" },
      ],
      transaction: { id: added.headers.get("x-okta-request-id"), type: "WEB" },
    });
    expect(typeof at(body, 0, "transaction", "detail", "requestApiTokenId")).toBe("string");
  });

  test("can be polled: the next link is always there, and repeats itself", async () => {
    const box = sandbox();
    const empty = await box.call("GET", "/api/v1/logs?sortOrder=ASCENDING");
    expect(empty.body).toEqual([]);
    await box.call("POST", "/api/v1/groups", { profile: { name: "a" } });
    const first = await box.call("GET", nextLink(empty.headers) ?? "");
    expect(listOf(first.body)).toHaveLength(1);
    const second = await box.call("GET", nextLink(first.headers) ?? "");
    expect([second.body, nextLink(second.headers)]).toEqual([[], nextLink(first.headers)]);
    await box.call("POST", "/api/v1/groups", { profile: { name: "b" } });
    expect(listOf((await box.call("GET", nextLink(second.headers) ?? "")).body)).toHaveLength(1);
  });

  test("holds every write, by whoever made it, and nothing that was only read", async () => {
    const box = sandbox();
    const rule = {
      name: "r",
      conditions: { expression: { value: 'user.department=="Sales"' } },
      actions: {
        assignUserToGroups: { groupIds: [at((await box.call("GET", "/api/v1/groups?q=support")).body, 0, "id")] },
      },
    };
    const id = textAt((await box.call("POST", "/api/v1/groups/rules", rule)).body, "id");
    await box.call("POST", `/api/v1/groups/rules/${id}/lifecycle/activate`);
    await box.pass(1000);
    await box.call("POST", `/api/v1/groups/rules/${id}/lifecycle/deactivate`);
    await box.call("DELETE", `/api/v1/groups/rules/${id}?removeUsers=true`);
    await box.call("POST", "/api/v1/iam/roles", { label: "R", description: "", permissions: ["okta.users.read"] });
    const { body } = await box.call("GET", "/api/v1/logs");
    expect(
      listOf(body).map((event) => `${at(event, "eventType")} by ${at(event, "actor", "displayName")}`),
    ).toMatchInlineSnapshot(`
      [
        "policy.rule.add by Trent Admin",
        "group.user_membership.rule.trigger by Trent Admin",
        "group.user_membership.rule.evaluation by Okta System",
        "group.user_membership.add by Okta System",
        "group.user_membership.add by Okta System",
        "group.user_membership.rule.deactivated by Trent Admin",
        "policy.rule.delete by Trent Admin",
        "group.user_membership.remove by Trent Admin",
        "group.user_membership.remove by Trent Admin",
        "iam.role.create by Trent Admin",
      ]
    `);
  });

  test("refuses what it cannot filter by", async () => {
    const box = sandbox();
    const answer = await box.call("GET", '/api/v1/logs?filter=target.changeDetails.from eq "x"');
    expect([answer.status, at(answer.body, "errorCode")]).toEqual([400, "E0000053"]);
    expect((await box.call("GET", "/api/v1/logs?since=2025-01-01T00:00:00Z")).status).toBe(400);
  });
});
