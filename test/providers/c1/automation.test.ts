/** Automations: expressions where each may stand, steps that know each other, and what only the console can make. */
import { describe, expect, it } from "vitest";
import type { FieldChange, Live, Spec } from "../../../engine/model.ts";
import { Automation, Step, Trigger } from "../../../providers/c1/emulator/shapes/automation.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { context, readOne, recorder, type Stage, stage, watched } from "./tenant.ts";

const kind = c1.kinds.get("automation");
const mail = (name: string, body: string): Spec => ({ name, sendEmail: { subject: "Hello", body } });

function codes(spec: Spec): readonly string[] {
  return [...(kind?.check?.({ displayName: "Leaver", ...spec }) ?? [])].map(({ code }) => code);
}

describe("the condition of a trigger", () => {
  const when = (text: string) => codes({ triggers: [{ userProfileChange: { when: text } }] });

  it("sees what changed, in both spellings", () => {
    expect(when("ctx.trigger.oldUser.department != ctx.trigger.new_user.department")).toEqual([]);
    expect(when("subject.department == 'x'")).toEqual([expect.stringMatching(/^cel-/)]);
    expect(when("ctx.trigger.newUser.department")).toEqual([expect.stringMatching(/^cel-/)]);
  });

  it("asks no directory: not even C1 takes it", async () => {
    const asks = 'c1.user.v1.HasApp(ctx.trigger.newUser, "2kG3aTftCcAvWtHZt2Ywry0dPn7")';
    expect(when(asks)).toEqual([expect.stringMatching(/^cel-/)]);
    const spec = { displayName: "Leaver", triggers: [{ userCreated: { when: asks } }] };
    const made = stage().connection.hands(recorder).create("automation", spec, context());
    await expect(made).rejects.toMatchObject({ problems: [{ code: "refused" }] });
  });
});

describe("a step", () => {
  it("may ask the directory, the trigger and the steps before it", () => {
    const asks = "{{ c1.directory.users.v1.GetByID(ctx.trigger.user_id).email }} {{ ctx.first.result }}";
    expect(codes({ steps: [mail("first", ""), mail("second", asks)] })).toEqual([]);
    expect(codes({ steps: [mail("first", "{{ ctx.second.result }}"), mail("second", "")] })).toEqual(["unknown-step"]);
    expect(codes({ steps: [{ ...mail("first", ""), skipIf: "ctx.frist.done" }] })).toEqual(["unknown-step"]);
  });

  it("has a name of its own", () => {
    expect(codes({ steps: [mail("one", ""), mail("one", "")] })).toEqual(["step-named-twice"]);
    expect(codes({ steps: [mail("trigger", "")] })).toEqual(["step-named-twice"]);
  });

  it.each(["{{ ctx.trigger. }}", "{{ 1 + }}", "Hello {{ ctx.trigger.name", "Hello }}"])(
    "has templates that are whole: %s",
    (body) => expect(codes({ steps: [mail("one", body)] })).toHaveLength(1),
  );

  it("checks arguments of connector actions too", () => {
    const action = { connector: { id: "a/b" }, action: "disable_user", arguments: { user_id: "{{ ctx.tigger.id }}" } };
    expect(codes({ steps: [{ name: "off", connectorAction: action }] })).toEqual(["unknown-step"]);
  });
});

