import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Step, stagesOf, stepsOf } from "../../../engine/graph/stages.ts";
import type { Address, Change, FieldChange, Part } from "../../../engine/model.ts";
import { withWaits } from "../../../engine/plan/waits.ts";
import type { KindFacts } from "../../../engine/provider.ts";
import { changeOf, factsOf } from "../plan/samples.ts";

const KINDS: Readonly<Record<string, Partial<KindFacts>>> = {
  "okta/group": {},
  "c1/policy": { whole: true },
  "c1/membership-automation": { phase: "last" },
};
const facts = (kind: string): KindFacts => ({ ...factsOf(kind), ...KINDS[kind] });

const field = fc.constantFrom<FieldChange>(
  { op: "set", path: ["description"], before: "a", after: "b" },
  { op: "add", path: ["members"], element: "ada" },
  { op: "add", path: ["members"], element: "grace" },
  { op: "remove", path: ["members"], element: "linus" },
  { op: "remove", path: ["members"], element: "alan" },
);

/** Changes that depend only on earlier ones. */
const plans: fc.Arbitrary<readonly Change[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...Object.keys(KINDS)),
      action: fc.constantFrom<Change["action"]>("create", "update", "replace", "adopt", "delete", "forget", "none"),
      fields: fc.uniqueArray(field, { minLength: 1 }),
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((rows) => {
    const addresses = rows.map(({ kind }, index): Address => `${kind}/r${index}` as Address);
    return rows.map(({ kind, action, fields, needs }, index) =>
      changeOf(action, {
        address: addresses[index] ?? "null/resource/x",
        kind,
        fields,
        dependsOn: needs.flatMap((need) => (need < index ? (addresses[need] ?? []) : [])),
      }),
    );
  });

/** Every step with its place in the run. */
function placed(changes: readonly Change[]): readonly (Step & { readonly stage: string; readonly at: number })[] {
  let at = 0;
  return stagesOf(changes, facts).flatMap(({ name, layers }) =>
    layers.flatMap((layer) => {
      at += 1;
      return layer.map((step) => ({ ...step, stage: name, at }));
    }),
  );
}

describe("stages", () => {
  test("do every change that acts, whole, and exactly once", () => {
    fc.assert(
      fc.property(plans, (changes) => {
        const steps = placed(changes);
        for (const change of changes) {
          const own = steps.filter((step) => step.change === change);
          if (change.action === "none") expect(own).toEqual([]);
          else {
            expect(own.filter((step) => step.final)).toHaveLength(1);
            expect(own.at(-1)?.final).toBe(true);
            const done = own.flatMap((step) => step.fields);
            expect(new Set(done)).toEqual(new Set("fields" in change ? change.fields : []));
            expect(done).toHaveLength("fields" in change ? change.fields.length : 0);
          }
        }
      }),
    );
  });

  test("take nothing before everything that is given has been", () => {
    fc.assert(
      fc.property(plans, (changes) => {
        const steps = placed(changes);
        const takes = steps.filter((step) => step.stage === "take" || step.stage === "delete");
        const gives = steps.filter((step) => step.stage === "build" || step.stage === "build-last");
        const lastGive = Math.max(0, ...gives.map((step) => step.at));
        for (const step of takes) expect(step.at).toBeGreaterThan(lastGive);
        for (const step of gives) {
          const removals = step.fields.some((one) => one.op === "remove");
          // Only a write that carries the whole object, or makes it anew, may take while it gives.
          if (removals) expect(facts(step.change.kind).whole === true || step.change.action === "replace").toBe(true);
        }
      }),
    );
  });

  test("keep needs before what needs them, within a stage", () => {
    fc.assert(
      fc.property(plans, (changes) => {
        const steps = placed(changes);
        for (const step of steps) {
          for (const need of step.change.dependsOn) {
            const other = steps.find((one) => one.change.address === need && one.stage === step.stage);
            if (other !== undefined) expect(other.at).toBeLessThan(step.at);
          }
        }
      }),
    );
  });

  test("automations come last and go first", () => {
    const automation = "c1/membership-automation";
    const create = changeOf("create", { address: "c1/membership-automation/a", kind: automation });
    const group = changeOf("update", {
      address: "okta/group/g",
      kind: "okta/group",
      fields: [{ op: "remove", path: ["members"], element: "ada" }],
    });
    const retired = changeOf("delete", { address: "c1/membership-automation/b", kind: automation });
    expect(placed([group, create, retired]).map((step) => [step.stage, step.change.address])).toEqual([
      ["retire", "c1/membership-automation/b"],
      ["build-last", "c1/membership-automation/a"],
      ["take", "okta/group/g"],
    ]);
  });
});

