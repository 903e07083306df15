import { describe, expect, test } from "vitest";
import { zendesk } from "../../../providers/zendesk/provider.ts";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";

const facts = zendesk.kinds.get("agent");

describe("an agent", () => {
  test("is changed in one call, whatever changes, and no call ever names an organization", async () => {
    const tenant = connected();
    const ada = tenant.person("ada");
    await tenant.call("POST", "/organizations", { organization: { name: "Second" } });
    const second = tenant.memory.organizations.at(-1)?.id;
    await tenant.call("POST", "/organization_memberships", {
      organization_membership: { user_id: Number(ada.id), organization_id: Number(second) },
    });
    const role = tenant.memory.roles.find(({ name }) => name === "Staff")?.id ?? "";
    const before = await byKey(tenant.view(), "agent", "ada@acme.example");
    expect(before.spec.role).toBe("end-user");

    const spec = { email: "ada@acme.example", name: "Ada L.", role: "agent", customRole: { id: role }, alias: "A" };
    const changes = [set("Ada L.", "name"), set("agent", "role"), set({ id: role }, "customRole"), set("A", "alias")];
    await tenant.hands().update("agent", before, spec, changes, context());

    expect(tenant.writes).toEqual([`PUT /users/${ada.id}`]);
    expect(tenant.sent.at(-1)).toEqual({
      user: { name: "Ada L.", role: "agent", custom_role_id: Number(role), alias: "A" },
    });
    expect(tenant.memory.organizationMemberships.filter(({ userId }) => userId === ada.id)).toHaveLength(2);
    expect(JSON.stringify(tenant.sent)).not.toContain("organization_id");
  });

  test("signs in with a new address: added, made primary, and the old one taken away", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "agent", "grace@acme.example");
    const spec = { ...before.spec, email: "g.hopper@acme.example" };
    await tenant.hands().update("agent", before, spec, [set("g.hopper@acme.example", "email")], context());

    expect(tenant.writes.map((line) => line.replaceAll(/\d{5,}/g, "…"))).toEqual([
      "POST /users/…/identities",
      "PUT /users/…/identities/…/make_primary",
      "DELETE /users/…/identities/…",
    ]);
    const { identities } = tenant.memory.users.find(({ id }) => id === before.id) ?? { identities: [] };
    expect(identities.map(({ value, primary }) => `${value} ${primary}`)).toEqual(["g.hopper@acme.example true"]);
  });

  test("whose move to a new address was cut off goes on where it stopped", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "agent", "grace@acme.example");
    const identity = { type: "email", value: "g.hopper@acme.example", verified: true };
    await tenant.call("POST", `/users/${before.id}/identities`, { identity });
    const spec = { ...before.spec, email: "g.hopper@acme.example" };
    await tenant.hands().update("agent", before, spec, [set("g.hopper@acme.example", "email")], context());
    expect((await specOf(tenant.view(), "agent", before.id)).email).toBe("g.hopper@acme.example");
    expect(tenant.writes.some((line) => line.startsWith("POST"))).toBe(false);
  });

  test("is made without a mail, and with its default group, which it is put into", async () => {
    const tenant = connected();
    const group = tenant.groupId("Escalations");
    const spec = { email: "new@acme.example", name: "New", defaultGroup: { id: group }, suspended: true };
    const live = await tenant.hands().create("agent", spec, context());
    expect(tenant.sent[1]).toEqual({
      user: { name: "New", role: "agent", email: "new@acme.example", skip_verify_email: true },
    });
    expect(await specOf(tenant.view(), "agent", live.id)).toMatchObject({
      role: "agent",
      suspended: true,
      defaultGroup: { id: group },
    });
  });

  test("who is a customer already is not taken over silently", async () => {
    const tenant = connected();
    const spec = { email: "ada@acme.example", name: "Ada", role: "agent" };
    expect(await refusal(tenant.hands().create("agent", spec, context()))).toMatchObject([
      { code: "exists", hint: expect.stringContaining("adopt: true") },
    ]);
    expect(tenant.person("ada").role).toBe("end-user");
  });

  test("is suspended at its end, not deleted; deleting is another matter and says so", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "agent", "grace@acme.example");
    await tenant.hands().disable("agent", live, context());
    expect(await specOf(tenant.view(), "agent", live.id)).toMatchObject({ suspended: true, role: "agent" });
    expect(facts?.describe?.({ action: "delete", before: live, after: undefined, fields: [] })).toMatchObject({
      undo: "none",
    });
    await tenant.hands().delete("agent", live, context());
    await tenant.hands().delete("agent", live, context());
    expect(await byId(tenant.view(), "agent", live.id)).toEqual({ gone: true, id: live.id });
  });

  test("who is demoted leaves every group, and the plan says so", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "agent", "rosalind@acme.example");
    const spec = { ...live.spec, role: "end-user" };
    const change = { action: "update", before: live, after: spec, fields: [set("end-user", "role")] };
    expect(facts?.describe?.(change)).toMatchObject({
      uncertain: { effect: expect.stringContaining("Demotion") },
      undo: "approximate",
    });
    await tenant.hands().update("agent", live, spec, change.fields, context());
    expect(tenant.memory.groupMemberships.some(({ userId }) => userId === live.id)).toBe(false);
    // No list of the team shows them any more; by id they are still there.
    expect(await byId(tenant.view(), "agent", live.id)).toMatchObject({ spec: { role: "end-user" } });
    const found = await all(tenant.view().list("agent", { objects: [{ id: live.id, fields: [] }] }));
    expect(found).toMatchObject([{ spec: { role: "end-user" } }]);
  });

  test("updates are a second apart, however many people change", async () => {
    const tenant = connected();
    const names = ["grace", "linus", "rosalind"];
    const hands = tenant.hands();
    const lives = await Promise.all(names.map((name) => byKey(tenant.view(), "agent", `${name}@acme.example`)));
    const start = tenant.emulator.memory.users[0]?.updatedAt ?? 0;
    await Promise.all(lives.map((live) => hands.update("agent", live, live.spec, [set("Z", "alias")], context())));
    const times = names.map((name) => tenant.person(name).updatedAt - start).sort((a, b) => a - b);
    expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) >= 1_000)).toBe(true);
    expect(tenant.requests().filter((line) => line.startsWith("PUT"))).toHaveLength(3);
  });

  test("takes six updates of one person in two windows", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "agent", "grace@acme.example");
    const hands = tenant.hands();
    for (let n = 1; n <= 6; n += 1) {
      await hands.update("agent", live, { ...live.spec, alias: `A${n}` }, [set(`A${n}`, "alias")], context());
    }
    expect(tenant.person("grace").alias).toBe("A6");
    expect(tenant.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(55_000);
    expect(tenant.requests().filter((line) => line.startsWith("PUT"))).toHaveLength(6);
  });
});

