/** What a list of changes asks for, field by field. */

import { canonicalJson } from "../../../engine/canonical.ts";
import type { FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { isList, valueAt } from "../../../engine/value.ts";

export interface Delta {
  readonly add: readonly Value[];
  readonly remove: readonly Value[];
}

/** Does any change concern the field, or something in it? */
export function touches(changes: readonly FieldChange[], ...field: readonly string[]): boolean {
  return changes.some(({ path }) => {
    const shared = Math.min(path.length, field.length);
    return shared > 0 && field.slice(0, shared).every((step, index) => path[index] === step);
  });
}

/** Elements to add and remove. A list that is set as a whole is compared with what is live. */
export function deltaOf(changes: readonly FieldChange[], field: readonly string[], live: Live, after: Spec): Delta {
  if (changes.some((change) => change.op === "set" && touches([change], ...field))) {
    const want = elements(after, field);
    const have = elements(live.spec, field);
    return { add: without(want, have), remove: without(have, want) };
  }
  const own = changes.filter((change) => change.op !== "set" && change.path.join(".") === field.join("."));
  return {
    add: own.flatMap((change) => (change.op === "add" ? [change.element] : [])),
    remove: own.flatMap((change) => (change.op === "remove" ? [change.element] : [])),
  };
}

function elements(spec: Spec, field: readonly string[]): readonly Value[] {
  const value = valueAt(spec, field);
  return isList(value) ? value : [];
}

function without(all: readonly Value[], others: readonly Value[]): readonly Value[] {
  const keys = new Set(others.map(keyOf));
  return all.filter((one) => !keys.has(keyOf(one)));
}

function keyOf(element: Value): string {
  return typeof element === "string" ? element.toLowerCase() : canonicalJson(element);
}
