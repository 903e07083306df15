/** Request settings of an app: rules in order, defaults that take their time, unused access. */
import { describe, expect, it } from "vitest";
import type { FieldChange, Live, Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { context, find, readOne, recorder, type Stage, stage, watched } from "./tenant.ts";

const MINUTE = 60_000;
const kind = c1.kinds.get("app-settings");

function codes(...rules: readonly Spec[]): readonly string[] {
  return [...(kind?.check?.({ app: { id: "1" }, rules }) ?? [])].map(({ code }) => code);
}

describe("a configuration rule", () => {
  it("sees the entitlement alone: no person, and no question to the directory", () => {
    expect(codes({ name: "Prod", when: 'entitlement.role.display_name == "admin"' })).toEqual([]);
    expect(codes({ name: "Mine", when: 'subject.department == "SRE"' })).toEqual([expect.stringMatching(/^cel-/)]);
    const asks = 'c1.directory.users.v1.FindByEmail("a@b.c").email == "x"';
    expect(codes({ name: "Asks", when: asks })).toEqual([expect.stringMatching(/^cel-/)]);
  });

  it("has a name of its own, and is reached", () => {
    expect(codes({ name: "One", when: "true" }, { name: "One", when: "" })).toEqual(["rule-named-twice"]);
    expect(codes({ name: "Rest", when: "" }, { name: "Late", when: "true" })).toEqual(["rule-never-reached"]);
    expect(codes({ name: "Off", when: "", enabled: false }, { name: "Late", when: "true" })).toEqual([]);
  });

  it("is moved as it is: C1 is told the order of all rules, and keeps their ids", async () => {
    const all = stage();
    const { connection, sent } = watched(all);
    const app = { id: await find(all.connection, "app", { name: "AWS" }) };
    const [one, two, three] = [rule("One"), rule("Two"), rule("Three")];
    const made = await connection.hands(recorder).create("app-settings", { app, rules: [one, two, three] }, context());
    const before = idsByName(all);
    sent.length = 0;
    await change(all, connection, made, { app, rules: [three, one, rule("Four")] });
    const writes = sent.filter(({ method, path }) => method !== "GET" && path.includes("rules"));
    expect(writes.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`)).toEqual([
      "POST entitlement_configuration_rules",
      "POST reorder",
      `DELETE ${before.Two}`,
    ]);
    const after = idsByName(all);
    expect(Object.keys(after)).toEqual(["Three", "One", "Four"]);
    expect(after).toMatchObject({ One: before.One, Three: before.Three });
  });
});

describe("request defaults", () => {
  it("are proven when C1 has applied them, to what keeps no settings of its own", async () => {
    const all = stage();
    const { connection, emulator } = all;
    const app = { id: await find(connection, "app", { name: "AWS" }) };
    const spec: Spec = { app, defaults: { enabled: true, resourceTypes: ["Role"], duration: "4h" } };
    const made = await connection.hands(recorder).create("app-settings", spec, context());
    expect(await connection.view().progress("app-settings", made)).toMatchObject({ state: "converging" });
    const [role] = emulator.tenant.entitlements.rows().filter(({ slug }) => slug === "assigned");
    expect(role?.durationGrant).toBe(null);
    await all.pass(MINUTE);
    expect(await connection.view().progress("app-settings", made)).toMatchObject({ state: "done" });
    const now = emulator.tenant.entitlements.rows().find(({ id }) => id === role?.id);
    expect(now?.durationGrant).toBe("14400s");
  });

  it("name resource types that the app has", async () => {
    const { connection } = stage();
    const app = { id: await find(connection, "app", { name: "AWS" }) };
    const spec = { app, defaults: { enabled: true, resourceTypes: ["Rolle"] } };
    const found = await connection.view().review("app-settings", spec, undefined);
    expect(found).toMatchObject([{ code: "unknown-resource-type", hint: expect.stringContaining("Role") }]);
  });
});

describe("settings of an app", () => {
  it("exist once something is switched on, and no more when they are taken back", async () => {
    const all = stage();
    const { connection } = all;
    const app = { id: await find(connection, "app", { name: "AWS" }) };
    const spec: Spec = { app, usage: { revoke: true, revokeAfterDays: 90 } };
    expect(await readOne(connection, "app-settings", spec)).toBe(undefined);
    const hands = connection.hands(recorder);
    const made = await hands.create("app-settings", spec, context());
    expect((await readOne(connection, "app-settings", spec))?.spec.usage).toMatchObject({ revoke: true });
    await hands.delete("app-settings", made, context());
    expect(await readOne(connection, "app-settings", spec)).toBe(undefined);
  });
});

function rule(name: string): Spec {
  return { name, description: "", when: "true", enabled: true, policy: null, maxDuration: null, form: null };
}

function idsByName({ emulator }: Stage): Readonly<Record<string, string>> {
  const rules = [...emulator.tenant.routingRules.rows()].sort((a, b) => a.priority - b.priority);
  return Object.fromEntries(rules.map(({ displayName, id }) => [displayName, id]));
}

async function change(all: Stage, { hands }: Stage["connection"], before: Live, spec: Spec): Promise<void> {
  const live = (await readOne(all.connection, "app-settings", spec, before.id)) ?? before;
  const field: FieldChange = {
    op: "set",
    path: ["rules"],
    before: live.spec.rules,
    after: spec.rules ?? [],
  };
  await hands(recorder).update("app-settings", live, spec, [field], context());
}