describe("who somebody is", () => {
  test("goes by the primary address alone", async () => {
    const tenant = connected();
    const identity = { type: "email", value: "also@acme.example", verified: true };
    await tenant.call("POST", `/users/${tenant.person("grace").id}/identities`, { identity });
    tenant.pass(300_000);
    const found = await tenant.view().people(["also@acme.example", "GRACE@acme.example"]);
    expect(found.map(({ candidates }) => candidates.map(({ login }) => login))).toEqual([[], ["grace@acme.example"]]);
  });

  test("is found among the team where the search has not heard of it yet", async () => {
    const tenant = connected();
    await tenant.call("POST", "/users", { user: { name: "New", email: "new@acme.example", role: "agent" } });
    const [match] = await tenant.view().people(["new@acme.example"]);
    expect(match?.candidates).toHaveLength(1);
    expect((await tenant.call("GET", "/users/search?query=email:new@acme.example")).body).toMatchObject({ count: 0 });
  });
});

describe("standing", () => {
  test("names ourselves, and every administrator who can sign in", async () => {
    const tenant = connected();
    const trent = { id: tenant.person("trent").id, label: "trent@acme.example" };
    expect(await tenant.view().standing()).toEqual({ self: trent, administrators: [trent] });
    tenant.person("grace").role = "admin";
    tenant.person("linus").role = "admin";
    tenant.person("linus").suspended = true;
    expect((await tenant.view().standing())?.administrators.map(({ label }) => label)).toEqual([
      "grace@acme.example",
      "trent@acme.example",
    ]);
  });

  test("an administrator's edge administers; whoever is suspended holds nothing", () => {
    const edges = (spec: object) => [...(facts?.edges?.({ spec: { email: "a@b.c", name: "A", ...spec } }) ?? [])];
    expect(edges({ role: "admin" })).toMatchObject([{ account: true }, { administers: true, privileged: true }]);
    expect(edges({ role: "agent", customRole: { id: "7" } }).map(({ entitlement }) => entitlement)).toEqual([
      "an active account",
      "Zendesk agent",
      "Zendesk custom role 7",
    ]);
    expect(edges({ role: "admin", suspended: true })).toEqual([]);
    expect(edges({ role: "end-user" })).toMatchObject([{ account: true }]);
  });
});

test("a custom role goes with an agent, a default group with somebody on the team", () => {
  const findings = (spec: object) =>
    [...(facts?.check?.({ email: "a@b.c", name: "A", ...spec }) ?? [])].map(({ code }) => code);
  expect(findings({ role: "admin", customRole: { id: "1" } })).toEqual(["zendesk-role-and-custom-role"]);
  expect(findings({ role: "end-user", defaultGroup: { id: "1" } })).toEqual(["zendesk-end-user-in-group"]);
  expect(findings({ customRole: { id: "1" }, defaultGroup: { id: "1" } })).toEqual([]);
});
