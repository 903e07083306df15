/** A mass change in k runs trips the budget that it would trip in one, whatever comes in between. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, type Limits } from "../../../engine/config/limits.ts";
import { budgetVerdicts } from "../../../engine/guardrails/budgets.ts";
import { effectOf } from "../../../engine/guardrails/effect.ts";
import { spentSince } from "../../../engine/guardrails/spent.ts";
import { heldByKind } from "../../../engine/guardrails/weight.ts";
import { movesByAddress, NO_MOVES } from "../../../engine/impact/moves.ts";
import type { ChangeEvent, LedgerEvent } from "../../../engine/ledger/event.ts";
import type { Change, FieldChange, Impact, PopulationChange } from "../../../engine/model.ts";
import { changeOf, factsOf, liveOf, RULES, resourceOf } from "../plan/samples.ts";

const KIND = "okta/group";
const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

interface RunOfPlan {
  readonly changes: readonly Change[];
  readonly impact?: Impact;
  readonly populations?: readonly PopulationChange[];
}

/** Runs one after the other as apply records them, from lists in memory; the names of what is denied on the way. */
function tenant(start: Readonly<Record<string, readonly string[]>>, limits: Limits) {
  const groups = new Map(Object.entries(start));
  const events: LedgerEvent[] = [];
  let runs = 0;
  const run = ({ changes, impact = { gained: [], lost: [] }, populations = [] }: RunOfPlan): readonly string[] => {
    const lives = [...groups].map(([id, members]) => ({ kind: KIND, live: liveOf(id, { members }) }));
    const held = heldByKind(lives, { rulesOf: () => RULES, factsOf });
    const spent = spentSince(events, 0, 0);
    const verdicts = budgetVerdicts({ changes, impact, populations, limits, spent, held, rulesOf: () => RULES });
    if (verdicts.length > 0) return verdicts.map(({ name }) => name);
    runs += 1;
    for (const change of changes) {
      const ruled = populations.filter(({ address }) => address === change.address);
      const moves = movesByAddress(impact).get(change.address) ?? NO_MOVES;
      events.push(recorded(change, effectOf(change, moves, ruled, RULES), `r${runs}`));
      const [, , id = ""] = change.address.split("/");
      if (change.action === "delete") groups.delete(id);
      if (change.action === "create") groups.set(id, change.after.spec.members as readonly string[]);
      if (change.action !== "update") continue;
      const gone = change.fields.flatMap((field) => (field.op === "remove" ? [field.element] : []));
      const come = change.fields.flatMap((field) => (field.op === "add" ? [String(field.element)] : []));
      groups.set(id, [...(groups.get(id) ?? []).filter((one) => !gone.includes(one)), ...come]);
    }
    return [];
  };
  return { run, members: (id: string) => groups.get(id) ?? [] };
}

function recorded(change: Change, effect: NonNullable<ChangeEvent["effect"]>, run: string): LedgerEvent {
  const { address, action, kind } = change;
  const id = "before" in change && change.before !== undefined ? change.before.id : null;
  const link = { seq: 1, at: "2026-01-01T00:00:00Z", prev: "", hash: "" };
  const told = { address, action, kind, id, fields: [], outcome: "confirmed" as const, requestIds: [], effect };
  return { ...link, type: "change", run, ...told };
}

function editing(id: string, members: readonly string[], gone: readonly string[], come: readonly string[]): Change {
  const fields = [
    ...come.map((element): FieldChange => ({ op: "add", path: ["members"], element })),
    ...gone.map((element): FieldChange => ({ op: "remove", path: ["members"], element })),
  ];
  return changeOf("update", { address: `okta/group/${id}`, before: liveOf(id, { members }), fields });
}

const limits: fc.Arbitrary<Limits> = fc
  .record({
    share: fc.constantFrom(0.1, 0.3, 0.5),
    floor: fc.constantFrom(5, 10),
    count: fc.option(fc.nat(12), { nil: undefined }),
  })
  .map(({ count, ...removals }) => ({
    ...DEFAULT_LIMITS,
    removals: { ...removals, ...(count === undefined ? {} : { count }) },
    emptying: { count: 99 },
  }));

/** Who leaves in which run, and how many others are brought in before it. */
const parts = fc.array(fc.record({ gone: fc.nat(6), padding: fc.nat(30), back: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

describe("removals", () => {
  test("of elements, with others brought or the same brought back in between", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 40 }), parts, (given, size, runs) => {
        const all = named("p", size);
        const leaving = all.slice(
          0,
          runs.reduce((sum, { gone }) => sum + gone, 0),
        );
        const once = tenant({ a: all }, given).run({ changes: [editing("a", all, leaving, [])] });
        const split = tenant({ a: all }, given);
        const denied: string[] = [];
        let at = 0;
        for (const [index, { gone, padding, back }] of runs.entries()) {
          const more = named(`x${index}-`, padding);
          denied.push(...split.run({ changes: [editing("a", split.members("a"), [], more)] }));
          const some = leaving.slice(at, at + gone);
          at += gone;
          denied.push(...split.run({ changes: [editing("a", split.members("a"), some, [])] }));
          if (back && denied.length === 0) split.run({ changes: [editing("a", split.members("a"), [], some)] });
        }
        if (once.length > 0) expect(denied).toContain("budget:removals");
      }),
      { numRuns: 200 },
    );
  });

  test("of objects, one group a run, with new groups made in between", () => {
    fc.assert(
      fc.property(
        limits,
        fc.uniqueArray(fc.nat(7), { minLength: 1 }),
        fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
        (given, ending, sizes) => {
          const start = Object.fromEntries(sizes.map((size, index) => [`g${index}`, named("p", size)]));
          const end = (index: number): Change =>
            changeOf("delete", {
              address: `okta/group/g${index}`,
              before: liveOf(`g${index}`, { members: start[`g${index}`] ?? [] }),
            });
          const once = tenant(start, given).run({ changes: ending.map(end) });
          const split = tenant(start, given);
          const denied = ending.flatMap((index) => {
            const address = `okta/group/new${index}` as const;
            split.run({
              changes: [changeOf("create", { address, after: resourceOf(address, KIND, { members: named("n", 20) }) })],
            });
            return split.run({ changes: [end(index)] });
          });
          if (once.length > 0) expect(denied).toContain("budget:removals");
        },
      ),
      { numRuns: 100 },
    );
  });
});

