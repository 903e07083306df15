/**
 * Held against a world of its own: facts as text, steps as what they strike out and write down, and every state that
 * steps can leave tried one by one. Nothing here is shared with what it judges.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepAdministrators } from "../../../engine/plan/lock-out.ts";
import {
  type Case,
  cases,
  enough,
  factsBefore,
  hasOrder,
  kinds,
  planOf,
  type Reached,
  rulesOf,
  standingOf,
  stateOf,
  statesOf,
  waitsOf,
} from "./administered.ts";

const RUNS = 50;

function judged(one: Case, least: number, changes = planOf(one).changes, ordering = true) {
  return keepAdministrators({
    changes,
    rulesOf,
    factsOf: kinds(one.whole),
    peopleOf: () => ({}),
    instanceFor: (_, from) => from.instance,
    limits: { administrators: least, breakGlass: [] },
    standing: standingOf(one),
    ordering,
  });
}

const small = cases.filter((one) => planOf(one).deeds.length <= 6);

describe("enough people administer", () => {
  test("in every state that the steps of a plan can leave, where it is allowed", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), (one, least) => {
        const { changes, verdicts } = judged(one, least);
        if (verdicts.length > 0) return;
        const { deeds } = planOf(one);
        const start = factsBefore(one.before, one.after);
        const fine = enough(one, least);
        for (const reached of statesOf(deeds, waitsOf(changes, deeds)))
          expect(fine(stateOf(start, deeds, reached)), JSON.stringify(reached)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test("in states that are drawn, of plans with many steps", () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.constantFrom<Reached>("none", "struck", "written", "all"), { minLength: 12, maxLength: 12 }),
        (one, least, ways) => {
          const { changes, verdicts } = judged(one, least);
          if (verdicts.length > 0) return;
          const { deeds } = planOf(one);
          const waits = waitsOf(changes, deeds);
          // What waits in vain does not begin, nor does what waits for that.
          let reached = deeds.map(({ atomic }, index) =>
            atomic && ways[index] !== "none" ? "all" : (ways[index] ?? "none"),
          );
          for (const _ of deeds)
            reached = reached.map((how, index) =>
              (waits[index] ?? []).every((other) => reached[other] === "all") ? how : "none",
            );
          expect(enough(one, least)(stateOf(factsBefore(one.before, one.after), deeds, reached))).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("and no plan is denied for which any order would do", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), (one, least) => {
        const { changes, deeds } = planOf(one);
        if (judged(one, least).verdicts.length === 0) return;
        expect(hasOrder(factsBefore(one.before, one.after), deeds, changes, enough(one, least))).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  test("as it was saved, a plan is judged alike: nothing more has to wait", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), (one, least) => {
        const first = judged(one, least);
        const again = judged(one, least, first.changes, false);
        expect(again.verdicts.length).toBe(first.verdicts.length);
        expect(again.changes).toEqual(first.changes);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("who must lose nothing", () => {
  /** The guarded person is in both groups; what administers goes from one of them to the other. */
  const handedOn = (edges: { readonly breakGlass: readonly string[]; readonly self: string }) => {
    const one: Case = {
      instance: "dir",
      before: { groups: { g0: ["p0"], g1: ["p0", "p1"] }, roles: { r0: "g0" }, accounts: {} },
      after: { groups: { g0: ["p0"], g1: ["p0", "p1"] }, roles: { r1: "g1" }, accounts: {} },
      whole: false,
      others: 1,
      needs: [],
    };
    return keepAdministrators({
      changes: planOf(one).changes,
      rulesOf,
      factsOf: kinds(false),
      peopleOf: () => ({}),
      instanceFor: (_, from) => from.instance,
      limits: { administrators: 0, breakGlass: edges.breakGlass },
      standing: new Map([
        ["dir", { self: { id: edges.self, label: edges.self }, administrators: [{ id: "g0", label: "g0" }] }],
      ]),
      ordering: true,
    }).changes.flatMap(({ address, waits = [] }) =>
      waits.map(({ for: other, why }) => `${address} for ${other.address}: ${why}`),
    );
  };

  test("holds in between what others may be without", () => {
    expect(handedOn({ breakGlass: [], self: "robot" })).toEqual([]);
    expect(handedOn({ breakGlass: ["P0"], self: "robot" })).toMatchInlineSnapshot(`
      [
        "dir/role/r0 for dir/role/r1: P0 is a break-glass account, and is never to be without what it holds",
      ]
    `);
    expect(handedOn({ breakGlass: [], self: "p0" })).toMatchInlineSnapshot(`
      [
        "dir/role/r0 for dir/role/r1: p0 is what Accord applies with, and is never to be without what it holds",
      ]
    `);
  });
});
