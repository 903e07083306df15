/** What kinds read off a spec: texts, and ids of resolved references. */
import type { Spec, Value } from "../../engine/model.ts";
import { isObject, isUnknown } from "../../engine/value.ts";

export function textAt(spec: Partial<Spec>, field: string): string | undefined {
  const value = spec[field];
  return typeof value === "string" ? value : undefined;
}

/** The id that a resolved reference holds; undefined while it is unknown or not declared. */
export function refId(value: Value | undefined): string | undefined {
  return isObject(value) && typeof value.id === "string" ? value.id : undefined;
}

/** The ids in a list of resolved references. */
export function refIds(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.flatMap((item: Value) => refId(item) ?? []) : [];
}

/** What a reference is to that this very plan makes: its address, or what is looked up then. Undefined for any other. */
export function madeBy(reference: Value | undefined): string | undefined {
  const id = isObject(reference) ? reference.id : undefined;
  if (!isUnknown(id)) return undefined;
  const { $unknown } = id;
  return "text" in $unknown ? $unknown.text.replace(/^\$\{(.+)\.id\}$/, "$1") : JSON.stringify($unknown.lookup);
}
