import { expect, test } from "vitest";
import { connected } from "./connected.ts";

test("who changed what, newest first, where the plan keeps a log", async () => {
  const tenant = connected();
  const id = tenant.groupId("Support");
  const since = Date.parse(
    (await tenant.emulator.fetch(new Request("https://acme.zendesk.com/"))).headers.get("date") ?? "",
  );
  await tenant.call("PUT", `/groups/${id}`, { group: { description: "By hand" } });
  tenant.pass(5_000);
  await tenant.call("POST", "/group_memberships", {
    group_membership: { user_id: Number(tenant.person("grace").id), group_id: Number(id) },
  });
  const events = await tenant.view().audit([id], since);
  expect(events.map(({ actor, action, targets }) => ({ actor, action, targets }))).toEqual([
    { actor: "Trent Admin", action: "update: Grace Hopper added", targets: [id] },
    { actor: "Trent Admin", action: "update", targets: [id] },
  ]);
  tenant.memory.plan = "growth";
  expect(await tenant.view().audit([id], since)).toEqual([]);
});