describe("what only C1's console can make", () => {
  it("is shown by its name, kept by an update, and its secret is nowhere", async () => {
    const all = stage();
    const row = byHand(all);
    const shown = await readOne(all.connection, "automation", { displayName: "Leaver" });
    expect(shown?.spec.triggers).toEqual([{ other: "webhook" }]);
    expect(shown?.spec.steps).toMatchObject([{ name: "password", other: "generatePassword" }]);
    const spec = {
      displayName: "Leaver",
      steps: [{ name: "password", title: "New", skipIf: "", other: "generatePassword" }],
    };
    const { connection, sent } = watched(all);
    const live = await update(connection, shown, spec, "steps");
    expect(all.emulator.tenant.workflows.get(row)?.automationSteps).toMatchObject([
      { stepName: "password", stepDisplayName: "New", generatePassword: { policy: { minCharacterCount: 20 } } },
    ]);
    expect(Object.keys(live.computed ?? {}).join()).not.toMatch(/secret|url/i);
    expect(sent.at(-1)?.body).toMatchObject({ updateMask: expect.not.stringContaining("riggers") });
  });

  it("is not made by a document that only names it", async () => {
    const spec = { displayName: "New", triggers: [{ other: "webhook" }] };
    const made = stage().connection.hands(recorder).create("automation", spec, context());
    await expect(made).rejects.toMatchObject({ problems: [{ code: "only-in-console" }] });
  });

  it("as a draft is left alone and said; one that nobody touched goes along", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const before = { displayName: "Joiner", triggers: [{ userCreated: { when: "" } }] };
    const made = await hands.create("automation", before, context());
    const drafted = () => all.emulator.tenant.workflows.get(made.id)?.draftTriggers;
    const after = { displayName: "Joiner", triggers: [{ scheduleNoUser: { cron: "0 6 * * *", timezone: "UTC" } }] };
    await update(all.connection, made, after, "triggers");
    expect(drafted()).toMatchObject([{ scheduleNoUser: { cronSpec: "0 6 * * *" } }]);

    const row = all.emulator.tenant.workflows.get(made.id);
    if (row === undefined) throw new Error("it is gone");
    all.emulator.tenant.workflows.put({
      ...row,
      draftTriggers: [],
      draftAutomationSteps: [Step.make({ stepName: "mine" })],
    });
    const live = await readOne(all.connection, "automation", after);
    expect(await all.connection.view().review("automation", after, live)).toMatchObject([
      { code: "unpublished-draft" },
    ]);
    await update(all.connection, live, before, "triggers");
    expect(drafted()).toEqual([]);
  });
});

it("a read-only administrator sees none, which preflight says before anything reads as gone", async () => {
  const all = stage();
  byHand(all);
  const reader = all.emulator.addPrincipal({ roles: ["Read-Only Super Administrator"] });
  const view = all.connect({ clientId: reader.clientId, clientSecret: reader.clientSecret }).view();
  expect(await view.preflight(["automation"])).toMatchObject([{ code: "missing-role" }]);
  const seen: Live[] = [];
  for await (const live of view.list("automation", { objects: [], everything: true })) seen.push(live);
  expect(seen).toEqual([]);
});

it("one that its circuit breaker has stopped says so", async () => {
  const all = stage();
  const id = byHand(all);
  const row = all.emulator.tenant.workflows.get(id);
  if (row === undefined) throw new Error("it is gone");
  const tripped = { observedCount: 9, period: "CIRCUIT_BREAKER_PERIOD_HOUR", threshold: 8, trippedAt: null } as const;
  all.emulator.tenant.workflows.put({ ...row, circuitBreaker: tripped });
  const live = await readOne(all.connection, "automation", { displayName: "Leaver" });
  expect(await all.connection.view().review("automation", {}, live)).toMatchObject([{ code: "automation-stopped" }]);
});

/** With a webhook whose secret was shown once, and a step that makes passwords. */
function byHand({ emulator: { tenant } }: Stage): string {
  const webhook = { capabilityUrl: null, hmac: {}, jwt: null, listenerId: "listener" };
  const step = Step.make({ stepName: "password", generatePassword: { policy: { minCharacterCount: 20 } } });
  const parts = { automationSteps: [step], triggers: [Trigger.make({ webhook })] };
  const id = tenant.newId();
  tenant.workflows.put(Automation.make({ ...parts, displayName: "Leaver", enabled: true, id }));
  return id;
}

async function update(
  connection: Stage["connection"],
  live: Live | undefined,
  spec: Spec,
  field: string,
): Promise<Live> {
  if (live === undefined) throw new Error("there is nothing to update");
  const change: FieldChange = { op: "set", path: [field], before: live.spec[field], after: spec[field] ?? [] };
  return connection.hands(recorder).update("automation", live, spec, [change], context());
}
