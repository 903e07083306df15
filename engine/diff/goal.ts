/** What an update is to leave behind: the document, laid over what is live, with nothing moved that the changes do not move. */
import type { FieldRule } from "../config/rules.ts";
import type { FieldChange, Path, Spec, Value } from "../model.ts";
import { asSpec, dotted, isList, isObject, isRef, isSecret, valueAt, withValueAt } from "../value.ts";
import { applyFields } from "./fields.ts";

export interface Update {
  /** As declared, references resolved. */
  readonly declared: Spec;
  readonly live: Spec;
  /** What is written now; later removals are not among them. */
  readonly fields: readonly FieldChange[];
  /** Dotted field names that are never compared, and so never written either. */
  readonly ignore: readonly string[];
}

/**
 * The declared fields as they shall be after `fields`: an ignored one as it is live, a set with the elements that stay
 * although the document does not list them (tolerated, held back, removed later). Whoever writes it whole moves nothing
 * else.
 */
export function goalOf({ declared, live, fields, ignore }: Update, rule: FieldRule): Spec {
  const after = applyFields(live, fields, rule);
  const at = (path: Path, value: Value, here: FieldRule): Value | undefined => {
    if (ignore.includes(dotted(path))) return valueAt(live, path);
    if (here.local === true) return value;
    if (isList(value) && here.unordered === true) return valueAt(after, path);
    const there = valueAt(live, path);
    if (!isObject(value) || !isObject(there) || isRef(value) || isSecret(value)) return value;
    return within(path, value, here);
  };
  const within = (path: Path, spec: Spec, here: FieldRule): Spec => {
    const entries = Object.entries(spec).flatMap(([field, value]): [string, Value][] => {
      const next = at([...path, field], value, here.properties?.get(field) ?? here.additional ?? {});
      return next === undefined ? [] : [[field, next]];
    });
    return Object.fromEntries(entries);
  };
  return asSpec(within([], declared, rule));
}

/** What state may call applied once an object is as declared: an ignored field was not written, and stays as remembered. */
export function appliedOf(declared: Spec, remembered: Spec, ignore: readonly string[]): Spec {
  let applied = declared;
  for (const field of ignore) {
    const path = field.split(".");
    if (valueAt(applied, path) !== undefined) applied = asSpec(withValueAt(applied, path, valueAt(remembered, path)));
  }
  return applied;
}