const mover = (person: string) => ({ person, personId: person, by: [] });
const address = "okta/group-rule/r";
const rule = changeOf("update", { address, kind: "okta/group-rule", before: liveOf("rule-7") });
const ruled = (leaves: readonly string[], enters: readonly string[], held: number, perhaps = 0): PopulationChange => ({
  ...{
    address,
    entitlement: "member of g",
    uncertain: named("u", perhaps).map((person) => ({ ...mover(person), held: false, why: "?" })),
    remarks: [],
    matches: { least: 0, most: 0 },
    held,
  },
  ...{ leaves: leaves.map(mover), enters: enters.map(mover) },
});

test("people whom a rule lets go, changed k times, with others taken in first", () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 1, max: 40 }), parts, (given, size, runs) => {
      const leaving = named(
        "p",
        Math.min(
          size,
          runs.reduce((sum, { gone }) => sum + gone, 0),
        ),
      );
      const once = tenant({}, given).run({ changes: [rule], populations: [ruled(leaving, [], size)] });
      const split = tenant({}, given);
      let [held, at] = [size, 0];
      const denied = runs.flatMap(({ gone, padding }, index) => {
        const more = split.run({ changes: [rule], populations: [ruled([], named(`x${index}-`, padding), held)] });
        held += padding;
        const some = leaving.slice(at, at + gone);
        at += gone;
        const names = split.run({ changes: [rule], populations: [ruled(some, [], held)] });
        held -= some.length;
        return [...more, ...names];
      });
      if (once.length > 0) expect(denied).toContain("budget:removals");
    }),
    { numRuns: 200 },
  );
});

test("grants and privileged grants, by hand, through what lies between, and by rules", () => {
  const amounts = fc.array(fc.record({ given: fc.nat(4), perhaps: fc.nat(4) }), { minLength: 1, maxLength: 5 });
  const gained = (count: number) =>
    named("p", count).map((person) => ({ person, entitlement: "x", address, privileged: true }) as const);
  fc.assert(
    fc.property(fc.constantFrom("grants", "privilegedGrants"), fc.nat(12), amounts, (name, count, runs) => {
      const most: Limits = { ...DEFAULT_LIMITS, [name]: { count } };
      const plan = (some: typeof runs): RunOfPlan => ({
        changes: [rule],
        impact: { gained: some.flatMap(({ given }) => gained(given)), lost: [] },
        populations: name === "grants" ? some.map(({ perhaps }) => ruled([], [], 5, perhaps)) : [],
      });
      const once = tenant({}, most).run(plan(runs));
      const split = tenant({}, most);
      const denied = runs.flatMap((one) => split.run(plan([one])));
      if (once.length > 0) expect(denied).toContain(`budget:${name}`);
    }),
    { numRuns: 200 },
  );
});

describe("limits", () => {
  const taking = (count: number) => ({ changes: [editing("a", named("p", 8), named("p", count), [])] });

  test("of one kind stand in place of those of all", () => {
    const given: Limits = {
      ...DEFAULT_LIMITS,
      removals: { ...DEFAULT_LIMITS.removals, count: 1 },
      kinds: { [KIND]: { removals: { count: 3 } } },
    };
    expect(tenant({ a: named("p", 8) }, given).run(taking(3))).toEqual([]);
    expect(tenant({ a: named("p", 8) }, given).run(taking(4))).toEqual(["budget:removals"]);
  });

  test("of a single run forget what came before", () => {
    const given: Limits = { ...DEFAULT_LIMITS, removals: { ...DEFAULT_LIMITS.removals, perRun: 2 } };
    const one = tenant({ a: named("p", 8) }, given);
    expect([one.run(taking(2)), one.run(taking(2)), one.run(taking(3))]).toEqual([[], [], ["budget:removals"]]);
  });

  test("of a kind's grants count beside those of all", () => {
    const gained = named("p", 3).map((person) => ({ person, entitlement: "x", address }) as const);
    const plan = { changes: [rule], impact: { gained, lost: [] } };
    const of = (kinds: Limits["kinds"]) => tenant({}, { ...DEFAULT_LIMITS, grants: { count: 3 }, kinds }).run(plan);
    expect(of({})).toEqual([]);
    expect(of({ "okta/group-rule": { grants: { perRun: 2 } } })).toEqual(["budget:grants"]);
    expect(of({ [KIND]: { grants: { count: 0 } } })).toEqual([]);
  });
});
