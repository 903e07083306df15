/** Plans over people, groups, roles and accounts, and the states that their steps can leave: facts as text, struck out and written down. */
import fc from "fast-check";
import type { FieldRule, KindRules } from "../../../engine/config/rules.ts";
import type { Address, Change, Edge, FieldChange, Part, Value } from "../../../engine/model.ts";
import type { KindFacts, Standing } from "../../../engine/provider.ts";
import { asSpec, isList } from "../../../engine/value.ts";
import { changeOf, factsOf, liveOf, resourceOf } from "./samples.ts";

export const PEOPLE = ["p0", "p1", "p2", "p3"];
const GROUPS = ["g0", "g1", "g2"];
const ROLES = ["r0", "r1", "r2"];

export interface World {
  /** Group → who is in it: people and other groups. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Role → the person or group that administers by it. */
  readonly roles: Readonly<Record<string, string>>;
  /** People with an account that the stack manages: may they use it? */
  readonly accounts: Readonly<Record<string, boolean>>;
}

export interface Case {
  readonly instance: string;
  readonly before: World;
  readonly after: World;
  /** Kinds that write whole objects. */
  readonly whole: boolean;
  /** Administrators of whom the stack knows nothing. */
  readonly others: number;
  readonly needs: readonly (readonly [number, number])[];
}

const worldOf = (people: readonly string[]): fc.Arbitrary<World> =>
  fc
    .record({
      groups: fc.dictionary(
        fc.constantFrom(...GROUPS),
        fc.uniqueArray(fc.constantFrom(...people, ...GROUPS), { maxLength: 3 }),
        { maxKeys: 3 },
      ),
      roles: fc.dictionary(fc.constantFrom(...ROLES), fc.constantFrom(...people, ...GROUPS), { maxKeys: 3 }),
      accounts: fc.dictionary(fc.constantFrom("p0", "p1"), fc.boolean(), { maxKeys: 2 }),
    })
    // Whoever names a group names one that there is.
    .map(({ groups, roles, accounts }) => {
      const known = (name: string): boolean => !GROUPS.includes(name) || name in groups;
      return {
        groups: Object.fromEntries(Object.entries(groups).map(([name, inside]) => [name, inside.filter(known)])),
        roles: Object.fromEntries(Object.entries(roles).filter(([, who]) => known(who))),
        accounts,
      };
    });

export const cases: fc.Arbitrary<Case> = fc.record({
  instance: fc.constantFrom("dir", "other"),
  before: worldOf(PEOPLE),
  after: worldOf(PEOPLE),
  whole: fc.boolean(),
  others: fc.nat(1),
  needs: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 2 }),
});

// What the engine is told of the kinds.

const list: FieldRule = { unordered: true, foldCase: true };
const RULES: KindRules = {
  spec: {
    properties: new Map<string, FieldRule>([
      ["members", { ...list, items: { person: true } }],
      ["groups", list],
      ["active", {}],
    ]),
  },
  outputs: [],
  onRemoval: "delete",
};
const ROLE_RULES: KindRules = {
  spec: {
    properties: new Map<string, FieldRule>([
      ["user", { immutable: true }],
      ["group", { immutable: true }],
    ]),
  },
  outputs: [],
  onRemoval: "delete",
};
export const rulesOf = (kind: string): KindRules => (kind === "dir/group" ? RULES : ROLE_RULES);
const texts = (value: Value | undefined): readonly string[] =>
  isList(value) ? value.map((one) => (typeof one === "string" ? one : String(asSpec(one).id))) : [];

