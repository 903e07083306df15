import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, type Limits } from "../../../engine/config/limits.ts";
import { type BudgetInput, budgetVerdicts, NOTHING, NOTHING_SPENT } from "../../../engine/guardrails/budgets.ts";
import { heldByKind, weightOf } from "../../../engine/guardrails/weight.ts";
import type { Address, Change, PopulationChange } from "../../../engine/model.ts";
import { changeOf, factsOf, liveOf, RULES } from "../plan/samples.ts";

const PEOPLE = Array.from({ length: 12 }, (_, index) => `p${index}`);

/** An update of a group of twelve that takes the first `count` out, and one that gives to as many. */
function taking(count: number, name = "g"): Change {
  return changeOf("update", {
    address: `okta/group/${name}`,
    before: liveOf(name, { members: PEOPLE }),
    fields: PEOPLE.slice(0, count).map((element) => ({ op: "remove", path: ["members"], element }) as const),
  });
}

function gained(count: number, privileged: boolean): BudgetInput["impact"] {
  const address: Address = "okta/group/g";
  const edges = PEOPLE.slice(0, count).map((person) => ({ person, entitlement: "x", privileged, address }));
  return { gained: edges, lost: [] };
}

function denied(input: Partial<BudgetInput>): readonly string[] {
  const verdicts = budgetVerdicts({
    changes: [],
    impact: { gained: [], lost: [] },
    limits: DEFAULT_LIMITS,
    spent: NOTHING_SPENT,
    held: { "okta/group": 12 },
    rulesOf: () => RULES,
    ...input,
  });
  return verdicts.map((verdict) => verdict.name);
}

const limits: fc.Arbitrary<Limits> = fc.record({
  removals: fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), floor: fc.nat(20), count: fc.nat(12) }),
  grants: fc.record({ count: fc.nat(12) }),
  privilegedGrants: fc.record({ count: fc.nat(12) }),
  emptying: fc.record({ count: fc.nat(2) }),
  kinds: fc.constant({}),
  window: fc.constant(DEFAULT_LIMITS.window),
  administrators: fc.constant(1),
  breakGlass: fc.constant([]),
});

describe("whom a changed rule lets go", () => {
  const mover = (person: string) => ({ person, personId: person, by: [] });
  const population = (leaves: number, doubtful: number, held: number, enters = 0): PopulationChange => ({
    address: "okta/group-rule/r",
    entitlement: "member of g",
    enters: PEOPLE.slice(0, enters).map(mover),
    leaves: PEOPLE.slice(0, leaves).map(mover),
    uncertain: [
      ...PEOPLE.slice(leaves, leaves + doubtful).map((person) => ({ ...mover(person), held: true, why: "?" })),
      { ...mover("outside"), held: false, why: "?" },
    ],
    held,
    matches: { least: 0, most: 0 },
    remarks: [],
  });

  test.each([
    [3, 0, 12, []],
    [4, 0, 12, ["budget:removals"]],
    [2, 2, 12, ["budget:removals"]],
    [4, 0, 9, []],
    [9, 0, 9, ["budget:emptying"]],
    [12, 0, 12, ["budget:removals", "budget:emptying"]],
  ])("%i leave and %i may, of %i: %j", (leaves, doubtful, held, names) => {
    expect(denied({ populations: [population(leaves, doubtful, held)] })).toEqual(names);
  });

  test("empties nothing where somebody comes instead", () => {
    expect(denied({ populations: [population(2, 0, 2, 1)] })).toEqual([]);
  });
});

