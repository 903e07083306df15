/**
 * A spec as guardrails see it: a reference is what it refers to, a secret is masked, and what only apply will know is the
 * text by which it is named. Pure.
 */
import type { FieldRule } from "../config/rules.ts";
import type { Address, Spec, Value } from "../model.ts";
import { MASKED } from "../report/mask.ts";
import { asSpec, isList, isObject, isSecret, isUnknown } from "../value.ts";

/** What an id is known as. */
export interface Known {
  /** Of a document of this stack. */
  readonly address?: Address;
  readonly name?: string;
  readonly privileged: boolean;
}

/** Asked for each reference, with the kinds that it may be of. */
export type Identify = (id: string, kinds: readonly string[]) => Known;

export function shownSpec(spec: Spec, rule: FieldRule, identify: Identify): Spec {
  return asSpec(shown(spec, rule, identify));
}

export function shown(value: Value, rule: FieldRule | undefined, identify: Identify): Value {
  if (isSecret(value)) return MASKED;
  if (isUnknown(value)) return "text" in value.$unknown ? value.$unknown.text : "";
  if (isList(value)) {
    const item = rule?.ref === undefined ? rule?.items : { ...rule.items, ref: rule.ref };
    return value.map((element) => shown(element, item, identify));
  }
  if (!isObject(value)) return value;
  if (rule?.ref !== undefined && "id" in value) return reference(value.id ?? null, rule.ref, identify);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      shown(part, rule?.properties?.get(key) ?? rule?.additional, identify),
    ]),
  );
}

/** Every reference has the same fields, so that no guardrail need ask whether one is there. */
function reference(id: Value, kinds: readonly string[], identify: Identify): Value {
  const known = typeof id === "string" ? identify(id, kinds) : unmade(id, kinds, identify);
  return {
    id: typeof id === "string" ? id : "",
    address: known.address ?? "",
    name: known.name ?? "",
    privileged: known.privileged,
  };
}

/** Of an object that does not exist yet its address is known, or what it will be looked up by. */
function unmade(id: Value, kinds: readonly string[], identify: Identify): Known {
  if (!isUnknown(id)) return { privileged: false };
  if ("text" in id.$unknown) return identify(id.$unknown.text, kinds);
  const { name } = id.$unknown.lookup;
  return { privileged: false, ...(typeof name === "string" ? { name } : {}) };
}
