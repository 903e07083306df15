/**
 * Values as they read before and after a run that got half-way: what was unknown has an id by then, and an approval is
 * still about the same thing. An id of one of the stack's own objects is written as the reference that it came from.
 */
import type { FieldRule } from "../config/rules.ts";
import { diffFields } from "../diff/fields.ts";
import type { Address, FieldChange, Owned, Path, Plan, Spec, Value } from "../model.ts";
import { asSpec, isList, isObject, isRef, isSecret, isUnknown, withValueAt } from "../value.ts";

export type Lasting = (value: Value) => Value;

/** Shorter values are words that anything may hold. */
const SHORTEST = 8;

export function lastingIn(plan: Plan, owned: readonly Owned[]): Lasting {
  const names = new Map<string, string>();
  const name = (value: Value | undefined, address: Address, field: string): void => {
    if (typeof value === "string" && value.length >= SHORTEST && !names.has(value)) {
      names.set(value, `\${${address}.${field}}`);
    }
  };
  for (const { address, id } of owned) name(id, address, "id");
  // Bound by this very plan: it has its id already, and is owned after it.
  for (const change of plan.changes) if (change.action !== "create") name(change.before?.id, change.address, "id");
  for (const { address, computed = {} } of owned) {
    for (const [field, value] of Object.entries(computed)) name(value, address, field);
  }
  const lasting: Lasting = (value) => {
    if (typeof value === "string") return names.get(value) ?? value;
    if (isUnknown(value)) return "text" in value.$unknown ? value.$unknown.text : value;
    if (isRef(value) || isComing(value)) return lasting(value.id);
    if (isList(value)) return value.map(lasting);
    if (!isObject(value) || isSecret(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lasting(item)]));
  };
  return lasting;
}

/** A reference to what has no id yet. */
function isComing(value: Value): value is { readonly id: Value } {
  return isObject(value) && isUnknown(value.id) && Object.keys(value).length === 1;
}

/**
 * What is set, down to single values and elements: an object that is made has all of its fields, one that was left
 * half-made lacks some, and both are about the same ones.
 */
export function leafFields(field: FieldChange, rule: FieldRule): readonly FieldChange[] {
  if (field.op !== "set" || field.path.some((step) => typeof step === "number")) return [field];
  const spec = asSpec(withValueAt({}, field.path, field.after));
  const leaves = declaredFields(spec, rule).filter(({ path }) => startsWith(path, field.path));
  // Set to nothing is something too: `[]` empties.
  return leaves.length === 0 ? [field] : leaves;
}

/** Every value and element that a spec declares. */
export function declaredFields(spec: Spec, rule: FieldRule): readonly FieldChange[] {
  return diffFields(spec, asSpec(bones(spec) ?? {}), rule, { secretMoved: () => true });
}

/** The same objects with nothing in them. */
function bones(value: Value): Value | undefined {
  if (!isObject(value) || isRef(value) || isSecret(value) || isUnknown(value)) return undefined;
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const bone = bones(item);
    return bone === undefined ? [] : [[key, bone] as const];
  });
  return Object.fromEntries(inner);
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((step, index) => path[index] === step);
}
