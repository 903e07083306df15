import { describe, expect, test } from "vitest";
import { all, byId, byKey, connected, context, refusal, set, specOf } from "./connected.ts";

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
