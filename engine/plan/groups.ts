/** Objects that one list reads, and the order in which the lists need each other's ids. Pure. */
import type { Doubt } from "../diff/ours.ts";
import { layersOf } from "../graph/order.ts";
import type { Address, Owned, Resource } from "../model.ts";
import { kindOfAddress, undeclared } from "./doubts.ts";
import type { ReadOptions } from "./read-options.ts";
import { groupKeyOf } from "./tenants.ts";

export function instanceAndKind(owned: Owned): { instance: string; kind: string } {
  return { instance: owned.address.slice(0, owned.address.indexOf("/")), kind: owned.kind };
}

/** One kind of one instance. */
export interface Group {
  readonly instance: string;
  readonly kind: string;
  readonly resources: readonly Resource[];
  /** Owned, and no longer declared. */
  readonly orphans: readonly Owned[];
  /** Perhaps made by an interrupted run, and neither owned nor declared. */
  readonly lost: readonly Doubt[];
}

interface Filling extends Group {
  readonly resources: Resource[];
  readonly orphans: Owned[];
  readonly lost: Doubt[];
}

/** Kinds in the order in which they need each other; kinds that need each other in a circle come last, together. */
export function groupLayers({ graph, owned, doubts, instances }: ReadOptions): Group[][] {
  const groups = new Map<string, Filling>();
  const groupOf = (one: { instance: string; kind: string }): Filling => {
    const key = groupKeyOf(one);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { instance: one.instance, kind: one.kind, resources: [], orphans: [], lost: [] };
    groups.set(key, group);
    return group;
  };
  const needs = new Map<string, Set<string>>();
  for (const resource of graph.resources.values()) {
    groupOf(resource).resources.push(resource);
    const key = groupKeyOf(resource);
    const own = needs.get(key) ?? new Set<string>();
    needs.set(key, own);
    for (const need of graph.needs.get(resource.address) ?? []) {
      const target = graph.resources.get(need);
      if (target !== undefined && groupKeyOf(target) !== key) own.add(groupKeyOf(target));
    }
  }
  for (const one of owned) if (!graph.resources.has(one.address)) groupOf(instanceAndKind(one)).orphans.push(one);
  for (const doubt of undeclared(doubts, graph, owned)) {
    const kind = kindOfAddress(doubt.address, instances);
    if (kind !== undefined) groupOf({ instance: doubt.address.split("/")[0] ?? "", kind }).lost.push(doubt);
  }
  const layers = layersOf(groups.keys() as Iterable<Address>, (key) => [...(needs.get(key) ?? [])] as Address[]);
  const placed = new Set<string>(layers.flat());
  const circle = [...groups.keys()].filter((key) => !placed.has(key));
  return [...layers, circle]
    .map((keys) =>
      keys.map((key) => groups.get(key)).filter((group): group is NonNullable<typeof group> => group !== undefined),
    )
    .filter((layer) => layer.length > 0);
}