describe("budgets are monotone", () => {
  const amounts = fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  test("who takes or gives more is denied whatever denies less", () => {
    fc.assert(
      fc.property(limits, amounts, fc.boolean(), (given, [less, more], privileged) => {
        const of = (count: number) =>
          denied({ limits: given, changes: [taking(count)], impact: gained(count, privileged) });
        expect(of(more)).toEqual(expect.arrayContaining([...of(less)]));
      }),
    );
  });

  test("nothing that was spent earlier makes more possible", () => {
    fc.assert(
      fc.property(limits, amounts, fc.integer({ min: 1, max: 12 }), (given, [less, more], count) => {
        const of = (before: number) =>
          denied({
            limits: { ...given, removals: { ...given.removals, floor: 0 } },
            changes: [taking(count)],
            impact: gained(count, true),
            // What was taken is no longer held: the whole stays the same.
            held: { "okta/group": 24 - before },
            spent: {
              ...NOTHING_SPENT,
              kinds: {
                "okta/group": {
                  ...NOTHING,
                  flows: [{ run: "r", taken: before, brought: 0 }],
                  removed: before,
                  granted: before,
                  privileged: before,
                  emptied: before,
                },
              },
            },
          });
        expect(of(more)).toEqual(expect.arrayContaining([...of(less)]));
      }),
    );
  });

  test("a plan that takes and gives nothing is never denied, whatever was spent", () => {
    fc.assert(
      fc.property(limits, (given) => {
        expect(denied({ limits: given, spent: { ...NOTHING_SPENT, exhausted: true } })).toEqual([]);
      }),
    );
  });

  test("an exhausted window leaves nothing of any budget", () => {
    const most = { ...DEFAULT_LIMITS, grants: { count: 99 }, privilegedGrants: { count: 99 }, emptying: { count: 99 } };
    const spent = { ...NOTHING_SPENT, exhausted: true };
    expect(denied({ limits: most, spent, changes: [taking(12)], impact: gained(1, true) })).toEqual([
      "budget:removals",
      "budget:emptying",
      "budget:grants",
      "budget:privilegedGrants",
    ]);
  });
});

describe("the weight of a change", () => {
  const weight = (change: Change) => weightOf(change, RULES);

  test("of an update: each element that goes, and a collection that ends empty", () => {
    expect(weight(taking(3))).toEqual({ removed: 3, emptied: [] });
    expect(weight(taking(12))).toEqual({ removed: 12, emptied: ["members"] });
  });

  test("of a deletion: all that is in it, or one for an object with nothing in it", () => {
    const of = (members: readonly string[]) =>
      weight(changeOf("delete", { address: "okta/group/g", before: liveOf("g", { members }) }));
    expect(of(PEOPLE)).toEqual({ removed: 12, emptied: ["members"] });
    expect(of([])).toEqual({ removed: 1, emptied: [] });
  });

  test("of giving, forgetting and doing nothing: none", () => {
    for (const action of ["create", "forget", "none"] as const) {
      expect(weight(changeOf(action, { address: "okta/group/g" }))).toEqual({ removed: 0, emptied: [] });
    }
  });

  test("of what nobody can tell: as if everyone concerned lost it", () => {
    const uncertain = { effect: "The vendor does not say whether access ends", people: 7 };
    const before = liveOf("g", { members: [] });
    const ending = { ...changeOf("delete", { address: "okta/group/g", before }), uncertain };
    expect(weight(ending)).toEqual({ removed: 8, emptied: ["(uncertain)"] });
    expect(weight({ ...ending, uncertain: { ...uncertain, people: 0 } })).toEqual({ removed: 1, emptied: [] });
    const changing = { ...changeOf("update", { address: "okta/group/g", before }), uncertain };
    expect(weight(changing)).toEqual({ removed: 7, emptied: [] });

    const facts = { ...factsOf("okta/group"), describe: () => ({ uncertain }) };
    const held = heldByKind([{ kind: "okta/group", live: before }], { rulesOf: () => RULES, factsOf: () => facts });
    expect(held).toEqual({ "okta/group": 8 });
    // Two profiles held ten each; one of them goes, and may take its people along.
    const twice = { ...uncertain, people: 9 };
    expect(denied({ changes: [{ ...ending, uncertain: twice }], held: { "okta/group": 20 } })).toEqual([
      "budget:removals",
      "budget:emptying",
    ]);
  });

  test("is counted in the unit in which holdings are", () => {
    fc.assert(
      fc.property(fc.nat(12), (count) => {
        const live = liveOf("g", { members: PEOPLE.slice(0, count) });
        const held = heldByKind([{ kind: "okta/group", live }], { rulesOf: () => RULES, factsOf });
        const all = weight(changeOf("delete", { address: "okta/group/g", before: live }));
        expect(held["okta/group"]).toBe(all.removed);
      }),
    );
  });
});
