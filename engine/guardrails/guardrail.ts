/** A rule of `guardrails:`, ready to be asked. Compiled when it is first asked: whoever only reads it needs no CEL. */
import type { Source, Spec, Value, Verdict } from "../model.ts";
import { asSpec, isList } from "../value.ts";
import type { Each } from "./environment.ts";
import { type Exception, exceptionsOf } from "./exceptions.ts";
import type { Written } from "./policies.ts";

export interface Guardrail {
  readonly name: string;
  readonly description: string;
  readonly each: Each;
  readonly when: string;
  readonly outcome: Exclude<Verdict["outcome"], "allow">;
  /** Who has to approve; with `approve` only. */
  readonly from?: Approvers;
  readonly message: string;
  readonly hint?: string;
  readonly exceptions: readonly Exception[];
  readonly examples: { readonly pass: readonly Spec[]; readonly fail: readonly Spec[] };
  readonly source: Source;
  readonly shipped: boolean;
}

type Approvers = NonNullable<Verdict["approvers"]>;

export function guardrailOf({ name, value, source, shipped }: Written): Guardrail {
  const { from, hint } = value;
  const examples = asSpec(value.examples ?? {});
  return {
    ...{ name, source, shipped },
    description: text(value.description),
    each: eachOf(value.each),
    when: text(value.when),
    outcome: value.outcome === "warn" || value.outcome === "approve" ? value.outcome : "deny",
    ...(from === undefined ? {} : { from: approversOf(asSpec(from)) }),
    message: text(value.message),
    ...(hint === undefined ? {} : { hint: text(hint) }),
    exceptions: exceptionsOf(value),
    examples: { pass: specs(examples.pass), fail: specs(examples.fail) },
  };
}

function approversOf({ group, count }: Spec): Approvers {
  return { group: text(group), count: Number(count) };
}

function eachOf(value: Value | undefined): Each {
  return value === "move" || value === "plan" ? value : "change";
}

function specs(value: Value | undefined): readonly Spec[] {
  return isList(value) ? value.map(asSpec) : [];
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : String(value ?? "");
}
