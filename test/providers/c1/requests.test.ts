/** `accord run c1 request` and `revoke`: shown, sent once, and refused in words that say what next. */
import { describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { context, find, recorder, type Stage, stage, watched } from "./tenant.ts";

const ADMIN = { person: "ada@acme.example", app: "AWS", type: "Role", resource: "prod-admin", slug: "assigned" };

async function profile({ connection }: Stage, requests: Spec): Promise<void> {
  const app = { id: await find(connection, "app", { name: "AWS" }) };
  const lookup = { app, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" };
  const entitlements = [{ id: await find(connection, "entitlement", lookup) }];
  const spec = { displayName: "Production", entitlements, requests };
  await connection.hands(recorder).create("access-profile", spec, context());
}

const run = ({ connection }: Stage, action: string, parameters: Readonly<Record<string, string>>) =>
  connection.hands(recorder).run(action, parameters);
const preview = ({ connection }: Stage, action: string, parameters: Readonly<Record<string, string>>) =>
  connection.view().preview(action, parameters);

describe("a request", () => {
  it("is shown, then opens one task, whose number is said", async () => {
    const all = stage();
    await profile(all, { enabled: true, visibleToEveryone: true });
    const asked = { ...ADMIN, duration: "8h", reason: "INC-1" };
    expect((await preview(all, "request", asked)).join()).toMatch(/prod-admin.*ada@acme\.example for 8h/);
    const { connection, sent } = watched(all);
    const { summary, facts } = await connection.hands(recorder).run("request", asked);
    expect(summary.join()).toMatch(/^Task \d+ is open/);
    const [task] = all.emulator.tenant.tasks.rows();
    expect(facts).toMatchObject({ task: task?.id });
    const body = sent.find(({ path }) => path === "/api/v1/task/grant")?.body;
    expect(body).toMatchObject({ description: "INC-1", grantDuration: "28800s" });
  });

  it("is not opened twice: the one that is open is named", async () => {
    const all = stage();
    await profile(all, { enabled: true, visibleToEveryone: true });
    await run(all, "request", ADMIN);
    const [task] = all.emulator.tenant.tasks.rows();
    const named = { problems: [{ code: "task-open", message: expect.stringContaining(task?.id ?? "-") }] };
    await expect(preview(all, "request", ADMIN)).rejects.toMatchObject(named);
    await expect(run(all, "request", ADMIN)).rejects.toMatchObject(named);
    expect(all.emulator.tenant.tasks.size).toBe(1);
  });

  it.each([
    ["in no access profile", undefined],
    ["Production (closed to requests)", { enabled: false }],
    ["Production (visible to some)", { enabled: true }],
  ])("that C1 forbids says where the access is: %s", async (said, requests) => {
    const all = stage();
    if (requests !== undefined) await profile(all, requests);
    await expect(run(all, "request", ADMIN)).rejects.toMatchObject({
      problems: [{ code: "forbidden", hint: expect.stringContaining(said) }],
    });
  });

  it.each([
    ["unknown-person", { ...ADMIN, person: "nobody@acme.example" }],
    ["which-entitlement", { person: ADMIN.person }],
    ["which-entitlement", { ...ADMIN, profile: "Production" }],
    ["lookup-nothing", { ...ADMIN, slug: "owner" }],
    ["bad-duration", { ...ADMIN, duration: "a day" }],
  ])("is refused before anything is sent: %s", async (code, parameters) => {
    const all = stage();
    await expect(preview(all, "request", parameters)).rejects.toMatchObject({ problems: [{ code }] });
    expect(all.emulator.tenant.tasks.size).toBe(0);
  });
});

describe("a revocation", () => {
  it("concerns what is held", async () => {
    await expect(preview(stage(), "revoke", ADMIN)).rejects.toMatchObject({ problems: [{ code: "not-held" }] });
  });

  it("opens a task against it", async () => {
    const all = stage();
    const [grant] = all.emulator.tenant.grants.rows();
    const person = all.emulator.tenant.users.get(grant?.userId ?? "")?.email ?? "";
    const held = { person, entitlement: `${grant?.appId}/${grant?.entitlementId}` };
    expect((await preview(all, "revoke", held)).join()).toContain(person);
    const { facts } = await run(all, "revoke", held);
    const [task] = all.emulator.tenant.tasks.rows();
    expect(task?.grant).toBe(false);
    expect(facts).toMatchObject({ task: task?.id, person });
  });
});
