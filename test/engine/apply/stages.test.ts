import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Step, stagesOf } from "../../../engine/apply/stages.ts";
import type { Address, Change, FieldChange } from "../../../engine/model.ts";
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
