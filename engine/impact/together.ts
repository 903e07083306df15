/**
 * Who holds one of each of two sets of entitlements: once a plan is applied, or for a moment while it is being applied.
 * Pure.
 */
import { compareText } from "../address.ts";
import type { Address, Edge } from "../model.ts";
import type { AccessObject, Unread } from "./access.ts";
import type { Step } from "./nodes.ts";
import { type Reached, unreadIn, type Worlds } from "./worlds.ts";

/** Something of a set: an object of the stack, or whatever is called so. */
export type Entitlement = { readonly address: Address } | { readonly called: (words: string) => boolean };

export interface Held {
  readonly entitlement: string;
  /** What is held on the way, outermost last; empty where it is held directly. */
  readonly way: readonly string[];
}

/** `already`: they do so now, and what the plan moves for them is in neither set. `between`: neither before nor after. */
export type When = "after" | "already" | "between";

export interface Both {
  readonly person: string;
  readonly when: When;
  readonly held: readonly [Held, Held];
  /** False where a rule decides by which nobody can be sure. */
  readonly certain: boolean;
  /** What gives one of the two, and what takes one: `between` nobody holds both if all of the latter come first. */
  readonly gives: readonly Address[];
  readonly takes: readonly Address[];
}

export interface Together {
  readonly both: readonly Both[];
  /** Objects whose people have to be known to tell, and are not. */
  readonly unread: readonly Unread[];
  /** Of those, the ones that would leave the answer open. */
  readonly open: readonly Unread[];
  /** Entitlements that this graph does not know, by their place in either set. */
  readonly unknown: readonly (readonly [side: 0 | 1, index: number])[];
  /** What stands in both sets, in words. */
  readonly shared: readonly string[];
}

export interface TogetherInput {
  readonly worlds: Worlds;
  readonly objects: readonly AccessObject[];
  /** Ids in a text of an instance, as people know them. */
  readonly inWords: (text: string, instance: string) => string;
  /** Edges that somebody may be given, and may not. */
  readonly doubtful: ReadonlySet<Edge>;
}

export type Sides = readonly [readonly Entitlement[], readonly Entitlement[]];

/** Undefined where the plan gives nobody anything of either set. */
export function together(sides: Sides, input: TogetherInput): Together | undefined {
  const { worlds } = input;
  const found = [nodesOf(sides[0], input), nodesOf(sides[1], input)] as const;
  const sets: Sets = [new Set(found[0].flat()), new Set(found[1].flat())];
  const towards: Sets = [worlds.towards(sets[0]), worlds.towards(sets[1])];
  const gains = towards.map((nodes) => [...worlds.added].filter((link) => nodes.has(link.to)));
  if (gains.every((links) => links.length === 0)) return undefined;
  const unknown = ([0, 1] as const).flatMap((side) =>
    found[side].flatMap((nodes, index) => (nodes.length === 0 ? [[side, index] as const] : [])),
  );
  return {
    both: bothOf(sets, towards, input),
    unread: unreadIn(new Set([...towards[0], ...towards[1]]), worlds.nodes),
    open: ([0, 1] as const).flatMap((side) => openAfter(gains[side] ?? [], towards[side === 0 ? 1 : 0], worlds)),
    unknown,
    shared: [...sets[0]].filter((node) => sets[1].has(node)).map((node) => labelOf(node, input)),
  };
}

type Sets = readonly [ReadonlySet<number>, ReadonlySet<number>];

function nodesOf(
  side: readonly Entitlement[],
  { worlds, objects, inWords }: TogetherInput,
): readonly (readonly number[])[] {
  const { nodes, links } = worlds;
  const held = new Set(links.map(({ to }) => to));
  return side.map((one) => {
    if ("called" in one) {
      return [...held].filter((node) => {
        const label = nodes.labelOf(node);
        return label !== undefined && one.called(inWords(label, worlds.instanceOf(node)));
      });
    }
    const object = objects.find(({ address }) => address === one.address);
    if (object === undefined) return [];
    const self = nodes.self(object);
    // What nobody can hold, like an assignment, stands for what it gives.
    const holdable = objects.some(
      ({ kind, before, after }) => kind === object.kind && [...before, ...after].some((edge) => edge.object === "self"),
    );
    if (self !== undefined && (holdable || held.has(self))) return [self];
    return [...new Set(links.flatMap(({ to, address }) => (address === one.address ? [to] : [])))];
  });
}

