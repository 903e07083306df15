import { describe, expect, test } from "vitest";
import { at, bearer, listOf, nextLink, sandbox, textAt } from "./sandbox.ts";

describe("members of a group", () => {
  test("are put in and taken out, and the group says when that was", async () => {
    const box = sandbox();
    const group = textAt(
      (await box.call("POST", "/api/v1/groups", { profile: { name: "prod-breakglass" } })).body,
      "id",
    );
    const ada = textAt((await box.call("GET", "/api/v1/users/ada@acme.example")).body, "id");
    await box.pass(60_000);

    expect((await box.call("PUT", `/api/v1/groups/${group}/users/${ada}`)).status).toBe(204);
    expect((await box.call("PUT", `/api/v1/groups/${group}/users/${ada}`)).status).toBe(204);

    const members = await box.call("GET", `/api/v1/groups/${group}/users?limit=200`);
    expect(listOf(members.body).map((user) => at(user, "profile", "login"))).toEqual(["ada@acme.example"]);
    const read = await box.call("GET", `/api/v1/groups/${group}`);
    expect(at(read.body, "lastUpdated")).toBe("2026-11-22T09:00:00.000Z");
    expect(at(read.body, "lastMembershipUpdated")).toBe("2026-11-22T09:01:00.000Z");

    expect((await box.call("DELETE", `/api/v1/groups/${group}/users/${ada}`)).status).toBe(204);
    expect((await box.call("GET", `/api/v1/groups/${group}/users`)).body).toEqual([]);
  });

  test("come page by page, and the next link forgets that rules were asked for", async () => {
    const box = sandbox();
    const groups = listOf((await box.call("GET", "/api/v1/groups?q=engineering")).body);
    const id = textAt(groups[0], "id");

    const first = await box.call("GET", `/api/v1/groups/${id}/users?limit=2&expand=group-rules`);
    expect(listOf(first.body).map((user) => at(user, "_embedded", "group-rules", 0, "name"))).toEqual([
      "engineering",
      "engineering",
    ]);
    const next = nextLink(first.headers) ?? "";
    expect(next).not.toContain("expand");
    const second = await box.call("GET", next);
    expect(listOf(second.body)).toHaveLength(1);
    expect(at(second.body, 0, "_embedded")).toBeUndefined();
    expect(nextLink(second.headers)).toBeUndefined();
  });

  test("the sandbox client reads them with a token of its own", async () => {
    const box = sandbox();
    const headers = await bearer(box, "okta.groups.read okta.users.read");
    const answer = await box.call("GET", "/api/v1/groups?limit=1", undefined, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-rate-limit-limit")).toBe("250");
  });
});
