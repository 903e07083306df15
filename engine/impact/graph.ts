/**
 * Who reaches what, before and after some links come and go. Nodes and links are numbers: a tenant has a million of them,
 * and only people upstream of a link that changes are walked at all.
 *
 *      ada ──member──► group ──assigned──► application
 *               └── two links, one path; without either, ada has no application
 */
import { adjacencies, marked, overlay, spread, type Walk, walkerOf } from "./walk.ts";

/** Whoever holds `from` holds `to`; people are nodes too. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

export interface AccessGraph<L extends Link> {
  /** Everybody for whom something moves when links go and come; who keeps a thing by another path is not among them. */
  compare(change: LinkChange<L>): Iterable<Moved<L>>;
  /** What a node holds, with every path; of a person, all of their access. */
  reach(from: number): Iterable<Reached<L>>;
  /** The ways from one node to another; none where it is not held. */
  paths(from: number, to: number): Reached<L>["paths"];
  /** The people who hold a node. */
  holders(of: number): Iterable<number>;
  /** Every node by which something changes: where changed links begin, and whatever leads there. */
  upstream(change: LinkChange<L>): Iterable<number>;
  /** Every node that changes for somebody: where changed links lead, and whatever is held by that. */
  downstream(change: LinkChange<L>): Iterable<number>;
}

export interface LinkChange<L extends Link> {
  readonly removed: ReadonlySet<L>;
  readonly added: readonly L[];
}

export interface Reached<L extends Link> {
  readonly node: number;
  /** One for each last link: the shortest one that ends with it. */
  readonly paths: readonly (readonly L[])[];
}

export interface Moved<L extends Link> extends Reached<L> {
  readonly person: number;
  readonly gained: boolean;
}

/** `isPerson` tells the nodes at which paths begin. Linear in nodes and links. */
export function accessGraph<L extends Link>(
  size: number,
  links: readonly L[],
  isPerson: (node: number) => boolean,
): AccessGraph<L> {
  const { out, into } = adjacencies(size, links);
  const walker = walkerOf(size, out);
  const other = walkerOf(size, out);

  const pathsTo = (node: number, walk: Walk, added: readonly L[]): readonly (readonly L[])[] =>
    walk.pathsTo(node).map((path) => path.flatMap((link) => links[link] ?? added[link - links.length] ?? []));

  const known = new WeakMap<LinkChange<L>, readonly number[]>();
  const upstreamOf = (change: LinkChange<L>): readonly number[] => {
    const { removed, added } = change;
    const froms = [...removed, ...added].map(({ from }) => from);
    const found = known.get(change) ?? spread(size, froms, into, overlay(links, new Set(), added, "to"));
    known.set(change, found);
    return found;
  };

  const downstreamOf = ({ removed, added }: LinkChange<L>): readonly number[] => {
    const ends = [...removed, ...added].map(({ to }) => to);
    return spread(size, ends, out, overlay(links, new Set(), added, "from"));
  };

  return {
    *compare(change) {
      const { removed, added } = change;
      if (removed.size === 0 && added.length === 0) return;
      const then = overlay(links, removed, added, "from");
      // Whatever changes for somebody is behind a link that does, and what leads nowhere near it is not walked.
      const near = marked(size, spread(size, downstreamOf(change), into, overlay(links, new Set(), added, "to")));
      for (const person of upstreamOf(change)) {
        if (!isPerson(person)) continue;
        const before = walker(person, undefined, near);
        const after = other(person, then, near);
        for (let at = 0; at < before.count; at += 1) {
          const node = before.nodes[at] ?? 0;
          if (!after.has(node)) yield { person, node, gained: false, paths: pathsTo(node, before, []) };
        }
        for (let at = 0; at < after.count; at += 1) {
          const node = after.nodes[at] ?? 0;
          if (!before.has(node)) yield { person, node, gained: true, paths: pathsTo(node, after, added) };
        }
      }
    },
    *reach(from) {
      const walk = walker(from);
      for (const node of walk.nodes.slice(0, walk.count)) yield { node, paths: pathsTo(node, walk, []) };
    },
    paths(from, to) {
      const walk = walker(from);
      return walk.has(to) ? pathsTo(to, walk, []) : [];
    },
    holders: (of) => spread(size, [of], into).filter(isPerson),
    upstream: upstreamOf,
    downstream: downstreamOf,
  };
}
