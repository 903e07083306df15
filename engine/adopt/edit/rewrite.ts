/**
 * A document's node, what it says and what it shall say → edits of its text. Only what differs is touched: an element that
 * goes takes the comment on its own line along, one that comes is written like its neighbours. Pure.
 */
import { diffArrays } from "diff";
import { canonicalJson } from "../../canonical.ts";
import type { Path, Spec, Value } from "../../model.ts";
import { isList, isObject } from "../../value.ts";
import { type Edit, edited } from "./edits.ts";
import { addedBehind, type Entry, takenOut } from "./elements.ts";
import { type ListNode, lineStart, type MapNode, type Node } from "./nodes.ts";
import { type Place, writeOver } from "./write-node.ts";

/** Text that cannot be changed where it stands, since others share it. */
export interface Shared {
  readonly path: Path;
  /** `*name` stands there, or something below `&name` that others call. */
  readonly name: string;
}

export interface Rewriting {
  readonly text: string;
  readonly end: string;
  /** Anchors that an alias calls. */
  readonly called: ReadonlySet<string>;
  readonly edits: Edit[];
  readonly shared: Shared[];
}

/** Says what the node says afterwards: what is wanted, but for what is shared. */
export function rewrite(node: Node, is: Value, wanted: Value, path: Path, place: Place, into: Rewriting): Value {
  if (canonicalJson(is) === canonicalJson(wanted)) return is;
  const name = node.type === "alias" ? node.name : node.anchor?.name;
  if (name !== undefined && (node.type === "alias" || into.called.has(name))) {
    into.shared.push({ path, name });
    return is;
  }
  const attempt = { ...into, edits: [], shared: [] };
  const said =
    node.type === "list" && isList(is) && isList(wanted) && wanted.length > 0 && is.length > 0
      ? list(node, is, wanted, path, attempt)
      : node.type === "map" && isObject(is) && isObject(wanted) && hasKeys(wanted) && hasKeys(is)
        ? map(node, is, wanted, path, attempt)
        : undefined;
  if (said !== undefined && edited(into.text, attempt.edits) !== undefined) {
    into.edits.push(...attempt.edits);
    into.shared.push(...attempt.shared);
    return said;
  }
  const held = sharedIn(node, into.called);
  if (held !== undefined) {
    into.shared.push({ path, name: held });
    return is;
  }
  into.edits.push(...writeOver(into.text, node, wanted, place));
  return wanted;
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0;
}

/** An anchor in it that something outside may call. */
function sharedIn(node: Node, called: ReadonlySet<string>): string | undefined {
  if (node.type === "alias") return undefined;
  if (node.anchor !== undefined && called.has(node.anchor.name)) return node.anchor.name;
  if (node.type !== "list" && node.type !== "map") return undefined;
  for (const { value } of node.items) {
    const name = sharedIn(value, called);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Where the elements of a collection stand. */
function within(node: ListNode | MapNode, text: string, after: number, end: string): Place {
  return {
    flow: node.flow,
    indent: node.start - lineStart(text, node.start),
    dash: node.type === "list",
    ...{ after, end },
  };
}

/** Undefined where nothing of it stays, or its kind of text cannot be taken apart: it is written anew. */
function list(
  node: ListNode,
  is: readonly Value[],
  wanted: readonly Value[],
  path: Path,
  into: Rewriting,
): Value | undefined {
  const { text, end } = into;
  const out = new Set<number>();
  const behind = new Map<number, readonly Entry[]>();
  const said: Value[] = [];
  for (const { kept, from, old, fresh } of stepsOf(is, wanted)) {
    said.push(...kept);
    const pairs = arePairs(old, fresh);
    for (const [index, value] of old.entries()) {
      const at = from + index;
      const item = node.items[at];
      const next = pairs ? fresh[index] : undefined;
      if (item === undefined) return undefined;
      const name = next === undefined ? sharedIn(item.value, into.called) : undefined;
      if (next !== undefined)
        said.push(rewrite(item.value, value, next, [...path, at], within(node, text, item.after, end), into));
      else if (name === undefined) out.add(at);
      else {
        into.shared.push({ path: [...path, at], name });
        said.push(value);
      }
    }
    const more = pairs ? fresh.slice(old.length) : fresh;
    if (more.length === 0) continue;
    behind.set(
      from + old.length - 1,
      more.map((value) => ({ value })),
    );
    said.push(...more);
  }
  return taken(node, out, behind, into) ? said : undefined;
}

function map(node: MapNode, is: Spec, wanted: Spec, path: Path, into: Rewriting): Value | undefined {
  const { text, end } = into;
  const out = new Set<number>();
  const said: Record<string, Value> = {};
  for (const [at, { key, value, after }] of node.items.entries()) {
    const old = is[key];
    const next = wanted[key];
    if (old === undefined) return undefined;
    const name = next === undefined ? sharedIn(value, into.called) : undefined;
    if (next !== undefined) said[key] = rewrite(value, old, next, [...path, key], within(node, text, after, end), into);
    else if (name === undefined) out.add(at);
    else {
      into.shared.push({ path: [...path, key], name });
      said[key] = old;
    }
  }
  const more = Object.entries(wanted).flatMap(([key, value]) => (is[key] === undefined ? [{ key, value }] : []));
  for (const { key, value } of more) said[key] = value;
  const behind = new Map(more.length === 0 ? [] : [[node.items.length - 1, more]]);
  return taken(node, out, behind, into) ? said : undefined;
}

function taken(
  node: ListNode | MapNode,
  out: ReadonlySet<number>,
  behind: ReadonlyMap<number, readonly Entry[]>,
  { text, end, edits }: Rewriting,
): boolean {
  if (out.size === node.items.length && (node.flow || behind.size === 0)) return false;
  const gone = takenOut(text, node, out);
  if (gone === undefined) return false;
  edits.push(...gone);
  for (const [at, entries] of behind) {
    // Where all before it goes, nobody is left to stand behind.
    edits.push(...addedBehind(text, node, out.size === node.items.length ? -1 : at, entries, { out, end }));
  }
  return true;
}

interface Step {
  /** What stays as it is, before the elements from `from` on are others. */
  readonly kept: readonly Value[];
  readonly from: number;
  readonly old: readonly Value[];
  readonly fresh: readonly Value[];
}

function stepsOf(is: readonly Value[], wanted: readonly Value[]): readonly Step[] {
  const steps: { kept: Value[]; from: number; old: Value[]; fresh: Value[] }[] = [];
  let [at, to] = [0, 0];
  let step: (typeof steps)[number] | undefined;
  for (const { count, added, removed } of diffArrays(is.map(canonicalJson), wanted.map(canonicalJson))) {
    const moved = added || removed;
    if (step === undefined || !moved) {
      step = { kept: [], from: at, old: [], fresh: [] };
      steps.push(step);
    }
    if (removed) step.old.push(...is.slice(at, at + count));
    else if (added) step.fresh.push(...wanted.slice(to, to + count));
    else {
      step.kept.push(...is.slice(at, at + count));
      step.from = at + count;
    }
    if (!added) at += count;
    if (!removed) to += count;
  }
  return steps;
}

/** An element that has parts is changed in its parts; a word that is another one is somebody else. */
function arePairs(old: readonly Value[], fresh: readonly Value[]): boolean {
  return old.length > 0 && [...old, ...fresh].every((value) => isList(value) || isObject(value));
}
