/** What an interrupted run left to be found out: from when on reads can tell it, and which object it made. */
import { type Doubt, isOurs } from "../diff/ours.ts";
import type { Graph } from "../graph/build.ts";
import type { Address, Live, Owned } from "../model.ts";
import type { Catalog, Instances } from "./tenants.ts";

export type Doubts = ReadonlyMap<Address, Doubt>;

/**
 * Epoch milliseconds from which on every read shows what was asked before: a list that lags cannot tell that a create
 * made nothing, nor what else it made. Undefined where nothing lags.
 */
export function trustedFrom(
  owned: readonly Owned[],
  doubts: Doubts,
  catalog: Catalog,
  kindOf: (address: Address) => string | undefined,
): number | undefined {
  const moments = owned.flatMap((one) =>
    one.uncertainSince === undefined ? [] : [momentOf(one.kind, Date.parse(one.uncertainSince), catalog)],
  );
  for (const { address, last } of doubts.values()) {
    const kind = kindOf(address);
    if (kind !== undefined) moments.push(momentOf(kind, last, catalog));
  }
  const real = moments.filter((moment) => moment !== undefined);
  return real.length === 0 ? undefined : Math.max(...real);
}

function momentOf(kind: string, last: number, catalog: Catalog): number | undefined {
  const { consistency } = catalog.factsOf(kind);
  return consistency === undefined ? undefined : last + consistency;
}

/** Creates whose document is gone, and which state knows nothing of: their objects would be nobody's. */
export function undeclared(doubts: Doubts, graph: Graph, owned: readonly Owned[]): readonly Doubt[] {
  const known = new Set(owned.map((one) => one.address));
  return [...doubts.values()].filter(({ address }) => !graph.resources.has(address) && !known.has(address));
}

/** `okta/group` of `okta/group/x`; undefined where the instance is not of this stack. */
export function kindOfAddress(address: Address, instances: Instances): string | undefined {
  const [instance = "", kind = ""] = address.split("/");
  const provider = instances.get(instance)?.provider.name;
  return provider === undefined ? undefined : `${provider}/${kind}`;
}

/** Of several under one key, the only one that is ours; undefined where that decides nothing. */
export function onlyOurs(
  matches: readonly Live[],
  address: Address,
  stack: string,
  doubt: Doubt | undefined,
): Live | undefined {
  const [only, ...more] = matches.filter((live) => isOurs(live, address, stack, doubt?.since));
  return more.length === 0 ? only : undefined;
}