const EDGES: Readonly<Record<string, KindFacts["edges"]>> = {
  "dir/group": ({ spec }) => [
    ...texts(spec.members).map((person): Edge => ({ person, personId: person, entitlement: "member", object: "self" })),
    ...texts(spec.groups).map(
      (id): Edge => ({
        person: `group ${id}`,
        personId: id,
        entitlement: "member",
        object: "self",
        holder: { kind: "dir/group", id },
      }),
    ),
  ],
  "dir/role": ({ spec }) => {
    const held = { entitlement: "owner", administers: true, privileged: true };
    if (typeof spec.user === "string") return [{ ...held, person: spec.user, personId: spec.user }];
    const id = String(asSpec(spec.group ?? {}).id);
    return [{ ...held, person: `group ${id}`, personId: id, holder: { kind: "dir/group", id } }];
  },
  "dir/account": ({ spec, id }) =>
    spec.active === true
      ? [{ person: String(spec.login), personId: id ?? "", entitlement: "an account", account: true }]
      : [],
};

export const kinds =
  (whole: boolean) =>
  (kind: string): KindFacts => {
    const edges = EDGES[kind];
    return { ...factsOf(kind), whole: whole && kind === "dir/group", ...(edges === undefined ? {} : { edges }) };
  };

// The plan for a case, and what its steps do to facts.

export interface Deed {
  readonly address: Address;
  readonly part: Part | undefined;
  readonly strikes: readonly string[];
  readonly writes: readonly string[];
  /** All of it or nothing. */
  readonly atomic: boolean;
}

export function planOf({ instance, before, after, whole, needs }: Case): {
  readonly changes: readonly Change[];
  readonly deeds: readonly Deed[];
} {
  const at = (kind: string, name: string): Address => `${instance}/${kind}/${name}`;
  const isGroup = (name: string): boolean => name.startsWith("g");
  // A group that is made has no id yet.
  const ref = (name: string): Value => ({
    id: name in before.groups ? name : { $unknown: { text: `\${${at("group", name)}.id}` } },
  });
  const changes: Change[] = [];
  const deeds: Deed[] = [];
  const add = (change: Change, strikes: readonly string[], writes: readonly string[]): void => {
    const atomic = change.action === "update" && whole && change.kind === "dir/group";
    const deed = { address: change.address, part: undefined, strikes, writes, atomic };
    const splits = change.action === "update" && !atomic && change.fields.some(({ op }) => op === "remove");
    if (change.action !== "none" && !splits) deeds.push(deed);
    if (splits && writes.length > 0) deeds.push({ ...deed, part: "give", strikes: [] });
    if (splits) deeds.push({ ...deed, part: "take", writes: [] });
    changes.push(change);
  };
  const both = <T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): readonly string[] =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

  for (const name of both(before.groups, after.groups)) {
    const [was, is] = [
      before.groups[name]?.filter((one) => one !== name),
      after.groups[name]?.filter((one) => one !== name),
    ];
    const spec = (inside: readonly string[]) => ({
      members: inside.filter((one) => !isGroup(one)),
      groups: inside.filter(isGroup).map(ref),
    });
    const parts = { address: at("group", name), kind: "dir/group" };
    const inside = (some: readonly string[] = []): string[] => some.map((one) => `${one} in ${name}`);
    const live = liveOf(name, spec(was ?? []));
    const wanted = resourceOf(parts.address, parts.kind, spec(is ?? []));
    if (was === undefined) add(changeOf("create", { ...parts, after: wanted }), [], inside(is));
    else if (is === undefined) add(changeOf("delete", { ...parts, before: live }), inside(was), []);
    else {
      const field = (op: "add" | "remove", one: string): FieldChange =>
        isGroup(one) ? { op, path: ["groups"], element: ref(one) } : { op, path: ["members"], element: one };
      const [gone, come] = [was.filter((one) => !is.includes(one)), is.filter((one) => !was.includes(one))];
      const fields = [...come.map((one) => field("add", one)), ...gone.map((one) => field("remove", one))];
      add(
        changeOf(fields.length === 0 ? "none" : "update", { ...parts, before: live, after: wanted, fields }),
        inside(gone),
        inside(come),
      );
    }
  }
  for (const name of both(before.roles, after.roles)) {
    const [was, is] = [before.roles[name], after.roles[name]];
    const spec = (who = "") => (isGroup(who) ? { group: ref(who) } : { user: who });
    const parts = { address: at("role", name), kind: "dir/role" };
    const live = liveOf(`role-${name}`, spec(was));
    const wanted = resourceOf(parts.address, parts.kind, spec(is));
    const rows = (who: string | undefined): string[] => (who === undefined ? [] : [`${who} owns by ${name}`]);
    if (was === undefined) add(changeOf("create", { ...parts, after: wanted }), [], rows(is));
    else if (is === undefined) add(changeOf("delete", { ...parts, before: live }), rows(was), []);
    else add(changeOf(was === is ? "none" : "replace", { ...parts, before: live, after: wanted }), rows(was), rows(is));
  }
  for (const name of both(before.accounts, after.accounts)) {
    const [was = true, is = was] = [before.accounts[name], after.accounts[name]];
    const parts = { address: at("account", name), kind: "dir/account" };
    const fields: FieldChange[] = [{ op: "set", path: ["active"], before: was, after: is }];
    const [live, wanted] = [
      liveOf(name, { login: name, active: was }),
      resourceOf(parts.address, parts.kind, { login: name, active: is }),
    ];
    add(
      changeOf(was === is ? "none" : "update", { ...parts, before: live, after: wanted, fields }),
      was ? [`${name} may`] : [],
      is ? [`${name} may`] : [],
    );
  }
  const acting = changes.filter(({ action }) => action !== "none");
  const dependsOn = new Map<Address, Address[]>();
  for (const [one, other] of needs) {
    const [later, earlier] = [
      acting[Math.max(one, other) % Math.max(1, acting.length)],
      acting[Math.min(one, other) % Math.max(1, acting.length)],
    ];
    if (later === undefined || earlier === undefined || acting.indexOf(earlier) >= acting.indexOf(later)) continue;
    dependsOn.set(later.address, [...(dependsOn.get(later.address) ?? []), earlier.address]);
  }
  return { changes: changes.map((change) => ({ ...change, dependsOn: dependsOn.get(change.address) ?? [] })), deeds };
}

