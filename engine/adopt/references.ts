/** Where a live spec names other objects: vendor ids, by the schema's `x-ref`. Pure. */
import type { FieldRule } from "../config/rules.ts";
import type { Value } from "../model.ts";
import { isList, isObject, isRef } from "../value.ts";

export interface LiveReference {
  /** `<provider>/<kind>` names that the field may refer to. */
  readonly kinds: readonly string[];
  readonly id: string;
  readonly rule: FieldRule;
}

export function* referencesIn(value: Value, rule: FieldRule): Iterable<LiveReference> {
  if (rule.ref !== undefined && isRef(value)) yield { kinds: rule.ref, id: value.id, rule };
  else if (isList(value)) {
    const item = itemOf(rule);
    for (const element of value) yield* referencesIn(element, item);
  } else if (isObject(value)) {
    for (const [key, field] of Object.entries(value)) yield* referencesIn(field, fieldOf(rule, key));
  }
}

/** The rule of a list's elements: what is said of the list counts for them. */
export function itemOf(rule: FieldRule): FieldRule {
  return {
    ...rule.items,
    ...(rule.ref === undefined ? {} : { ref: rule.ref }),
    ...(rule.person === true ? { person: true } : {}),
    ...(rule.secret === true ? { secret: true } : {}),
  };
}

export function fieldOf(rule: FieldRule, key: string): FieldRule {
  return rule.properties?.get(key) ?? rule.additional ?? {};
}

/** A set of people or of objects: who is in it is what the document is there to say. */
export function bearsAccess(rule: FieldRule): boolean {
  const item = itemOf(rule);
  return rule.unordered === true && (rule.grantedAs !== undefined || item.person === true || item.ref !== undefined);
}
