/** What field changes ask for, place by place: elements of a list, attributes of a map. */
import { canonicalJson } from "../../engine/canonical.ts";
import type { FieldChange, Path, Value } from "../../engine/model.ts";
import { asSpec, isList, valueAt } from "../../engine/value.ts";

/** Does any change concern what is at the path: itself, something in it, or what holds it? */
export function touches(changes: readonly FieldChange[], ...path: Path): boolean {
  return changes.some((change) => overlaps(change.path, path));
}

export interface Elements {
  readonly added: readonly Value[];
  readonly removed: readonly Value[];
}

/** Elements that come and go at a path; a list that is set, alone or with what holds it, is taken apart. */
export function elementsAt(changes: readonly FieldChange[], ...path: Path): Elements {
  const added: Value[] = [];
  const removed: Value[] = [];
  for (const change of changes) {
    if (change.path.length > path.length || !overlaps(change.path, path)) continue;
    if (change.op === "set") {
      const rest = path.slice(change.path.length);
      const before = listAt(change.before, rest);
      const after = listAt(change.after, rest);
      added.push(...without(after, before));
      removed.push(...without(before, after));
    } else if (change.path.length === path.length) {
      (change.op === "add" ? added : removed).push(change.element);
    }
  }
  return { added, removed };
}

/** New values of the attributes of a map; null where one goes away. */
export function attributesAt(changes: readonly FieldChange[], ...path: Path): Readonly<Record<string, Value>> {
  const set: Record<string, Value> = {};
  for (const change of changes) {
    if (change.op !== "set" || !path.every((step, index) => change.path[index] === step)) continue;
    const [name, ...deeper] = change.path.slice(path.length);
    if (name === undefined) Object.assign(set, asSpec(change.after));
    else if (deeper.length === 0) set[String(name)] = change.after;
    else throw new Error(`${change.path.join(".")} is no attribute`);
  }
  return set;
}

/** Attributes laid over others; a null takes one away. */
export function merged(
  base: Readonly<Record<string, Value>>,
  set: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries({ ...base, ...set }).filter(([, value]) => value !== null));
}

function overlaps(one: Path, other: Path): boolean {
  const shared = Math.min(one.length, other.length);
  return shared > 0 && one.slice(0, shared).every((step, index) => other[index] === step);
}

function listAt(value: Value | undefined, path: Path): readonly Value[] {
  const list = valueAt(value, path);
  return isList(list) ? list : [];
}

function without(all: readonly Value[], others: readonly Value[]): readonly Value[] {
  const keys = new Set(others.map(keyOf));
  return all.filter((one) => !keys.has(keyOf(one)));
}

/** Names and logins in another letter case are the same: nobody is taken out for one. */
function keyOf(element: Value): string {
  return typeof element === "string" ? element.toLowerCase() : canonicalJson(element);
}