// The oracle.

export function factsBefore({ groups, roles, accounts }: World, after: World): ReadonlySet<string> {
  const known = Object.keys({ ...accounts, ...after.accounts });
  return new Set([
    ...Object.entries(groups).flatMap(([name, inside]) =>
      inside.filter((one) => one !== name).map((one) => `${one} in ${name}`),
    ),
    ...Object.entries(roles).map(([name, who]) => `${who} owns by ${name}`),
    ...PEOPLE.filter((one) => !known.includes(one) || (accounts[one] ?? true)).map((one) => `${one} may`),
  ]);
}

function administratorsIn(facts: ReadonlySet<string>): readonly string[] {
  const peopleIn = (group: string, seen: readonly string[]): boolean =>
    [...facts].some((fact) => {
      const [one = "", within] = fact.split(" in ");
      if (within !== group) return false;
      return one.startsWith("g") ? !seen.includes(one) && peopleIn(one, [...seen, one]) : facts.has(`${one} may`);
    });
  const owners = [...facts].flatMap((fact) => (fact.includes(" owns by ") ? [fact.split(" ")[0] ?? ""] : []));
  return [...new Set(owners)].filter((who) => (who.startsWith("g") ? peopleIn(who, [who]) : facts.has(`${who} may`)));
}

export type Reached = "none" | "struck" | "written" | "all";
type Fine = (facts: ReadonlySet<string>) => boolean;

export function stateOf(
  start: ReadonlySet<string>,
  deeds: readonly Deed[],
  reached: readonly Reached[],
): ReadonlySet<string> {
  const facts = new Set(start);
  for (const [index, { strikes }] of deeds.entries())
    if (reached[index] === "struck" || reached[index] === "all") for (const fact of strikes) facts.delete(fact);
  for (const [index, { writes }] of deeds.entries())
    if (reached[index] === "written" || reached[index] === "all") for (const fact of writes) facts.add(fact);
  return facts;
}

