/** `lifecycle` and `depends_on` of a block, as fields of a document. */
import type { Address, Spec, Value } from "../../model.ts";
import { asSpec, isList, isObject } from "../../value.ts";
import { fieldPath } from "../terraform/paths.ts";
import type { Attribute } from "../terraform/shape.ts";
import { knownTerm, type Scope } from "./evaluate.ts";
import type { Module } from "./modules.ts";
import { Block, isTermList, isTermMap, Refused, type Term } from "./terms.ts";
import { textOf, truth } from "./wanted.ts";

const UNDERSTOOD = [
  "prevent_destroy",
  "ignore_changes",
  "create_before_destroy",
  "replace_triggered_by",
  "precondition",
];

/** `remote`: objects of this kind are somewhere else than in state. */
export function lifecycleOf(
  body: Spec,
  { attributes, remote }: { readonly attributes: readonly Attribute[]; readonly remote: boolean },
  module: Module,
  scope: Scope,
): Spec {
  const { lifecycle } = body;
  const parts = isList(lifecycle) ? lifecycle : [lifecycle ?? {}];
  const said: Spec = Object.fromEntries(parts.flatMap((part) => Object.entries(asSpec(part))));
  const stranger = Object.keys(said).find((name) => !UNDERSTOOD.includes(name) && name !== "//");
  if (stranger !== undefined) throw new Refused(`lifecycle.${stranger} is not understood`);
  if (said.create_before_destroy === true && remote) {
    throw new Refused(
      "lifecycle.create_before_destroy asks for two objects at once, and Accord ends one before it makes it anew",
      "Remove it; or declare the new object beside the old one, and remove the old one once nothing names it.",
    );
  }
  demand(said.precondition, module, scope);
  const ignored = ignoredFields(said.ignore_changes, attributes);
  const triggers = addressesOf(said.replace_triggered_by, "replace_triggered_by", scope, module);
  return {
    ...(said.prevent_destroy === true ? { protect: true } : {}),
    ...(ignored.length === 0 ? {} : { ignore: ignored }),
    ...(triggers.length === 0 ? {} : { replaceWith: triggers }),
  };
}

export function dependsOn(body: Spec, module: Module, scope: Scope): readonly Address[] {
  return addressesOf(body.depends_on, "depends_on", scope, module);
}

/** Bare addresses, or, as synthesis writes some, the same in `${…}`; an attribute of a resource stands for all of it. */
function addressesOf(value: Value | undefined, where: string, scope: Scope, module: Module): readonly Address[] {
  if (value === undefined || value === null) return [];
  const list = isList(value) ? value : [value];
  const found = list.flatMap((item) => {
    const text = typeof item === "string" ? item.trim() : "";
    if (text === "") throw new Refused(`${where} holds something else than names of resources`);
    const whole = /^\$\{(.*)\}$/s.exec(text)?.[1] ?? text;
    const [type = "", label = ""] = whole.split(/[.[]/);
    const term = module.term(`\${${/^[\w-]+\.[\w-]+(?:\[[^\]]*\])?/.exec(whole)?.[0] ?? `${type}.${label}`}}`, scope);
    return blocksIn(term, where);
  });
  return [...new Set(found)];
}

function blocksIn(term: Term, where: string): readonly Address[] {
  if (term instanceof Block) return [term.address];
  if (isTermList(term)) return term.flatMap((item) => blocksIn(item, where));
  if (isTermMap(term)) return Object.values(term).flatMap((item) => blocksIn(item, where));
  throw new Refused(`${where} names something else than a resource`);
}

function ignoredFields(value: Value | undefined, attributes: readonly Attribute[]): readonly string[] {
  if (value === "all") return attributes.map(({ field }) => field);
  if (!isList(value)) return [];
  return value.map((item) => {
    const field = typeof item === "string" ? fieldPath(item, attributes) : undefined;
    if (field !== undefined) return field;
    throw new Refused(`ignore_changes names ${String(item)}, and there is no such attribute`);
  });
}

function demand(value: Value | undefined, module: Module, scope: Scope): void {
  for (const one of isList(value) ? value : isObject(value) ? [value] : []) {
    const { condition = null, error_message: message = "" } = asSpec(one);
    if (truth(knownTerm(module.term(condition, scope), scope))) continue;
    throw new Refused(
      textOf(knownTerm(module.term(message, scope), scope)).replace(/\.$/, ""),
      "The program demands it (precondition).",
    );
  }
}