/** Whoever is behind an object that nobody could read may hold what somebody gains beside, or gain it themselves. */
function openAfter(gains: readonly Step[], others: ReadonlySet<number>, worlds: Worlds): readonly Unread[] {
  if (gains.length === 0) return [];
  const { nodes } = worlds;
  const beside = unreadIn(others, nodes);
  const peopled = [...others].some((node) => nodes.isPerson(node));
  return peopled ? [...beside, ...unreadIn(worlds.towards(gains.map(({ from }) => from)), nodes)] : beside;
}

function bothOf(sets: Sets, towards: Sets, input: TogetherInput): readonly Both[] {
  const { worlds } = input;
  const found: Both[] = [];
  const seen = new Set<number>();
  for (const node of towards[0]) {
    if (!worlds.nodes.isPerson(node) || seen.has(node)) continue;
    const person = worlds.samePerson(node);
    for (const one of person) seen.add(one);
    if (!person.some((one) => towards[1].has(one))) continue;
    const both = judged(person, sets, input);
    if (both !== undefined) found.push(both);
  }
  return found.sort((a, b) => compareText(a.person, b.person));
}

function judged(person: readonly number[], sets: Sets, input: TogetherInput): Both | undefined {
  const { worlds } = input;
  const [before, after, between] = (["before", "after", "between"] as const).map((when) =>
    merged(person.map((node) => worlds.reach(node, when))),
  ) as [Reached, Reached, Reached];
  const [was, is] = [holdsBoth(before, sets), holdsBoth(after, sets)];
  if (was && !is) return undefined;
  const more = sets.some((set) => [...set].some((node) => after.has(node) && !before.has(node)));
  const when = !is ? "between" : was && !more ? "already" : "after";
  const reached = is ? after : between;
  const ways = [wayInto(sets[0], reached, before, input), wayInto(sets[1], reached, before, input)] as const;
  const first = ways[0][0];
  if (first === undefined) return undefined;
  const on = linksInto(sets, between);
  return {
    person: input.inWords(first.edge.person, worlds.instanceOf(first.to)),
    when,
    held: [heldBy(ways[0], input), heldBy(ways[1], input)],
    certain: ![...ways[0], ...ways[1]].some(({ edge }) => input.doubtful.has(edge)),
    gives: addressesOf(on, worlds.added),
    takes: addressesOf(on, worlds.removed),
  };
}

function merged(all: readonly Reached[]): Reached {
  const [first = new Map(), ...rest] = all;
  if (rest.length === 0) return first;
  const into = new Map(first);
  for (const reached of rest) {
    for (const [node, paths] of reached)
      into.set(
        node,
        [...(into.get(node) ?? []), ...paths].sort((a, b) => a.length - b.length),
      );
  }
  return into;
}

function holdsBoth(reached: Reached, sets: Sets): boolean {
  return sets.every((set) => [...set].some((node) => reached.has(node)));
}

/** What is sure before what is not, what is new before what is old, and then the shortest. */
function wayInto(
  set: ReadonlySet<number>,
  reached: Reached,
  before: Reached,
  { doubtful }: TogetherInput,
): readonly Step[] {
  const ways = [...set].flatMap((node) => reached.get(node) ?? []);
  const rank = (way: readonly Step[]): number =>
    (way.some(({ edge }) => doubtful.has(edge)) ? 2 : 0) + (before.has(way.at(-1)?.to ?? -1) ? 1 : 0);
  return ways.sort((a, b) => rank(a) - rank(b) || a.length - b.length)[0] ?? [];
}

/** Every link on a way into either set. */
function linksInto(sets: Sets, reached: Reached): ReadonlySet<Step> {
  const on = new Set<Step>();
  const nodes = new Set([...sets[0], ...sets[1]]);
  for (const node of nodes) {
    for (const way of reached.get(node) ?? []) {
      const last = way.at(-1);
      if (last === undefined) continue;
      on.add(last);
      nodes.add(last.from);
    }
  }
  return on;
}

function addressesOf(links: ReadonlySet<Step>, among: ReadonlySet<Step>): readonly Address[] {
  return [...new Set([...links].flatMap((link) => (among.has(link) ? (link.address ?? []) : [])))].sort(compareText);
}

function heldBy(way: readonly Step[], input: TogetherInput): Held {
  const { worlds, inWords } = input;
  const labels = way.map((step) => inWords(worlds.nodes.wordsOf(step), worlds.instanceOf(step.to)));
  return { entitlement: labels.at(-1) ?? "", way: labels.slice(0, -1) };
}

function labelOf(node: number, { worlds, inWords }: TogetherInput): string {
  return inWords(worlds.nodes.labelOf(node) ?? "", worlds.instanceOf(node));
}
