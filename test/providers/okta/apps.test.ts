import { describe, expect, test } from "vitest";
import type { Live } from "../../../engine/model.ts";
import { movesTo } from "../../../providers/okta/resources/app-positions.ts";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";
import { textAt } from "./emulator/sandbox.ts";

async function assigned(tenant: ReturnType<typeof connected>, label: string, group: string) {
  const app = await byKey(tenant.view(), "app", label);
  return { app: { id: app.id }, group: { id: await tenant.idOf(group) } };
}

describe("an application", () => {
  test("is bound by its exact label and looked up the same way", async () => {
    const view = connected().view();

    const live = await byKey(view, "app", "AWS");

    expect(live).toMatchObject({ spec: { label: "AWS", status: "active" }, computed: { name: "amazon_aws" } });
    expect(await view.find("app", { label: "AWS" })).toEqual({ exact: [{ id: live.id, label: "AWS" }], near: [] });
    expect((await view.find("app", { label: "aws" })).near).toEqual([{ id: live.id, label: "AWS" }]);
  });

  test("is switched off and on, and keeps its label", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "app", "AWS");

    for (const status of ["inactive", "active"]) {
      await tenant.hands().update("app", live, { label: "AWS", status }, [set(status, "status")], context());
      expect((await specOf(tenant.view(), "app", live.id)).status).toBe(status);
    }
    const renamed = tenant.hands().update("app", live, { label: "Amazon" }, [set("Amazon", "label")], context());
    expect(await refusal(renamed)).toMatchObject([{ code: "okta-app-label" }]);
  });
});

describe("an assignment to a group", () => {
  test("is made, changed attribute by attribute, and taken away", async () => {
    const tenant = connected();
    const spec = { ...(await assigned(tenant, "AWS", "support")), profile: { role: "agent" } };

    const live = await tenant.hands().create("app-assignment", spec, context());
    expect(live.id).toBe(`${spec.app.id}/${spec.group.id}`);
    expect(await specOf(tenant.view(), "app-assignment", live.id)).toMatchObject(spec);

    const change = { ...spec, profile: { samlRoles: "admin" } };
    await tenant.hands().update("app-assignment", live, change, [set("admin", "profile", "samlRoles")], context());
    expect((await specOf(tenant.view(), "app-assignment", live.id)).profile).toMatchObject({
      role: "agent",
      samlRoles: "admin",
    });

    await tenant.hands().delete("app-assignment", live, context());
    await tenant.hands().delete("app-assignment", live, context());
    expect(await byId(tenant.view(), "app-assignment", live.id)).toEqual({ gone: true, id: live.id });
  });

  test("shows what the application's schema fills in, and an update sends it back", async () => {
    const tenant = connected();
    const spec = { ...(await assigned(tenant, "PagerDuty", "support")), profile: { jobTitle: "Agent" } };

    const live = await tenant.hands().create("app-assignment", spec, context());
    await tenant.hands().update("app-assignment", live, spec, [set("Lead", "profile", "jobTitle")], context());

    expect((await specOf(tenant.view(), "app-assignment", live.id)).profile).toEqual({
      role: "user",
      jobTitle: "Lead",
    });
  });

  test("costs one call for each application of the stack, in the smallest bucket", async () => {
    const tenant = connected();
    const spec = await assigned(tenant, "AWS", "support");
    const live = await tenant.hands().create("app-assignment", spec, context());
    tenant.requests();

    const other = `${spec.app.id}/${await tenant.idOf("engineering")}`;
    const objects = [
      { id: live.id, fields: [] },
      { key: other, fields: [] },
    ];
    const found = await all(tenant.view().list("app-assignment", { objects }));

    expect(found.map(({ id }) => id)).toEqual([live.id]);
    expect(tenant.requests()).toEqual([`GET /api/v1/apps/${spec.app.id}/groups?limit=200`]);
  });

  test("takes a position that Okta knows, or is told which there are", async () => {
    const tenant = connected();
    const first = { ...(await assigned(tenant, "AWS", "support")), priority: 0 };
    const second = { ...(await assigned(tenant, "AWS", "engineering")), priority: 1 };
    const live = await tenant.hands().create("app-assignment", first, context());
    await tenant.hands().create("app-assignment", second, context());

    await tenant.hands().update("app-assignment", live, { ...first, priority: 1 }, [set(1, "priority")], context());

    expect((await specOf(tenant.view(), "app-assignment", live.id)).priority).toBe(1);
    expect(await tenant.view().review("app-assignment", { ...first, priority: 7 }, live)).toMatchObject([
      { code: "okta-priority", hint: "Write 1 for the last position." },
    ]);
  });

  test("that is there already is a problem that says how to bind it", async () => {
    const tenant = connected();
    const spec = await assigned(tenant, "AWS", "support");
    await tenant.hands().create("app-assignment", spec, context());

    expect(await refusal(tenant.hands().create("app-assignment", spec, context()))).toMatchObject([
      { code: "exists", hint: expect.stringContaining("accord import") },
    ]);
  });
});

describe("positions", () => {
  const permutations = (items: readonly string[]): readonly (readonly string[])[] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) => permutations(items.filter((one) => one !== item)).map((rest) => [item, ...rest]));

  test("are reached whatever the order, by writing only what is declared", () => {
    const start = ["a", "b", "c", "d", "e"];
    for (const target of permutations(start)) {
      for (const declared of [start, ["a", "c"], ["e"], ["b", "c", "d"]]) {
        const wanted = new Map(declared.map((id) => [id, target.indexOf(id)]));
        let order = [...start];
        for (const { id, index } of movesTo(start, wanted)) {
          expect(declared).toContain(id);
          order = order.filter((one) => one !== id).toSpliced(index, 0, id);
        }
        for (const id of declared) expect(order.indexOf(id)).toBe(wanted.get(id));
      }
    }
  });

  test.each(permutations(["0", "1", "2", "3"]).filter((_, index) => index % 5 === 0))(
    "of new assignments hold when they are made in the order %s %s %s %s",
    async (...order) => {
      const tenant = connected();
      const app = await byKey(tenant.view(), "app", "AWS");
      const made = new Map<string, { readonly live: Live; readonly priority: number }>();
      for (const position of order) {
        const group = await tenant.box.call("POST", "/api/v1/groups", { profile: { name: `team-${position}` } });
        const priority = Number(position);
        const spec = { app: { id: app.id }, group: { id: textAt(group.body, "id") }, priority };
        const live = await tenant.hands().create("app-assignment", spec, context());
        const proof = await tenant.view().progress("app-assignment", live);
        expect(proof).toMatchObject({ state: "done", live: { spec: { priority } } });
        made.set(position, { live, priority });
      }
      for (const { live, priority } of made.values()) {
        expect((await specOf(tenant.view(), "app-assignment", live.id)).priority).toBe(priority);
      }
    },
  );

  test("that somebody changes in between are not taken for reached", async () => {
    const tenant = connected();
    const first = { ...(await assigned(tenant, "AWS", "support")), priority: 0 };
    const second = { ...(await assigned(tenant, "AWS", "engineering")), priority: 1 };
    const live = await tenant.hands().create("app-assignment", first, context());
    await tenant.hands().create("app-assignment", second, context());
    await tenant.box.call("PUT", `/api/v1/apps/${first.app.id}/groups/${first.group.id}`, { priority: 1 });

    expect(await tenant.view().progress("app-assignment", live)).toMatchObject({ live: { spec: { priority: 1 } } });
  });
});
