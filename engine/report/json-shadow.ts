/**
 * A value as Terraform's plan JSON takes it apart: what is known, and two shadows of the same shape that mark what is
 * unknown and what is sensitive (terraform-plugin.md §12).
 */
import type { FieldRule } from "../config/rules.ts";
import type { Value } from "../model.ts";
import { isList, isObject, isSecret, isUnknown } from "../value.ts";
import { MASKED } from "./mask.ts";

export interface Shadowed {
  /** Undefined where the whole value is unknown: objects omit the key, lists hold null in its place. */
  readonly value: Value | undefined;
  /** `true` for an unknown leaf; objects omit known leaves, lists keep `false`, containers stay. */
  readonly unknown: Value;
  /** Built the same way. Unlike Terraform's, the value beside it is masked. */
  readonly sensitive: Value;
}

export function shadowed(value: Value, rule: FieldRule): Shadowed {
  if (isSecret(value) || (rule.secret === true && !isUnknown(value))) {
    return { value: value === null ? null : MASKED, unknown: false, sensitive: true };
  }
  if (isUnknown(value)) return { value: undefined, unknown: true, sensitive: rule.secret === true };
  if (isList(value)) {
    const items = value.map((item) => shadowed(item, rule.items ?? {}));
    return {
      value: items.map((item) => item.value ?? null),
      unknown: items.map((item) => item.unknown),
      sensitive: items.map((item) => item.sensitive),
    };
  }
  if (!isObject(value)) return { value, unknown: false, sensitive: false };
  const known: [string, Value][] = [];
  const unknown: [string, Value][] = [];
  const sensitive: [string, Value][] = [];
  for (const [key, field] of Object.entries(value)) {
    const part = shadowed(field, rule.properties?.get(key) ?? rule.additional ?? {});
    if (part.value !== undefined) known.push([key, part.value]);
    if (part.unknown !== false) unknown.push([key, part.unknown]);
    if (part.sensitive !== false) sensitive.push([key, part.sensitive]);
  }
  return {
    value: Object.fromEntries(known),
    unknown: Object.fromEntries(unknown),
    sensitive: Object.fromEntries(sensitive),
  };
}

/** The value with its secrets masked and nothing else touched. */
export function hidden(value: Value, rule: FieldRule): Value {
  if (isSecret(value) || (rule.secret === true && value !== null && !isUnknown(value))) return MASKED;
  if (isUnknown(value)) return value;
  if (isList(value)) return value.map((item) => hidden(item, rule.items ?? {}));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, field]) => [key, hidden(field, rule.properties?.get(key) ?? rule.additional ?? {})]),
  );
}
