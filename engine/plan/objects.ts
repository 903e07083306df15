/**
 * ⇄ The objects that a plan's access graph is made of: what it changes and what it leaves, with more of them read where
 * the plan had no reason to, and objects outside the stack that were read for their people.
 */
import { collectionsOf } from "../config/rules.ts";
import type { AccessObject, Unread } from "../impact/access.ts";
import { edgesBetween, heldAfter } from "../impact/edges.ts";
import type { Address, Change, Edge, Live, Owned } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

export interface ObjectsInput {
  readonly changes: readonly Change[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  peopleOf(address: Address): Readonly<Record<string, string>>;
  /** What the changes say of objects that stay was read at another time: who is in them is read again. */
  readonly later?: boolean;
}

/** An object as state remembers it. */
export type Remembered = Pick<Owned, "address" | "kind" | "id" | "applied" | "people">;

export interface Objects {
  /** As they are known by now. `beside`: what else of the stack the plan is not about. */
  all(beside?: readonly Remembered[]): readonly AccessObject[];
  /** Looks at those of them at which nobody has looked. False where there was none. */
  read(some: readonly Unread[]): Promise<boolean>;
  /** Looks for what they stand for in other systems, where their kind is of that sort. False where there was none. */
  look(some: readonly Unread[]): Promise<boolean>;
  /** What could not be read, in sentences. */
  notes(): readonly string[];
}

export function createObjects(input: ObjectsInput): Objects {
  const read = new Map<string, Read>();
  const looked = new Map<string, Live | undefined>();
  const notes: string[] = [];
  const eachKind = async (
    open: readonly Unread[],
    doing: (same: readonly Unread[]) => Promise<void>,
    what: string,
  ): Promise<void> => {
    await Promise.all(
      [...byKind(open)].map(async ([, same]) => {
        try {
          await doing(same);
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          const why = error.problems.map(({ message }) => message).join(" ");
          notes.push(`${what} ${same.length} of ${same[0]?.kind} in ${same[0]?.instance} could not be read: ${why}`);
        }
      }),
    );
  };
  return {
    all: (beside = []) => objectsOf(input, read, looked, beside),
    async read(some) {
      const open = some.filter((one) => !read.has(keyOf(one)));
      for (const one of open) read.set(keyOf(one), {});
      await eachKind(open, (same) => readHolders(same, input, read), "Who is behind");
      return open.length > 0;
    },
    async look(some) {
      const open = some.filter((one) => standsElsewhere(one, input) && !looked.has(keyOf(one)));
      for (const one of open) looked.set(keyOf(one), undefined);
      await eachKind(open, (same) => readPlain(same, input, looked), "What is given by");
      return open.length > 0;
    },
    notes: () => notes,
  };
}

/** Only what grants in other systems is an object of one of them. */
function standsElsewhere({ kind, instance }: Unread, { catalog, instances }: ObjectsInput): boolean {
  const { can, held } = catalog.factsOf(kind);
  return instances.has(instance) && can.grants && can.list && held !== undefined;
}

async function readPlain(
  some: readonly Unread[],
  { instances }: ObjectsInput,
  into: Map<string, Live | undefined>,
): Promise<void> {
  const [first] = some;
  const view = first === undefined ? undefined : instances.get(first.instance)?.view;
  if (first === undefined || view === undefined) return;
  const { instance, kind } = first;
  const objects = [...new Set(some.map(({ id }) => id))].map((id) => ({ id, fields: [] }));
  for await (const live of view.list(shortKind(kind), { objects }))
    into.set(keyOf({ instance, kind, id: live.id }), live);
}

/** What was learnt of an object whose people were not known; neither where nobody could tell. */
export interface Read {
  readonly live?: Live;
  /** Everybody who holds it, where its kind tells. */
  readonly holders?: readonly Edge[];
}

export type Named = Pick<Unread, "instance" | "kind" | "id">;

export function keyOf({ instance, kind, id }: Named): string {
  return `${instance} ${kind} ${id}`;
}

export function byKind(open: readonly Unread[]): ReadonlyMap<string, readonly Unread[]> {
  const groups = new Map<string, Unread[]>();
  for (const one of open) {
    const key = `${one.instance} ${one.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

export async function readHolders(
  some: readonly Unread[],
  input: Pick<ObjectsInput, "instances" | "catalog">,
  into: Map<string, Read>,
): Promise<void> {
  const [first] = some;
  const view = first === undefined ? undefined : input.instances.get(first.instance)?.view;
  if (first === undefined || view === undefined) return;
  const { instance, kind } = first;
  const { can } = input.catalog.factsOf(kind);
  const ids = [...new Set(some.map(({ id }) => id))];
  if (can.holders) {
    for await (const { id, edges } of view.holders(shortKind(kind), ids)) {
      const key = keyOf({ instance, kind, id });
      into.set(key, { ...into.get(key), holders: edges });
    }
  } else if (can.get) {
    const fields = collectionsOf(input.catalog.rulesOf(kind).spec);
    for await (const live of view.get(
      shortKind(kind),
      ids.map((id) => ({ id, fields, known: [] })),
    )) {
      if (!("gone" in live)) into.set(keyOf({ instance, kind, id: live.id }), { live });
    }
  }
}

function objectsOf(
  input: ObjectsInput,
  read: ReadonlyMap<string, Read>,
  looked: ReadonlyMap<string, Live | undefined>,
  beside: readonly Remembered[],
): readonly AccessObject[] {
  const { catalog, changes } = input;
  const objects: AccessObject[] = [];
  const done = new Set<string>();
  for (const change of changes) {
    const facts = catalog.factsOf(change.kind);
    if (facts.edges === undefined) continue;
    const instance = instanceOf(change);
    const live = "before" in change ? change.before : undefined;
    const key = live === undefined ? "" : keyOf({ instance, kind: change.kind, id: live.id });
    const known = read.get(key);
    done.add(key);
    const rules = catalog.rulesOf(change.kind);
    const people = input.peopleOf(change.address);
    const { before, after } = edgesBetween(change, known?.live, { rules, facts, people });
    const held = heldAfter(change, { rules, facts });
    objects.push({
      address: change.address,
      instance,
      kind: change.kind,
      ...(live === undefined ? {} : { id: live.id }),
      ...withHolders(before, after, known?.holders),
      whole:
        live === undefined || isWhole(known?.live ?? seen(live, change, input), known?.holders, change.kind, catalog),
      ...(held === undefined ? {} : { held }),
    });
  }
  for (const { address, kind, id, applied, people } of beside) {
    const instance = instanceOf({ address });
    const key = keyOf({ instance, kind, id });
    if (done.has(key)) continue;
    done.add(key);
    const { live, holders } = read.get(key) ?? {};
    const edges = edgesOf(live ?? { id, spec: applied, people }, kind, catalog);
    const whole = isWhole(live ?? { id, spec: {} }, holders, kind, catalog);
    const held = catalog.factsOf(kind).held?.((live ?? { spec: applied }).spec);
    const known = held === undefined ? {} : { held };
    objects.push({ address, instance, kind, id, ...withHolders(edges, edges, holders), whole, ...known });
  }
  for (const key of new Set([...read.keys(), ...looked.keys()])) {
    const { live = looked.get(key), holders } = read.get(key) ?? {};
    if (done.has(key) || (live === undefined && holders === undefined)) continue;
    const [instance = "", kind = "", id = ""] = key.split(" ");
    const edges = live === undefined ? [] : edgesOf(live, kind, catalog);
    const held = live === undefined ? undefined : catalog.factsOf(kind).held?.(live.spec);
    const whole = read.has(key) && (holders !== undefined || !catalog.factsOf(kind).can.holders);
    const known = held === undefined ? {} : { held };
    objects.push({ instance, kind, id: live?.id ?? id, ...withHolders(edges, edges, holders), whole, ...known });
  }
  return objects;
}

function withHolders(before: readonly Edge[], after: readonly Edge[], holders: readonly Edge[] | undefined) {
  if (holders === undefined) return { before, after };
  const more = [...before, ...holders];
  return { before: more, after: after === before ? more : [...after, ...holders] };
}

/** Is everybody who holds it known? */
export function isWhole(live: Live, holders: readonly Edge[] | undefined, kind: string, catalog: Catalog): boolean {
  return catalog.factsOf(kind).can.holders ? holders !== undefined : showsHolders(live, kind, catalog);
}

function edgesOf({ spec, people = {}, id }: Live, kind: string, catalog: Catalog): readonly Edge[] {
  return [...(catalog.factsOf(kind).edges?.({ spec, people, id }) ?? [])];
}

/** Nothing of what was read at another time, where it can be read again. */
function seen(live: Live, { kind }: Change, { later, catalog }: ObjectsInput): Live {
  return later === true && catalog.factsOf(kind).can.get ? { id: live.id, spec: {} } : live;
}

/** Was the list of its members read, or has it none that its spec could hold? */
export function showsHolders(live: Live, kind: string, catalog: Catalog): boolean {
  const { properties = new Map() } = catalog.rulesOf(kind).spec;
  const all = [...properties].filter(([, rule]) => rule.unordered === true);
  const granted = all.filter(([, rule]) => rule.grantedAs !== undefined);
  return (granted.length > 0 ? granted : all).every(([field]) => Object.hasOwn(live.spec, field));
}

function instanceOf({ address }: { readonly address: Address }): string {
  return address.slice(0, address.indexOf("/"));
}
