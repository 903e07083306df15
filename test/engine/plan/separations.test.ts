/** Separation of duties against brute force: groups in groups, whole plans, and every state in which a run may stop. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldRule, KindRules } from "../../../engine/config/rules.ts";
import { applyFields, diffFields } from "../../../engine/diff/fields.ts";
import { type Step, stepsOf } from "../../../engine/graph/stages.ts";
import type { Separation } from "../../../engine/guardrails/separation.ts";
import type { Address, Change, Edge, FieldChange, Spec, Value } from "../../../engine/model.ts";
import { readSeparations, type Separated } from "../../../engine/plan/separations.ts";
import type { KindFacts } from "../../../engine/provider.ts";
import { isList, isObject } from "../../../engine/value.ts";
import { closedSubsets } from "../../support/closed-subsets.ts";
import { changeOf, factsOf, liveOf, RULES, resourceOf } from "./samples.ts";

const PEOPLE = ["ada", "grace", "linus"];
/** Two of each set, and two on the way. */
const GROUPS = ["in-a", "in-b", "out-a", "out-b", "mid-a", "mid-b"];
const LEFT = ["in-a", "in-b"];
const RIGHT = ["out-a", "out-b"];

/** Group → who and what is in it. */
type World = ReadonlyMap<string, ReadonlySet<string>>;

const addressOf = (group: string): Address => `okta/${group.endsWith("b") ? "whole" : "group"}/${group}`;
const kindOf = (group: string): string => `okta/${group.endsWith("b") ? "whole" : "group"}`;

const rules: KindRules = {
  ...RULES,
  spec: { properties: new Map<string, FieldRule>([...(RULES.spec.properties ?? []), ["groups", { unordered: true }]]) },
};

/** Some kinds write an object in one go. */
const facts = (kind: string, whole: boolean): KindFacts => ({
  ...factsOf(kind),
  ...(kind === "okta/whole" && whole ? { whole: true } : {}),
  *edges({ spec }): Iterable<Edge> {
    const member = { entitlement: `member of ${String(spec.name)}`, object: "self" } as const;
    for (const person of isList(spec.members) ? spec.members : []) yield { person: String(person), ...member };
    for (const group of isList(spec.groups) ? spec.groups : []) {
      const id = isObject(group) ? String(group.id) : "";
      yield { person: `group ${id}`, holder: { kind: kindOf(id), id }, ...member };
    }
  },
});

/** What does not exist yet is named by its address. */
const idOf = (group: string, before: World): string => (before.has(group) ? group : `\${${addressOf(group)}.id}`);

const specOf = (group: string, held: ReadonlySet<string>, before: World): Spec => ({
  name: group,
  members: PEOPLE.filter((person) => held.has(person)),
  groups: GROUPS.filter((other) => held.has(other)).map((other) => ({ id: idOf(other, before) })),
});

const heldIn = ({ members, groups }: Spec): ReadonlySet<string> =>
  new Set([
    ...(isList(members) ? members.map(String) : []),
    ...(isList(groups)
      ? groups.flatMap((one) => (isObject(one) ? GROUPS.filter((name) => named(one.id, name)) : []))
      : []),
  ]);

const named = (id: Value | undefined, group: string): boolean => id === group || id === `\${${addressOf(group)}.id}`;

/** Absent before: it is made; absent after: it is deleted. */
function changeTo(group: string, before: World, after: World): Change {
  const address = addressOf(group);
  const kind = kindOf(group);
  const [was, is] = [before.get(group), after.get(group)];
  const live = was === undefined ? undefined : liveOf(group, specOf(group, was, before));
  const resource = is === undefined ? undefined : resourceOf(address, kind, specOf(group, is, before));
  const dependsOn = [...(is ?? [])]
    .filter((one) => GROUPS.indexOf(one) > GROUPS.indexOf(group))
    .filter((one) => !before.has(one))
    .map(addressOf);
  if (live === undefined)
    return changeOf("create", { address, kind, after: resource ?? resourceOf(address, kind), dependsOn });
  if (resource === undefined) return changeOf("delete", { address, kind, before: live });
  const fields = diffFields(resource.spec, live.spec, rules.spec);
  return changeOf(fields.length === 0 ? "none" : "update", {
    address,
    kind,
    before: live,
    after: resource,
    fields,
    dependsOn,
  });
}

const pair: Separation = {
  name: "payments",
  description: "Nobody both enters and releases a payment.",
  between: [
    LEFT.map((group) => ({ text: addressOf(group), address: addressOf(group) })),
    RIGHT.map((group) => ({ text: addressOf(group), address: addressOf(group) })),
  ],
  outcome: "deny",
  exceptions: [],
  source: { file: "policies/payments.yaml", line: 3, column: 5 },
};

function separated(changes: readonly Change[], whole: boolean): Promise<Separated> {
  return readSeparations({
    changes,
    instances: new Map(),
    catalog: { rulesOf: () => rules, factsOf: (kind) => facts(kind, whole) },
    instanceFor: () => "okta",
    peopleOf: () => ({}),
    names: new Map(),
    separations: [pair],
    populations: [],
    beside: [],
    now: 0,
  });
}

