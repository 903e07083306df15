/**
 * ⇄ What a plan gives and takes, through everything that lies between. Whom a changed link is about may be in a list that
 * the plan had no reason to read: who is in a group that is given an application is read here, and only then.
 */
import { collectionsOf } from "../config/rules.ts";
import { type AccessObject, accessOf, type Unread } from "../impact/access.ts";
import { edgesBetween } from "../impact/edges.ts";
import type { Address, Change, Impact, Live, Move } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

export interface ImpactInput {
  readonly changes: readonly Change[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  readonly instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) => string;
  peopleOf(address: Address): Readonly<Record<string, string>>;
  /** Display names of vendor ids, `<instance> <id>` → name. */
  readonly names: ReadonlyMap<string, string>;
}

/** A group in a group in a group: deeper than this, the rest stands for its people. */
const DEEPEST = 8;

export async function readImpact(input: ImpactInput): Promise<{ impact: Impact; notes: readonly string[] }> {
  const { changes, instanceFor } = input;
  const still = changes.every(({ action }) => action === "none" || action === "forget");
  if (still) return { impact: { gained: [], lost: [] }, notes: [] };
  const read = new Map<string, Read>();
  const notes: string[] = [];
  for (let round = 0; ; round += 1) {
    const access = accessOf(objectsOf(input, read), instanceFor);
    const open = access.unread().filter((one) => !read.has(keyOf(one)));
    if (open.length === 0 || round === DEEPEST) return { impact: worded(access.impact(), input), notes };
    for (const one of open) read.set(keyOf(one), {});
    await Promise.all(
      [...byKind(open)].map(async ([, some]) => {
        try {
          await readHolders(some, input, read);
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          const why = error.problems.map(({ message }) => message).join(" ");
          notes.push(
            `Who is behind ${some.length} of ${some[0]?.kind} in ${some[0]?.instance} could not be read: ${why}`,
          );
        }
      }),
    );
  }
}

/** Kinds know ids only; a reader knows what an application is called. */
function worded({ gained, lost }: Impact, { names, changes, catalog }: ImpactInput): Impact {
  const known = new Map(names);
  for (const change of changes) {
    const live = "before" in change ? change.before : undefined;
    const key = live === undefined ? undefined : catalog.factsOf(change.kind).key(live.spec);
    if (live !== undefined && key !== undefined && key !== "") known.set(`${instanceOf(change)} ${live.id}`, key);
  }
  const inWords = (text: string, instance: string): string =>
    text.replaceAll(/[^\s/]{6,}/g, (id) => known.get(`${instance} ${id}`) ?? id);
  const moved = (move: Move): Move => {
    const instance = instanceOf(move);
    const entitlement = inWords(move.entitlement, instance);
    const paths = move.paths?.map((path) => path.map((step) => inWords(step, instance)));
    return { ...move, entitlement, ...(paths === undefined ? {} : { paths }) };
  };
  return { gained: gained.map(moved), lost: lost.map(moved) };
}

function instanceOf({ address }: { readonly address: Address }): string {
  return address.slice(0, address.indexOf("/"));
}

/** What was learnt of an object whose people were not known; neither where nobody could tell. */
interface Read {
  readonly live?: Live;
}

type Named = Pick<Unread, "instance" | "kind" | "id">;

function keyOf({ instance, kind, id }: Named): string {
  return `${instance} ${kind} ${id}`;
}

function byKind(open: readonly Unread[]): ReadonlyMap<string, readonly Unread[]> {
  const groups = new Map<string, Unread[]>();
  for (const one of open) {
    const key = `${one.instance} ${one.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

async function readHolders(some: readonly Unread[], input: ImpactInput, into: Map<string, Read>): Promise<void> {
  const [first] = some;
  const view = first === undefined ? undefined : input.instances.get(first.instance)?.view;
  if (first === undefined || view === undefined) return;
  const { instance, kind } = first;
  const { can } = input.catalog.factsOf(kind);
  const ids = [...new Set(some.map(({ id }) => id))];
  if (can.get) {
    const fields = collectionsOf(input.catalog.rulesOf(kind).spec);
    for await (const live of view.get(
      shortKind(kind),
      ids.map((id) => ({ id, fields, known: [] })),
    )) {
      if (!("gone" in live)) into.set(keyOf({ instance, kind, id: live.id }), { live });
    }
  }
}

function objectsOf(input: ImpactInput, read: ReadonlyMap<string, Read>): readonly AccessObject[] {
  const { catalog, changes } = input;
  const objects: AccessObject[] = [];
  const seen = new Set<string>();
  for (const change of changes) {
    const facts = catalog.factsOf(change.kind);
    if (facts.edges === undefined) continue;
    const instance = instanceOf(change);
    const live = "before" in change ? change.before : undefined;
    const key = live === undefined ? "" : keyOf({ instance, kind: change.kind, id: live.id });
    const known = read.get(key);
    seen.add(key);
    const { before, after } = edgesBetween(change, known?.live, {
      rules: catalog.rulesOf(change.kind),
      facts,
      people: input.peopleOf(change.address),
    });
    objects.push({
      address: change.address,
      instance,
      kind: change.kind,
      ...(live === undefined ? {} : { id: live.id }),
      before,
      after,
      whole: live === undefined || showsHolders(known?.live ?? live, change.kind, catalog),
    });
  }
  for (const [key, { live }] of read) {
    if (seen.has(key) || live === undefined) continue;
    const [instance = "", kind = ""] = key.split(" ");
    const { spec, people = {}, id } = live;
    const edges = [...(catalog.factsOf(kind).edges?.({ spec, people, id }) ?? [])];
    objects.push({ instance, kind, id, before: edges, after: edges, whole: true });
  }
  return objects;
}

/** Was the list of its members read, or has it none that its spec could hold? */
function showsHolders(live: Live, kind: string, catalog: Catalog): boolean {
  const { properties = new Map() } = catalog.rulesOf(kind).spec;
  const all = [...properties].filter(([, rule]) => rule.unordered === true);
  const granted = all.filter(([, rule]) => rule.grantedAs !== undefined);
  return (granted.length > 0 ? granted : all).every(([field]) => Object.hasOwn(live.spec, field));
}
