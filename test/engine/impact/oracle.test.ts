/**
 * Who gains and who loses, against brute force: random tenants of two systems with groups in groups, applications for
 * members and for direct members only, roles, rules with what is certain of them and what is not.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccessObject, accessOf } from "../../../engine/impact/access.ts";
import { populationChanges } from "../../../engine/impact/population.ts";
import { withRules } from "../../../engine/impact/ruled.ts";
import type { Address, Edge, Mover, PopulationChange } from "../../../engine/model.ts";

const PEOPLE = ["ada", "bob", "cyd", "dan"];
const GROUPS = [0, 1, 2, 3, 4];
const APPS = [0, 1, 2];

/** What there is at one moment. Group 4 is of another system, and knows everybody by another spelling. */
interface Tenant {
  readonly members: ReadonlyMap<number, ReadonlySet<string>>;
  /** Child → the groups it is in. */
  readonly nested: readonly (readonly [child: number, parent: number])[];
  readonly given: readonly Given[];
  /** What a profile gives to those who join it. */
  readonly contents?: readonly number[];
  readonly joined?: ReadonlySet<string>;
}

interface Given {
  readonly group: number;
  readonly what: string;
  readonly direct: boolean;
}

interface Rule {
  readonly group: number;
  readonly enters: readonly string[];
  readonly leaves: readonly string[];
  /** May come, or may go where they are in the group. */
  readonly unsure: readonly string[];
}

/** Naive: every fact that follows, until none does. */
function holdings(tenant: Tenant): ReadonlySet<string> {
  const held = new Set<string>();
  for (const who of tenant.joined ?? []) for (const group of tenant.contents ?? []) held.add(`${who} group ${group}`);
  for (const [group, people] of tenant.members) for (const who of people) held.add(`${who} group ${group}`);
  for (let size = -1; size !== held.size; ) {
    size = held.size;
    for (const who of PEOPLE) {
      for (const [child, parent] of tenant.nested)
        if (held.has(`${who} group ${child}`)) held.add(`${who} group ${parent}`);
      for (const { group, what, direct } of tenant.given) {
        const given = tenant.contents?.includes(group) === true && tenant.joined?.has(who) === true;
        const own = given || tenant.members.get(group)?.has(who) === true;
        if (direct ? own : held.has(`${who} group ${group}`)) held.add(`${who} ${what}`);
      }
    }
  }
  return held;
}

/** Every way in which the doubts may turn out. */
function* outcomes(tenant: Tenant, rules: readonly Rule[]): Iterable<Tenant> {
  const doubts = rules.flatMap(({ group, unsure }) => unsure.map((who) => ({ group, who })));
  for (let bits = 0; bits < 2 ** doubts.length; bits += 1) {
    const members = new Map([...tenant.members].map(([group, people]) => [group, new Set(people)]));
    for (const { group, enters, leaves } of rules) {
      for (const who of enters) members.get(group)?.add(who);
      for (const who of leaves) members.get(group)?.delete(who);
    }
    for (const [index, { group, who }] of doubts.entries()) {
      if ((bits >> index) % 2 === 1) members.get(group)?.add(who);
      else members.get(group)?.delete(who);
    }
    yield { ...tenant, members };
  }
}

function expected(before: Tenant, after: Tenant, rules: readonly Rule[]): readonly string[] {
  const was = holdings(before);
  const worlds = [...outcomes(after, rules)].map(holdings);
  const all = new Set([...was, ...worlds.flatMap((world) => [...world])]);
  return [...all].flatMap((fact) => {
    const [sign, here] = was.has(fact)
      ? ["-", worlds.filter((world) => !world.has(fact))]
      : ["+", worlds.filter((world) => world.has(fact))];
    return here.length === 0 ? [] : [`${sign}${here.length === worlds.length ? "" : "?"} ${fact}`];
  });
}

// The same tenants as objects with edges.

const instanceOf = (group: number): string => (group === 4 ? "b" : "a");
const addressOf = (group: number): Address => `${instanceOf(group)}/group/g${group}`;
/** Group 3 is made by the plan: others know it by its address. */
const idOf = (group: number): string => (group === 3 ? `\${${addressOf(3)}.id}` : `id-${group}`);
const nameOf = (group: number) => ({ kind: `${instanceOf(group)}/group`, id: idOf(group) });
const personIn = (group: number, who: string): Pick<Edge, "person" | "personId"> =>
  group === 4 ? { person: who.toUpperCase() } : { person: who, personId: `00-${who}` };

