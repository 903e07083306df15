/** Walks over numbered links, without an object for a node or a step: there may be a million, walked for everybody. */
import type { Link } from "./graph.ts";

/** The links at one end of each node, as indexes in a row, and what is at their other end. */
export interface Adjacency {
  readonly starts: Int32Array;
  readonly links: Int32Array;
  readonly ends: Int32Array;
}

/** What is different: links that are gone, and those that came, numbered on from those that were there. */
export interface Overlay {
  readonly gone: Uint8Array;
  readonly more: ReadonlyMap<number, readonly { readonly link: number; readonly end: number }[]>;
}

export type End = "from" | "to";

/** By where links begin, and by where they end. */
export function adjacencies(size: number, all: readonly Link[]): { readonly out: Adjacency; readonly into: Adjacency } {
  // A million objects lie all over the memory: each is looked at once.
  const from = new Int32Array(all.length);
  const to = new Int32Array(all.length);
  let index = 0;
  for (const link of all) {
    from[index] = link.from;
    to[index] = link.to;
    index += 1;
  }
  return { out: adjacency(size, from, to), into: adjacency(size, to, from) };
}

function adjacency(size: number, near: Int32Array, far: Int32Array): Adjacency {
  const starts = new Int32Array(size + 2);
  for (let index = 0; index < near.length; index += 1) {
    const slot = (near[index] ?? 0) + 2;
    starts[slot] = (starts[slot] ?? 0) + 1;
  }
  for (let node = 2; node < starts.length; node += 1) starts[node] = (starts[node] ?? 0) + (starts[node - 1] ?? 0);
  const links = new Int32Array(near.length);
  const ends = new Int32Array(near.length);
  for (let index = 0; index < near.length; index += 1) {
    const slot = (near[index] ?? 0) + 1;
    const at = starts[slot] ?? 0;
    links[at] = index;
    ends[at] = far[index] ?? 0;
    starts[slot] = at + 1;
  }
  return { starts, links, ends };
}

export function overlay(all: readonly Link[], removed: ReadonlySet<Link>, added: readonly Link[], near: End): Overlay {
  const gone = new Uint8Array(all.length);
  if (removed.size > 0) {
    let index = 0;
    for (const link of all) {
      if (removed.has(link)) gone[index] = 1;
      index += 1;
    }
  }
  const more = new Map<number, { link: number; end: number }[]>();
  for (const [at, link] of added.entries()) {
    const one = { link: all.length + at, end: link[near === "from" ? "to" : "from"] };
    const known = more.get(link[near]);
    if (known === undefined) more.set(link[near], [one]);
    else known.push(one);
  }
  return { gone, more };
}

/** Of each node whether it is among these. */
export function marked(size: number, nodes: readonly number[]): Uint8Array {
  const marks = new Uint8Array(size);
  for (const node of nodes) marks[node] = 1;
  return marks;
}

/** Every node that leads to one of these, or to which one of them leads: by the direction of the links. */
export function spread(size: number, of: Iterable<number>, along: Adjacency, also?: Overlay): readonly number[] {
  const seen = new Uint8Array(size);
  const queue: number[] = [];
  const push = (node: number): void => {
    if (seen[node] === 1) return;
    seen[node] = 1;
    queue.push(node);
  };
  for (const node of of) push(node);
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] ?? 0;
    const last = along.starts[node + 1] ?? 0;
    for (let place = along.starts[node] ?? 0; place < last; place += 1) push(along.ends[place] ?? 0);
    for (const { end } of also?.more.get(node) ?? []) push(end);
  }
  return queue;
}

export interface Walk {
  /** What was reached, nearest first; so many of them are of this walk. */
  readonly nodes: Int32Array;
  count: number;
  has(node: number): boolean;
  /** One for each last link: the shortest one that ends with it, as indexes of links. Shortest first. */
  pathsTo(node: number): readonly (readonly number[])[];
}

/**
 * Breadth first, so that the first path to a node is a shortest one. A walk is good until the next one of its walker.
 * `of` marks the nodes that matter, if not all do: no others are entered.
 */
export function walkerOf(size: number, out: Adjacency): (person: number, then?: Overlay, of?: Uint8Array) => Walk {
  const stamps = new Int32Array(size);
  /** The link by which a node was reached first, and where from. */
  const first = new Int32Array(size);
  const origin = new Int32Array(size);
  let stamp = 0;
  let start = 0;
  let changed: Overlay | undefined;

  const walk: Walk = {
    nodes: new Int32Array(size),
    count: 0,
    has: (node) => stamps[node] === stamp,
    pathsTo(node) {
      const paths: number[][] = [];
      eachLink((from, link, end) => {
        if (end !== node) return;
        const path = [link];
        let at = from;
        // A path that comes through the node itself is no path to it.
        while (at !== start && at !== node) {
          path.push(first[at] ?? 0);
          at = origin[at] ?? start;
        }
        if (at === start) paths.push(path.reverse());
      });
      return paths.sort((a, b) => a.length - b.length);
    },
  };

  /** Every link that was seen on the way, in order. */
  const eachLink = (visit: (from: number, link: number, end: number) => void): void => {
    for (let at = -1; at < walk.count; at += 1) {
      const from = at < 0 ? start : (walk.nodes[at] ?? 0);
      const last = out.starts[from + 1] ?? 0;
      for (let place = out.starts[from] ?? 0; place < last; place += 1) {
        const link = out.links[place] ?? 0;
        if (changed === undefined || changed.gone[link] === 0) visit(from, link, out.ends[place] ?? 0);
      }
      for (const { link, end } of changed?.more.get(from) ?? []) visit(from, link, end);
    }
  };

  return (person, then, of) => {
    stamp += 1;
    start = person;
    changed = then;
    stamps[person] = stamp;
    const { nodes } = walk;
    let count = 0;
    for (let at = -1; at < count; at += 1) {
      const from = at < 0 ? person : (nodes[at] ?? 0);
      const last = out.starts[from + 1] ?? 0;
      for (let place = out.starts[from] ?? 0; place < last; place += 1) {
        const end = out.ends[place] ?? 0;
        if (stamps[end] === stamp || (of !== undefined && of[end] === 0)) continue;
        const link = out.links[place] ?? 0;
        if (then !== undefined && then.gone[link] === 1) continue;
        stamps[end] = stamp;
        first[end] = link;
        origin[end] = from;
        nodes[count] = end;
        count += 1;
      }
      if (then === undefined || then.more.size === 0) continue;
      for (const { link, end } of then.more.get(from) ?? []) {
        if (stamps[end] === stamp) continue;
        stamps[end] = stamp;
        first[end] = link;
        origin[end] = from;
        nodes[count] = end;
        count += 1;
      }
    }
    walk.count = count;
    return walk;
  };
}
