import { describe, expect, test } from "vitest";
import { zendesk } from "../../../providers/zendesk/provider.ts";
import { all, byId, byKey, refusal } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { connected, context, ids } from "./connected.ts";

describe("a group", () => {
  test("that is deleted is gone, however the lists show it", async () => {
    const tenant = connected();
    const id = tenant.groupId("Escalations");
    await tenant.call("DELETE", `/groups/${id}`);

    expect((await tenant.call("GET", "/groups")).body).toMatchObject({
      groups: [{}, { name: "Escalations", deleted: true }],
    });
    expect(await all(tenant.view().list("group", { objects: [{ id, fields: [] }] }))).toEqual([]);
    expect(await byId(tenant.view(), "group", id)).toEqual({ gone: true, id });
  });

  test("that is deleted is no group where a list shows it all the same", async () => {
    const tenant = connected({
      through: (pass) => (request) => pass(new Request(request.url.replace("exclude_deleted=true&", ""), request)),
    });
    await tenant.call("DELETE", `/groups/${tenant.groupId("Escalations")}`);
    const found = await all(tenant.view().list("group", { objects: [], everything: true }));
    expect(found.map(({ spec }) => spec.name)).toEqual(["Support"]);
  });

  test("of a name that is taken is not made: Zendesk would let two share it", async () => {
    const tenant = connected();
    const hands = tenant.hands();
    expect(await refusal(hands.create("group", { name: "Support" }, context()))).toMatchObject([
      { code: "exists", hint: expect.stringContaining(`accord import zendesk/kind/name ${tenant.groupId("Support")}`) },
    ]);
    expect(tenant.writes).toEqual([]);
  });

  test("looks the names up once for many that are made in a row, and anew after one that was deleted by hand", async () => {
    const tenant = connected();
    const hands = tenant.hands();
    for (const name of ["one", "two", "three"]) await hands.create("group", { name }, context());
    expect(tenant.requests().filter((line) => line.startsWith("GET"))).toHaveLength(1);
    await tenant.call("DELETE", `/groups/${tenant.groupId("two")}`);
    tenant.pass(6_000);
    await tenant.hands().create("group", { name: "two" }, context());
    expect(tenant.requests().filter((line) => line.startsWith("GET"))).toHaveLength(1);
  });

  test("two of one name come both, so that nobody takes either for theirs", async () => {
    const tenant = connected();
    await tenant.call("POST", "/groups", { group: { name: "Support" } });
    const found = await all(tenant.view().list("group", { objects: [{ key: "Support", fields: [] }] }));
    expect(found).toHaveLength(2);
    expect((await tenant.view().find("group", { name: "Support" })).exact).toHaveLength(2);
  });

  test("becomes private, and never public again: said in the plan", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "group", "Escalations");
    await tenant.hands().update("group", before, { isPublic: false }, [set(false, "isPublic")], context());
    const live = await byKey(tenant.view(), "group", "Escalations");
    expect(live.spec.isPublic).toBe(false);
    expect(await tenant.view().review("group", { ...live.spec, isPublic: true }, live)).toMatchObject([
      { code: "zendesk-private-group", path: ["isPublic"] },
    ]);
    expect(
      await refusal(tenant.hands().update("group", live, { isPublic: true }, [set(true, "isPublic")], context())),
    ).toMatchObject([{ message: expect.stringContaining("cannot be made public") }]);
  });

  test("that is the account's default is not deleted, and the refusal says so", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "group", "Support");
    expect(await refusal(tenant.hands().delete("group", live, context()))).toMatchObject([
      { message: expect.stringContaining("default group cannot be deleted") },
    ]);
  });

  test("is deleted with a word about tickets, triggers and views", () => {
    const facts = zendesk.kinds.get("group");
    expect(facts?.describe?.({ action: "delete", before: undefined, after: undefined, fields: [] })).toMatchObject({
      notes: [expect.stringMatching(/tickets.*triggers, views/)],
      undo: "approximate",
    });
  });

  test("with an id beyond 2^53 is written to by that very id", async () => {
    const tenant = connected({ firstId: "9007199254740993" });
    const live = await byKey(tenant.view(), "group", "Escalations", "members");
    expect(BigInt(live.id)).toBeGreaterThan(2n ** 53n);
    expect(String(Number(live.id))).not.toBe(live.id);
    const people = ids(tenant, "linus");
    await tenant
      .hands()
      .update(
        "group",
        live,
        live.spec,
        [{ op: "add", path: ["members"], element: "linus@acme.example" }],
        context(people),
      );
    expect(tenant.memory.groupMemberships.at(-1)).toMatchObject({
      ofId: live.id,
      userId: people["linus@acme.example"],
    });
  });
});