/** Whoever holds something of both sets, by trying every way. */
function both(world: World): ReadonlySet<string> {
  const holds = (group: string, person: string, been: ReadonlySet<string>): boolean => {
    const held = world.get(group) ?? new Set();
    if (held.has(person)) return true;
    return [...held].some(
      (other) => !been.has(other) && GROUPS.includes(other) && holds(other, person, new Set([...been, other])),
    );
  };
  const any = (set: readonly string[], person: string) => set.some((group) => holds(group, person, new Set([group])));
  return new Set(PEOPLE.filter((person) => any(LEFT, person) && any(RIGHT, person)));
}

const held = fc
  .subarray([...PEOPLE, "mid-a", "mid-b"], { maxLength: 2 })
  .map((all): ReadonlySet<string> => new Set(all));
const maybe = fc.option(held, { nil: undefined, freq: 6 });
const world: fc.Arbitrary<World> = fc.tuple(...GROUPS.map(() => maybe)).map((all) => {
  const there = GROUPS.flatMap((group, at) => (all[at] === undefined ? [] : [[group, all[at]] as const]));
  const names = new Set(there.map(([group]) => group));
  return new Map(
    there.map(([group, some]) => [group, new Set([...some].filter((one) => PEOPLE.includes(one) || names.has(one)))]),
  );
});

const changesTo = (before: World, after: World): readonly Change[] =>
  GROUPS.filter((group) => before.has(group) || after.has(group)).map((group) => changeTo(group, before, after));

/** One field of one step: a write may arrive in part, unless it carries the whole object. */
interface Piece {
  readonly step: Step;
  readonly fields: readonly FieldChange[];
}

function piecesOf(steps: readonly Step[]): readonly Piece[] {
  return steps.flatMap((step): readonly Piece[] =>
    step.part === undefined ? [{ step, fields: step.fields }] : step.fields.map((field) => ({ step, fields: [field] })),
  );
}

function worldAfter(before: World, done: ReadonlySet<Piece>): World {
  const world = new Map(before);
  for (const { step, fields } of done) {
    const { change } = step;
    const group = change.address.slice(change.address.lastIndexOf("/") + 1);
    if (change.action === "delete") world.delete(group);
    else if (change.action === "create") world.set(group, heldIn(change.after.spec));
    else
      world.set(group, heldIn(applyFields(specOf(group, world.get(group) ?? new Set(), before), fields, rules.spec)));
  }
  return world;
}

describe("whatever a plan moves", () => {
  /** What the plans were about: a property of plans that move nobody says nothing. */
  const seen = { denied: 0, swapped: 0 };

  test("who would come to hold one of each is denied by name, and nobody else; who does so already is left", async () => {
    await fc.assert(
      fc.asyncProperty(world, world, fc.boolean(), async (before, after, whole) => {
        const { verdicts } = await separated(changesTo(before, after), whole);
        const [was, is] = [both(before), both(after)];
        const denied = verdicts.filter(({ outcome }) => outcome === "deny").map(({ message }) => message);
        const news = [...is].filter((person) => !was.has(person));
        for (const person of news) expect(denied.join()).toContain(`${person} would hold `);
        for (const person of PEOPLE) if (!is.has(person)) expect(denied.join()).not.toContain(`${person} would hold `);
        const warned = verdicts.filter(({ outcome }) => outcome === "warn").map(({ message }) => message);
        for (const person of PEOPLE)
          if (!was.has(person) || !is.has(person)) expect(warned.join()).not.toContain(`${person} holds `);
        if (news.length > 0) seen.denied += 1;
      }),
      { numRuns: 80 },
    );
  });

  test("nobody holds one of each who did not before, wherever the run stops", async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        world,
        fc.boolean(),
        fc.infiniteStream(fc.boolean()),
        async (before, after, whole, coin) => {
          const { changes, verdicts } = await separated(changesTo(before, after), whole);
          if (verdicts.some(({ outcome }) => outcome === "deny")) return;
          if (changes.some(({ waits = [] }) => waits.length > 0)) seen.swapped += 1;
          const steps = stepsOf(changes, (kind) => facts(kind, whole));
          expect(steps.circle).toEqual([]);
          const ran = steps.stages.flatMap(({ layers }) => layers.flat());
          const pieces = piecesOf(ran);
          const first = (step: Step): readonly Step[] => [
            ...ran.filter((other) => other.change === step.change && ran.indexOf(other) < ran.indexOf(step)),
            ...ran.filter((other) => step.change.dependsOn.includes(other.change.address)),
            ...steps.awaited(step).flatMap(([, other]) => (other === undefined ? [] : [other])),
          ];
          const comesBefore = ({ step }: Piece): readonly Piece[] => {
            const needed = new Set(first(step));
            return pieces.filter((piece) => needed.has(piece.step));
          };
          const was = both(before);
          for (const done of closedSubsets(pieces, comesBefore, { drawn: 40, coin: () => coin.next().value })) {
            for (const person of both(worldAfter(before, done))) expect([...was]).toContain(person);
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(seen.swapped).toBeGreaterThan(0);
    expect(seen.denied).toBeGreaterThan(0);
  });
});