describe("what waits", () => {
  const take = (name: string): Change =>
    changeOf("update", {
      address: `okta/group/${name}`,
      fields: [{ op: "remove", path: ["members"], element: "ada" }],
    });
  const give = (name: string, dependsOn: readonly Address[] = []): Change =>
    changeOf("update", {
      address: `okta/group/${name}`,
      fields: [{ op: "add", path: ["members"], element: "ada" }],
      dependsOn,
    });
  const swap = (name: string): Change =>
    changeOf("update", {
      address: `okta/group/${name}`,
      fields: [
        { op: "add", path: ["members"], element: "grace" },
        { op: "remove", path: ["members"], element: "ada" },
      ],
    });
  const gives = { part: "give", why: "nobody holds both" } as const;
  const order = (changes: readonly Change[]) =>
    placed(changes).map(({ change, part, stage, final }) => [change.address, part ?? "whole", stage, final]);

  test("moves behind what it waits for, and what depends on it with it", () => {
    const { changes, refused } = withWaits(
      [give("a"), give("after-a", ["okta/group/a"]), give("other"), take("b")],
      [{ ...gives, address: "okta/group/a", for: { address: "okta/group/b", part: "take" } }],
      facts,
    );
    expect(refused).toEqual([]);
    expect(order(changes)).toEqual([
      ["okta/group/other", "whole", "build", true],
      ["okta/group/b", "take", "take", true],
      ["okta/group/a", "whole", "take", true],
      ["okta/group/after-a", "whole", "take", true],
    ]);
  });

  test("lets a change take before it gives", () => {
    const { changes } = withWaits(
      [swap("a")],
      [{ ...gives, address: "okta/group/a", for: { address: "okta/group/a", part: "take" } }],
      facts,
    );
    expect(order(changes)).toEqual([
      ["okta/group/a", "take", "take", false],
      ["okta/group/a", "give", "take", true],
    ]);
  });

  const waits = fc.array(fc.record({ one: fc.nat(11), other: fc.nat(11), part: fc.boolean(), of: fc.boolean() }), {
    maxLength: 6,
  });

  test("never goes in a circle, is never left out, and follows what it waits for", () => {
    fc.assert(
      fc.property(plans, waits, (plan, wishes) => {
        const acting = plan.filter(({ action }) => action !== "none");
        const name = (index: number): Address => acting[index % acting.length]?.address ?? "null/resource/x";
        const part = (takes: boolean): Part => (takes ? "take" : "give");
        const wanted = wishes.map(({ one, other, part: takes, of }) => ({
          address: name(one),
          part: part(takes),
          for: { address: name(other), part: part(of) },
          why: "",
        }));
        const { changes, refused } = withWaits(acting, acting.length === 0 ? [] : wanted, facts);
        const all = stepsOf(changes, facts);
        expect(all.circle).toEqual([]);
        const at = new Map(
          all.stages.flatMap(({ layers }) => layers).flatMap((layer, index) => layer.map((step) => [step, index])),
        );
        expect(at.size).toBe(placed(acting).length);
        for (const [step, place] of at) {
          for (const [, awaited] of all.awaited(step)) {
            expect(awaited === undefined ? -1 : at.get(awaited)).toBeLessThan(place);
          }
        }
        for (const wait of refused) {
          const forced = changes.map((change) =>
            change.address === wait.address ? { ...change, waits: [...(change.waits ?? []), wait] } : change,
          );
          expect(stepsOf(forced, facts).circle).not.toEqual([]);
        }
      }),
    );
  });
});
