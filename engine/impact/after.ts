/** What people hold once a plan was carried out: as the plan had read it, with what was proven since. Pure. */
import type { StepResult } from "../apply/result.ts";
import type { Address, Change, Edge, Held } from "../model.ts";
import { edgesBetween, heldAfter, type ImpactSource } from "./edges.ts";
import { type Reasons, withReasons } from "./explained.ts";
import type { HeldObject } from "./holdings.ts";

export interface AfterSource extends Omit<ImpactSource, "peopleOf"> {
  /** Were all who hold an object read with it? */
  showsHolders(change: Change): boolean;
  /** Another system's word why somebody is in an object. */
  explained?: ReadonlyMap<Address, Reasons>;
}

/** Objects that are there, and of the stack; those of which nobody knows how far their change got are not `whole`. */
export function objectsAfter(
  changes: readonly Change[],
  results: readonly StepResult[],
  source: AfterSource,
): readonly HeldObject[] {
  const ended = new Map(results.map((result) => [result.address, result]));
  const objects = changes.flatMap((change) => {
    const after = objectAfter(change, ended.get(change.address), source);
    return after === undefined ? [] : [after];
  });
  const ids: ReadonlyMap<string, string> = new Map(
    objects.flatMap(({ address, id }) => (address === undefined || id === undefined ? [] : [[address, id]])),
  );
  // What did not exist yet when it was planned was known by its address.
  const known = (text: string): string =>
    text.includes("${")
      ? text.replaceAll(/\$\{([^{}]+)\.id\}/g, (all, address: string) => ids.get(address) ?? all)
      : text;
  return objects.map(({ held, ...object }) => ({
    ...object,
    ...(held === undefined ? {} : { held: heldWithIds(held, known) }),
    edges: object.edges.map((edge) => withIds(edge, known)),
  }));
}

type Known = (text: string) => string;

function heldWithIds({ same, ...held }: Held, known: Known): Held {
  const entitlement = known(held.entitlement);
  return { ...held, entitlement, ...(same === undefined ? {} : { same: { ...same, id: known(same.id) } }) };
}

function withIds(edge: Edge, known: Known): Edge {
  const named = <N extends Edge["holder"]>(name: N): N =>
    typeof name === "object" ? { ...name, id: known(name.id) } : name;
  const { holder, object, personId } = edge;
  return {
    ...edge,
    ...{ person: known(edge.person), entitlement: known(edge.entitlement) },
    ...(personId === undefined ? {} : { personId: known(personId) }),
    ...(holder === undefined ? {} : { holder: named(holder) }),
    ...(object === undefined ? {} : { object: named(object) }),
  };
}

function objectAfter(change: Change, result: StepResult | undefined, source: AfterSource): HeldObject | undefined {
  const { address, kind } = change;
  const before = "before" in change ? change.before : undefined;
  const { edges, whole } = edgesAfter(change, result, source);
  const held = heldAfter(change, { rules: source.rulesOf(kind), facts: source.factsOf(kind) });
  const id = result?.id ?? (change.action === "create" ? undefined : before?.id);
  if (edges === undefined || (id === undefined && before === undefined)) return undefined;
  return {
    ...{ address, instance: address.slice(0, address.indexOf("/")), kind },
    ...(id === undefined ? {} : { id }),
    ...(held === undefined ? {} : { held }),
    edges: before === undefined ? edges : withReasons(edges, before, source.explained?.get(address)),
    whole: whole && source.factsOf(kind).edges !== undefined,
  };
}

/** Undefined: it is not there, or not ours. */
function edgesAfter(
  change: Change,
  result: StepResult | undefined,
  source: AfterSource,
): { readonly edges?: readonly Edge[]; readonly whole: boolean } {
  const between = (one: Change) =>
    edgesBetween(one, undefined, {
      rules: source.rulesOf(one.kind),
      facts: source.factsOf(one.kind),
      people: one.people,
    });
  const shown = source.showsHolders(change);
  if (change.action === "forget") return { whole: false };
  if (change.action === "none") return { edges: between(change).after, whole: shown };
  const { before, after } = between(change);
  switch (result?.outcome) {
    case "confirmed":
      if (change.action === "delete") return { whole: false };
      return { edges: after, whole: shown || change.action === "create" || change.action === "replace" };
    case undefined:
    case "skipped":
      return change.action === "create" ? { whole: false } : { edges: before, whole: shown };
    case "failed": {
      const { arrived = [], ended = false, id } = result;
      if (ended || (change.action === "create" && id === undefined)) return { whole: false };
      if (change.action === "update" || change.action === "adopt")
        return { edges: between({ ...change, fields: arrived }).after, whole: shown };
      return change.action === "create" ? { edges: [], whole: false } : { edges: before, whole: shown };
    }
    default: {
      // Sent, and not proven: only what both ends have in common is known.
      const stays = new Set(after.map((edge) => JSON.stringify(edge)));
      return { edges: before.filter((edge) => stays.has(JSON.stringify(edge))), whole: false };
    }
  }
}
