import { expect, test } from "vitest";
import { byId, byKey, refusal } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";

test("only what the document declares is sent, and the rest of the role stays", async () => {
  const tenant = connected();
  const before = await byKey(tenant.view(), "custom-role", "Staff");
  const spec = { name: "Staff", configuration: { ticket_deletion: true } };
  await tenant.hands().update("custom-role", before, spec, [set(true, "configuration", "ticket_deletion")], context());
  expect(tenant.sent.at(-1)).toEqual({ custom_role: { configuration: { ticket_deletion: true } } });
  expect(await byKey(tenant.view(), "custom-role", "Staff")).toMatchObject({
    spec: { configuration: { ticket_deletion: true, ticket_access: "all", view_access: "full" } },
  });
});

test("what Zendesk alone sets inside the configuration is not shown as declared", async () => {
  const live = await byKey(connected().view(), "custom-role", "Staff");
  expect(Object.keys(Object(live.spec.configuration))).not.toContain("light_agent");
});

test("a system role can be looked at, not changed", async () => {
  const tenant = connected();
  const live = await byKey(tenant.view(), "custom-role", "Light agent");
  expect(live.readOnly).toContain("system role");
});

test("a role that somebody holds is not deleted", async () => {
  const tenant = connected();
  const live = await byKey(tenant.view(), "custom-role", "Staff");
  await tenant.call("PUT", `/users/${tenant.person("grace").id}`, {
    user: { role: "agent", custom_role_id: Number(live.id) },
  });
  expect(await refusal(tenant.hands().delete("custom-role", live, context()))).toMatchObject([
    { code: "zendesk-role-in-use", message: expect.stringContaining("1 team member") },
  ]);
  expect(tenant.writes).toEqual([]);
  tenant.pass(60_000);
  await tenant.call("PUT", `/users/${tenant.person("grace").id}`, { user: { role: "end-user" } });
  await tenant.hands().delete("custom-role", live, context());
  expect(await byId(tenant.view(), "custom-role", live.id)).toEqual({ gone: true, id: live.id });
});
