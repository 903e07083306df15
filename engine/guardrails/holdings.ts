/**
 * What people hold by the objects of a plan, and which of its steps take or give it: as much of it as decides who
 * administers, and what those hold who must lose nothing. Pure.
 *
 *      person ──► group ──► group ──► administers okta
 */
import type { KindRules } from "../config/rules.ts";
import type { Step, Steps } from "../graph/stages.ts";
import { edgesBetween } from "../impact/edges.ts";
import type { Address, Change, Edge } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { createNames, DIRECT, type InstanceFor, instanceOf, type Names, type Place } from "./holding-names.ts";
import type { Moment } from "./moments.ts";

/** One thing that somebody or an object holds; `from` and `to` are names of nodes. */
export interface Holding extends Place {
  /** Of the object that makes it so. */
  readonly address: Address;
  /** Before the run. */
  readonly there: boolean;
  /** Keys of steps. */
  readonly takes: ReadonlySet<string>;
  readonly gives: ReadonlySet<string>;
}

export interface HoldingsInput {
  readonly changes: readonly Change[];
  readonly steps: Steps;
  readonly rulesOf: (kind: string) => KindRules;
  readonly factsOf: (kind: string) => KindFacts;
  readonly peopleOf: (address: Address) => Readonly<Record<string, string>>;
  readonly instanceFor: InstanceFor;
  /** Whose every holding is wanted: by login, in lower case, or by id. */
  readonly guarded: ReadonlySet<string>;
}

export interface Holdings {
  /** All that leads to any of these nodes. */
  towards(nodes: Iterable<string>): readonly Holding[];
  /** The node of an object of an instance, where it is in the plan. */
  objectWith(instance: string, id: string): string | undefined;
  /** Everybody who is in an object of the plan is known. */
  isWhole(node: string): boolean;
  /** The account with this id is in the plan, and makes nobody hold a thing: it is suspended, and stays so. */
  isSilent(instance: string, id: string): boolean;
  all(): readonly Holding[];
}

export function stepKey({ change, part }: Step): string {
  return part === undefined ? change.address : `${change.address} ${part}`;
}

export function isThere({ there, takes, gives }: Holding, { begun, done }: Moment): boolean {
  for (const key of gives) if (done.has(key)) return true;
  if (!there) return false;
  for (const key of takes) if (begun.has(key)) return false;
  return true;
}

export function holdingsOf(input: HoldingsInput): Holdings {
  const { changes, guarded, factsOf } = input;
  const names = createNames(changes, input.instanceFor, input.rulesOf);
  const stepsAt = new Map<Address, Step[]>();
  for (const { layers } of input.steps.stages) {
    for (const step of layers.flat()) {
      const known = stepsAt.get(step.change.address);
      if (known === undefined) stepsAt.set(step.change.address, [step]);
      else known.push(step);
    }
  }
  const found: Holding[] = [];
  const silent = new Set<string>();
  /** Objects that stay, by node: who is in them is asked for only where it matters. */
  const resting = new Map<string, Change>();
  const isGuarded = ({ person, personId }: Edge): boolean =>
    guarded.has(person.toLowerCase()) || (personId !== undefined && guarded.has(personId));
  for (const change of changes) {
    if (factsOf(change.kind).edges === undefined) continue;
    const moves = change.action !== "none" && change.action !== "forget";
    if (!moves) resting.set(change.address, change);
    const all = timeline(change, stepsAt.get(change.address) ?? [], names, input);
    if (all.length === 0 && isAccountLike(change, input)) silent.add(`${instanceOf(change.address)} ${idOf(change)}`);
    for (const holding of all) {
      const { edge } = holding;
      const structural = edge.holder !== undefined || edge.administers === true || edge.account === true;
      if (moves || structural || (guarded.size > 0 && isGuarded(edge))) found.push(holding);
    }
  }
  return {
    all: () => found,
    objectWith: names.objectWith,
    isWhole: names.isWhole,
    isSilent: (instance, id) => silent.has(`${instance} ${id}`),
    towards(nodes) {
      const into = new Map<string, Holding[]>();
      const add = (holding: Holding): void => {
        const known = into.get(holding.to);
        if (known === undefined) into.set(holding.to, [holding]);
        else known.push(holding);
      };
      for (const holding of found) add(holding);
      const reached = new Set<string>();
      const open = [...nodes];
      const some: Holding[] = [];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (reached.has(at)) continue;
        reached.add(at);
        const own = resting.get(at.replace(DIRECT, ""));
        const inside =
          own === undefined
            ? []
            : timeline(own, [], names, input).filter(({ to, edge }) => to === at && edge.holder === undefined);
        for (const holding of new Set([...(into.get(at) ?? []), ...inside])) {
          some.push(holding);
          open.push(holding.from);
        }
      }
      return some;
    },
  };
}

/** Nobody can be in it. */
function isAccountLike(change: Change, { rulesOf }: HoldingsInput): boolean {
  const rules = [...(rulesOf(change.kind).spec.properties ?? [])];
  return !rules.some(([, rule]) => rule.unordered === true && (rule.person === true || rule.items?.person === true));
}

function idOf(change: Change): string | undefined {
  return "before" in change ? change.before?.id : undefined;
}

/** What an object makes people hold, from before its first step to after its last one. */
function timeline(
  change: Change,
  steps: readonly Step[],
  names: Names,
  { rulesOf, factsOf, peopleOf }: HoldingsInput,
): readonly Holding[] {
  const source = { rules: rulesOf(change.kind), facts: factsOf(change.kind), people: peopleOf(change.address) };
  const { before, after } = edgesBetween(change, undefined, source);
  const [first, second] = steps;
  const between =
    first !== undefined && second !== undefined && "fields" in change
      ? [edgesBetween({ ...change, fields: first.fields }, undefined, source).after]
      : [];
  const states = [before, ...(steps.length === 0 ? [] : [...between, after])].map((edges) =>
    names.holdings(edges, change),
  );
  const holdings = new Map<string, Holding & { takes: Set<string>; gives: Set<string> }>();
  for (const [index, state] of states.entries()) {
    for (const [key, place] of state) {
      if (!holdings.has(key))
        holdings.set(key, {
          ...place,
          address: change.address,
          there: index === 0,
          takes: new Set(),
          gives: new Set(),
        });
    }
  }
  for (const [index, step] of steps.entries()) {
    const [was, is] = [states[index], states[index + 1]];
    if (was === undefined || is === undefined) continue;
    // What takes the old one's place comes only once that is gone.
    const anew = change.action === "replace";
    for (const [key, holding] of holdings) {
      if (was.has(key) && (anew || !is.has(key))) holding.takes.add(stepKey(step));
      if (is.has(key) && (anew || !was.has(key))) holding.gives.add(stepKey(step));
    }
  }
  return [...holdings.values()];
}
