/**
 * Who reaches what, before and after some links come and go. Nodes and links are numbers: a tenant has a million of them,
 * and only people upstream of a link that changes are walked at all.
 *
 *      ada ──member──► group ──assigned──► application
 *               └── two links, one path; without either, ada has no application
 */

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
  /** The people who hold a node. */
  holders(of: number): Iterable<number>;
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
  const out = adjacency(size, links, "from");
  const into = adjacency(size, links, "to");

  const world = (removed: ReadonlySet<L>, added: readonly L[]): World<L> => {
    const [from, to] = [grouped(added, "from"), grouped(added, "to")];
    const some = (there: EachLink<L>, more: ReadonlyMap<number, readonly L[]>): EachLink<L> =>
      removed.size === 0 && more.size === 0
        ? there
        : (node, visit) => {
            there(node, (link) => {
              if (!removed.has(link)) visit(link);
            });
            for (const link of more.get(node) ?? []) visit(link);
          };
    return { leaving: some(out, from), arriving: some(into, to) };
  };

  const now = world(new Set(), []);
  const walker = walkerOf<L>(size);
  const other = walkerOf<L>(size);

  return {
    *compare({ removed, added }) {
      if (removed.size === 0 && added.length === 0) return;
      const then = world(removed, added);
      const union = world(new Set(), added);
      for (const person of upstream(size, [...removed, ...added], union, isPerson)) {
        const before = walker(person, now);
        const after = other(person, then);
        for (const node of before.nodes) {
          if (!after.has(node)) yield { person, node, gained: false, paths: pathsTo(node, before) };
        }
        for (const node of after.nodes) {
          if (!before.has(node)) yield { person, node, gained: true, paths: pathsTo(node, after) };
        }
      }
    },
    *reach(from) {
      const walk = walker(from, now);
      for (const node of walk.nodes) yield { node, paths: pathsTo(node, walk) };
    },
    holders: (of) => upstream(size, [{ from: of, to: of }], now, isPerson),
  };
}

type EachLink<L extends Link> = (node: number, visit: (link: L) => void) => void;

/** The links there are at one moment. */
interface World<L extends Link> {
  readonly leaving: EachLink<L>;
  readonly arriving: EachLink<L>;
}

/** Node → its links, without an object for each node. */
function adjacency<L extends Link>(size: number, links: readonly L[], end: "from" | "to"): EachLink<L> {
  const starts = new Int32Array(size + 2);
  for (const link of links) starts[link[end] + 2] = (starts[link[end] + 2] ?? 0) + 1;
  for (let node = 2; node < starts.length; node += 1) starts[node] = (starts[node] ?? 0) + (starts[node - 1] ?? 0);
  const order = new Int32Array(links.length);
  for (const [index, link] of links.entries()) {
    const at = starts[link[end] + 1] ?? 0;
    order[at] = index;
    starts[link[end] + 1] = at + 1;
  }
  return (node, visit) => {
    const end = starts[node + 1] ?? 0;
    for (let at = starts[node] ?? 0; at < end; at += 1) {
      const link = links[order[at] ?? 0];
      if (link !== undefined) visit(link);
    }
  };
}

function grouped<L extends Link>(links: readonly L[], end: "from" | "to"): ReadonlyMap<number, readonly L[]> {
  const groups = new Map<number, L[]>();
  for (const link of links) {
    const known = groups.get(link[end]);
    if (known === undefined) groups.set(link[end], [link]);
    else known.push(link);
  }
  return groups;
}

interface Walk<L extends Link> {
  readonly person: number;
  /** What was reached, nearest first. */
  readonly nodes: readonly number[];
  /** Every link that was seen on the way. */
  readonly links: readonly L[];
  has(node: number): boolean;
  /** The link by which a node was reached first. */
  by(node: number): L | undefined;
}

/** Breadth first, so that the first path to a node is a shortest one. A walk is good until the next one of its walker. */
function walkerOf<L extends Link>(size: number): (person: number, world: World<L>) => Walk<L> {
  const stamps = new Int32Array(size);
  const first: L[] = [];
  let stamp = 0;
  return (person, { leaving }) => {
    stamp += 1;
    const mine = stamp;
    stamps[person] = mine;
    const nodes: number[] = [];
    const links: L[] = [];
    const visit = (link: L): void => {
      links.push(link);
      if (stamps[link.to] === mine) return;
      stamps[link.to] = mine;
      first[link.to] = link;
      nodes.push(link.to);
    };
    leaving(person, visit);
    for (let at = 0; at < nodes.length; at += 1) leaving(nodes[at] ?? 0, visit);
    return {
      person,
      nodes,
      links,
      has: (node) => stamps[node] === mine,
      by: (node) => (stamps[node] === mine && node !== person ? first[node] : undefined),
    };
  };
}

function pathsTo<L extends Link>(node: number, walk: Walk<L>): readonly (readonly L[])[] {
  const paths: L[][] = [];
  for (const last of walk.links) {
    if (last.to !== node) continue;
    const path = [last];
    let at = last.from;
    // A path that comes through the node itself is no path to it.
    while (at !== walk.person && at !== node) {
      const link = walk.by(at);
      if (link === undefined) break;
      path.push(link);
      at = link.from;
    }
    if (at === walk.person) paths.push(path.reverse());
  }
  return paths.sort((a, b) => a.length - b.length);
}

function* upstream<L extends Link>(
  size: number,
  of: readonly Link[],
  world: World<L>,
  isPerson: (node: number) => boolean,
): Iterable<number> {
  const seen = new Uint8Array(size);
  const queue: number[] = [];
  const push = (node: number): void => {
    if (seen[node] === 1) return;
    seen[node] = 1;
    queue.push(node);
  };
  for (const { from } of of) push(from);
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] ?? 0;
    world.arriving(node, (link) => push(link.from));
  }
  for (const node of queue) if (isPerson(node)) yield node;
}
