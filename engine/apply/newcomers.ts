/** People whose accounts this run has made: a plan names them by reference and cannot know their ids (`x-login`). */
import { type FieldRule, ruleAt } from "../config/rules.ts";
import { parseTemplate } from "../config/template.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { Address, Spec, Value } from "../model.ts";
import { isList, isObject, isUnknown } from "../value.ts";

export interface Arrivals {
  readonly outputOf: OutputOf;
  /** Rule of the spec at an address of the same tenant, where the plan has it. */
  readonly ruleOf: (address: Address) => FieldRule | undefined;
}

/** Login → vendor id of everybody whom the spec names as `${<address of an account>.<its login>}`. */
export function newcomersIn(
  spec: Spec,
  rule: FieldRule,
  { outputOf, ruleOf }: Arrivals,
): Readonly<Record<string, string>> {
  const ids: Record<string, string> = {};
  const meet = (text: string): void => {
    const [only, ...more] = parseTemplate(text);
    if (only?.kind !== "reference" || more.length > 0) return;
    const { address, field } = only;
    const account = ruleOf(address);
    const isLogin = account !== undefined && ruleAt(account, field.split("."))?.login === true;
    if (!isLogin) return;
    const [login, id] = [outputOf(address, field), outputOf(address, "id")];
    if (typeof login === "string" && typeof id === "string") ids[login] = id;
  };
  const walk = (value: Value, part: FieldRule): void => {
    if (isUnknown(value)) {
      if (part.person === true && "text" in value.$unknown) meet(value.$unknown.text);
    } else if (isList(value)) {
      const item = part.person === true ? { ...part.items, person: true } : (part.items ?? {});
      for (const element of value) walk(element, item);
    } else if (isObject(value)) {
      for (const [key, field] of Object.entries(value)) {
        walk(field, part.properties?.get(key) ?? part.additional ?? {});
      }
    }
  };
  walk(spec, rule);
  return ids;
}