function groupEdges(group: number, { members, nested }: Tenant): readonly Edge[] {
  const held = { entitlement: `group ${group}`, object: "self" } as const;
  return [
    ...[...(members.get(group) ?? [])].map((who) => ({ ...personIn(group, who), ...held })),
    ...nested.flatMap(([child, parent]) =>
      parent === group ? [{ person: `group ${child}`, holder: nameOf(child), ...held }] : [],
    ),
  ];
}

function givenEdge({ group, what, direct }: Given): Edge {
  const object = what.startsWith("app") ? { object: { kind: "a/app", id: what } } : {};
  return { person: `group ${group}`, holder: { ...nameOf(group), direct }, entitlement: what, ...object };
}

function objectsOf(before: Tenant, after: Tenant): readonly AccessObject[] {
  const groups = GROUPS.map((group): AccessObject => {
    const edges = { before: groupEdges(group, before), after: groupEdges(group, after) };
    const id = group === 3 ? {} : { id: idOf(group) };
    return {
      address: addressOf(group),
      instance: instanceOf(group),
      kind: nameOf(group).kind,
      ...id,
      ...edges,
      whole: true,
    };
  });
  const keyOf = (given: Given): string => JSON.stringify(given);
  const all = new Map([...before.given, ...after.given].map((given) => [keyOf(given), given]));
  const assignments = [...all].map(([key, given], index): AccessObject => {
    const edge = givenEdge(given);
    const there = (tenant: Tenant): readonly Edge[] => (tenant.given.some((one) => keyOf(one) === key) ? [edge] : []);
    const object = { address: `a/assignment/${index}` as const, instance: "a", kind: "a/assignment", id: `${index}` };
    return { ...object, before: there(before), after: there(after), whole: true };
  });
  return [...groups, ...assignments];
}

function populationOf({ group, enters, leaves, unsure }: Rule, before: Tenant): PopulationChange {
  const mover = (who: string): Mover => ({ person: who, personId: `00-${who}`, by: [] });
  const held = (who: string): boolean => before.members.get(group)?.has(who) === true;
  return {
    address: `a/rule/${group}`,
    entitlement: `group ${group}`,
    object: nameOf(group),
    enters: enters.map(mover),
    leaves: leaves.map(mover),
    uncertain: unsure.map((who) => ({ ...mover(who), held: held(who), why: "nobody knows" })),
    held: 0,
    matches: { least: 0, most: 0 },
    remarks: [],
  };
}

function reported(before: Tenant, after: Tenant, populations: readonly PopulationChange[]) {
  const instanceFor = (kind: string): string => kind.slice(0, 1);
  const objects = withRules(objectsOf(before, after), populations, () => "a/rule", instanceFor);
  const { gained, lost } = accessOf(objects, instanceFor).impact();
  const text = (sign: string) => (move: (typeof gained)[number]) => ({
    text: `${sign}${move.uncertain === true ? "?" : ""} ${move.person.toLowerCase()} ${move.entitlement}`,
    move,
  });
  return [...gained.map(text("+")), ...lost.map(text("-"))];
}

/** Is each step of a way there, in the world it is about? */
function isReal(who: string, way: readonly string[], entitlement: string, { members, nested, given }: Tenant): boolean {
  const steps = [...way, entitlement];
  return steps.every((to, index) => {
    const from = steps[index - 1];
    const group = Number(/^group (\d)$/.exec(to)?.[1] ?? -1);
    if (from === undefined) return members.get(group)?.has(who) === true;
    const last = Number(/^group (\d)$/.exec(from)?.[1] ?? -1);
    return (
      nested.some(([child, parent]) => child === last && parent === group) ||
      given.some((one) => one.group === last && one.what === to && (!one.direct || index === 1))
    );
  });
}