/** As the vendor names them: a group by its role, whoever is in it. */
export function standingOf({ before, after, others, instance }: Case): ReadonlyMap<string, Standing> {
  const facts = factsBefore(before, after);
  const named = Object.values(before.roles).filter((who) =>
    who.startsWith("g") ? who in before.groups : facts.has(`${who} may`),
  );
  const all = [...new Set([...named, ...Array.from({ length: others }, (_, index) => `x${index}`)])];
  return new Map([
    [instance, { self: { id: "robot", label: "robot" }, administrators: all.map((id) => ({ id, label: id })) }],
  ]);
}

/** Enough administrators, wherever somebody administers no more. */
export function enough(one: Case, least: number): Fine {
  const first = administratorsIn(factsBefore(one.before, one.after));
  return (facts) => {
    const now = administratorsIn(facts);
    return first.every((who) => now.includes(who)) || now.length + one.others >= least;
  };
}

export function waitsOf(changes: readonly Change[], deeds: readonly Deed[]): readonly (readonly number[])[] {
  const find = (address: Address, part: Part): number => {
    const own = deeds.flatMap((deed, index) => (deed.address === address ? [[deed, index] as const] : []));
    return (own.find(([deed]) => deed.part === part) ?? own[0])?.[1] ?? -1;
  };
  return deeds.map((deed) => {
    const { waits = [] } = changes.find(({ address }) => address === deed.address) ?? {};
    return waits
      .filter(({ part }) => deed.part === undefined || deed.part === part)
      .map(({ for: other }) => find(other.address, other.part));
  });
}

/** Every state that steps can leave, as long as nothing begins before what it waits for is confirmed. */
export function* statesOf(
  deeds: readonly Deed[],
  waits: readonly (readonly number[])[],
  reached: readonly Reached[] = [],
): Iterable<readonly Reached[]> {
  const deed = deeds[reached.length];
  if (deed === undefined) {
    const kept = reached.every(
      (how, index) => how === "none" || (waits[index] ?? []).every((other) => reached[other] === "all"),
    );
    if (kept) yield reached;
    return;
  }
  const ways: readonly Reached[] = deed.atomic ? ["none", "all"] : ["none", "struck", "written", "all"];
  for (const how of ways) yield* statesOf(deeds, waits, [...reached, how]);
}

/** Is there any order of the steps in which nothing is ever broken, however a step fails? */
export function hasOrder(
  start: ReadonlySet<string>,
  deeds: readonly Deed[],
  changes: readonly Change[],
  fine: Fine,
): boolean {
  const stage = (deed: Deed): number => {
    const { action } = changes.find(({ address }) => address === deed.address) ?? {};
    return action === "delete" ? 2 : deed.part === "take" ? 1 : 0;
  };
  const before = deeds.map((deed) => {
    const needs = changes.find(({ address }) => address === deed.address)?.dependsOn ?? [];
    return deeds.flatMap((other, index) => {
      const own = other.address === deed.address && deed.part === "take" && other.part === "give";
      return own || (needs.includes(other.address) && stage(other) <= stage(deed)) ? [index] : [];
    });
  });
  const seen = new Set<string>();
  const from = (done: readonly number[]): boolean => {
    if (done.length === deeds.length) return true;
    const key = [...done].sort().join();
    if (seen.has(key)) return false;
    seen.add(key);
    return deeds.some((deed, index) => {
      if (done.includes(index) || !(before[index] ?? []).every((other) => done.includes(other))) return false;
      const at = (how: Reached): ReadonlySet<string> =>
        stateOf(
          start,
          deeds,
          deeds.map((_, one) => (one === index ? how : done.includes(one) ? "all" : "none")),
        );
      return (deed.atomic || fine(at("struck"))) && fine(at("all")) && from([...done, index]);
    });
  };
  return from([]);
}