const person = fc.constantFrom(...PEOPLE);
const group = fc.constantFrom(...GROUPS);
const pair = fc.tuple(group, group).filter(([child, parent]) => child !== parent);
const given = fc.record({
  group,
  what: fc.oneof(
    fc.constantFrom(...APPS).map((app) => `app ${app}`),
    fc.constantFrom("role 0", "role 1"),
  ),
  direct: fc.boolean(),
});
const people = fc.uniqueArray(person, { maxLength: 3 });
const tenant = fc
  .record({
    members: fc.array(people, { minLength: GROUPS.length, maxLength: GROUPS.length }),
    nested: fc.array(pair, { maxLength: 5 }),
    given: fc.array(given, { maxLength: 6 }),
  })
  .map((one): Tenant => ({ ...one, members: new Map(GROUPS.map((of, index) => [of, new Set(one.members[index])])) }));
/** Whoever a rule keeps is on the list before, and stays on it as far as the document goes. */
const rule = fc.record({ group, movers: fc.uniqueArray(person, { maxLength: 2 }), doubts: fc.array(fc.boolean()) });

test("gained, lost and uncertain is what brute force says, and every way is real", () => {
  const settings = fc.tuple(tenant, tenant, fc.uniqueArray(rule, { maxLength: 2, selector: (one) => one.group }));
  fc.assert(
    fc.property(settings, fc.boolean(), ([first, second, drafts], fewChanges) => {
      const changed = fewChanges ? { ...second, nested: first.nested, given: first.given } : second;
      // Group 3 is new.
      const before = {
        ...first,
        members: new Map([...first.members, [3, new Set<string>()]]),
        nested: first.nested.filter((both) => !both.includes(3)),
        given: first.given.filter((one) => one.group !== 3),
      };
      const after = { ...changed, members: new Map([...changed.members].map(([of, some]) => [of, new Set(some)])) };
      const rules = drafts.map(({ group: of, movers, doubts }): Rule => {
        const was = (who: string): boolean => before.members.get(of)?.has(who) === true;
        for (const who of movers) if (was(who)) after.members.get(of)?.add(who);
        for (const who of movers) if (!was(who)) after.members.get(of)?.delete(who);
        const sure = movers.filter((_, index) => doubts[index] !== true);
        const unsure = movers.filter((_, index) => doubts[index] === true);
        return { group: of, enters: sure.filter((who) => !was(who)), leaves: sure.filter(was), unsure };
      });
      const moves = reported(
        before,
        after,
        rules.map((one) => populationOf(one, before)),
      );
      expect(moves.map(({ text }) => text).sort()).toEqual([...expected(before, after, rules)].sort());
      const worlds = [...outcomes(after, rules)];
      const unreal = moves.flatMap(({ text, move: { person: who, paths = [[]], entitlement } }) =>
        paths.flatMap((way) => {
          const real = (world: Tenant): boolean => isReal(who.toLowerCase(), way, entitlement, world);
          return (text.startsWith("+") ? worlds.some(real) : real(before)) ? [] : [`${text} by ${way.join(" > ")}`];
        }),
      );
      expect(unreal).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

/** A rule takes in whoever meets it and is not excluded; whoever is there by hand stays, excluded or not. */
test("whom a rule excludes loses what its group gives, unless they are there by hand", () => {
  const criteria = fc.record({ meets: people, excluded: people });
  fc.assert(
    fc.property(tenant, group, people, criteria, criteria, (base, of, hand, was, is) => {
      const takesIn = (who: string, { meets, excluded }: typeof was): boolean =>
        meets.includes(who) && !excluded.includes(who);
      const there = new Set([...hand, ...PEOPLE.filter((who) => takesIn(who, was))]);
      const before = { ...base, members: new Map([...base.members, [of, there]]) };
      const judged = PEOPLE.map((who) => ({
        id: `00-${who}`,
        login: who,
        judgement: { holds: takesIn(who, is), by: [] },
        before: { holds: takesIn(who, was), by: [] },
      }));
      const holders = new Map([...there].map((who) => [`00-${who}`, !hand.includes(who)]));
      const target = { entitlement: `group ${of}`, object: nameOf(of), holders };
      const populations = populationChanges(`a/rule/${of}`, { people: judged, targets: [target] });
      const after = new Set([...hand, ...PEOPLE.filter((who) => takesIn(who, is))]);
      const truth = { ...before, members: new Map([...before.members, [of, after]]) };
      const moves = reported(before, before, populations);
      expect(moves.map(({ text }) => text).sort()).toEqual([...expected(before, truth, [])].sort());
    }),
    { numRuns: 300 },
  );
});

const profile = { address: "b/profile/p" as const, instance: "b", kind: "b/profile", id: "p" };

/** The profile gives groups by entitlements of its own system that stand for them. */
function profileObjects(before: readonly number[], after: readonly number[], leaver: Leaver): readonly AccessObject[] {
  const contents = (groups: readonly number[]): readonly Edge[] =>
    groups.map((of) => ({
      person: "members of p",
      holder: "self",
      entitlement: `entitlement ${of}`,
      object: { kind: "b/entitlement", id: `e${of}` },
      entry: { leaver },
    }));
  const entitlements = GROUPS.map((of): AccessObject => {
    const held = { entitlement: `entitlement ${of}`, same: { id: idOf(of), as: "member" } };
    return {
      address: `b/entitlement/e${of}`,
      instance: "b",
      kind: "b/entitlement",
      id: `e${of}`,
      before: [],
      after: [],
      whole: false,
      held,
    };
  });
  return [...entitlements, { ...profile, before: contents(before), after: contents(after), whole: false }];
}

type Leaver = "loses" | "keeps" | "uncertain";

test("who joins a profile gets what it gives, who leaves loses it or not, and nobody else moves", () => {
  const groups = fc.subarray([...GROUPS]);
  const movers = fc.record({ joins: people, leaves: people });
  const leaver = fc.constantFrom<Leaver>("loses", "keeps", "uncertain");
  fc.assert(
    fc.property(tenant, groups, groups, movers, leaver, (base, was, is, { joins, leaves: some }, leaving) => {
      const there = { ...base, members: new Map([...base.members, [3, new Set<string>()]]) };
      const leaves = some.filter((who) => !joins.includes(who));
      const before = { ...there, contents: was, joined: new Set(leaves) };
      const taken = new Map(
        [...there.members].map(([of, list]) => [
          of,
          new Set([...list].filter((who) => !(was.includes(of) && leaves.includes(who)))),
        ]),
      );
      const kept = new Map(
        [...there.members].map(([of, list]) => [of, new Set([...list, ...(was.includes(of) ? leaves : [])])]),
      );
      const joined = new Set(joins);
      const worlds = { loses: [taken], keeps: [kept], uncertain: [taken, kept] }[leaving];
      const outcomesOf = worlds.map((members) => holdings({ ...there, members, contents: is, joined }));
      const population = {
        ...populationOf({ group: 0, enters: joins, leaves, unsure: [] }, before),
        address: "b/automation/p" as const,
        entitlement: "member of p",
        object: { kind: "b/profile", id: "p" },
      };
      const instanceFor = (kind: string): string => kind.slice(0, 1);
      const objects = objectsOf(there, there).map((one) =>
        one.kind.endsWith("/group")
          ? {
              ...one,
              held: { entitlement: one.before[0]?.entitlement ?? `group ${one.address?.slice(-1)}`, as: "member" },
            }
          : one,
      );
      const all = withRules(
        [...objects, ...profileObjects(was, is, leaving)],
        [population],
        () => "b/automation",
        instanceFor,
      );
      const { gained, lost } = accessOf(all, instanceFor).impact();
      const told = (sign: string, moves: typeof gained): readonly string[] =>
        moves
          .filter(({ rule: byRule }) => byRule !== true)
          .map(
            ({ uncertain, person: who, entitlement }) =>
              `${sign}${uncertain === true ? "?" : ""} ${who.toLowerCase()} ${entitlement}`,
          );
      const first = holdings(before);
      const facts = new Set([...first, ...outcomesOf.flatMap((world) => [...world])]);
      const wanted = [...facts].flatMap((fact) => {
        const moved = outcomesOf.filter((world) => world.has(fact) !== first.has(fact));
        const doubt = moved.length === outcomesOf.length ? "" : "?";
        return moved.length === 0 ? [] : [`${first.has(fact) ? "-" : "+"}${doubt} ${fact}`];
      });
      expect([...told("+", gained), ...told("-", lost)].sort()).toEqual(wanted.sort());
    }),
    { numRuns: 300 },
  );
});
