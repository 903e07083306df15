/** What a program synthesised, as stock Terraform takes it: what only Accord understands is put into Terraform's words. */
import type { Spec, Value } from "../../model.ts";
import { asSpec, isList, isObject } from "../../value.ts";
import type { Variables } from "../values.ts";
import { type BlockOf, withoutOurs } from "./expressions.ts";
import { PROVIDER } from "./names.ts";

export interface SynthesisedOptions {
  readonly blockOf: BlockOf;
  /** Of the stack: they are what the program's variables are unless Terraform is told otherwise. */
  readonly variables: Variables;
  /** Types of others that the provider has too, so that nothing else needs to be installed. */
  readonly foreign: ReadonlySet<string>;
}

/** Blocks by their kind, behind a head: what the program says of providers is laid over that. */
export function synthesised(json: Value, head: Spec, { blockOf, variables, foreign }: SynthesisedOptions): Spec {
  const whole = asSpec(translated(json, blockOf));
  const { terraform, provider, resource, variable, output, ...rest } = whole;
  // Nobody else needs to be installed for what we serve: `null_resource` is Terraform's own name for it.
  const served = new Set([...foreign].map((type) => type.split("_")[0] ?? ""));
  const blocks = (value: Value | undefined, change: (body: Spec, name: string) => Spec): Spec =>
    Object.fromEntries(Object.entries(asSpec(value ?? {})).map(([name, body]) => [name, change(asSpec(body), name)]));
  const resources = blocks(resource, (labels, type) =>
    blocks(labels, (body) => ({
      ...withBareTriggers(body),
      ...(foreign.has(type) && body.provider === undefined ? { provider: PROVIDER } : {}),
    })),
  );
  const said = blocks(variable, (body, name) => {
    const given = variables.get(name);
    return given === undefined || given === null || body.sensitive === true ? body : { ...body, default: given };
  });
  const outputs = blocks(output, (body) => ({
    ...body,
    ...(isList(body.depends_on) ? { depends_on: bare(body.depends_on) } : {}),
  }));
  const all = {
    terraform: settingsOver(asSpec(head.terraform ?? {}), asSpec(terraform ?? {}), served),
    provider: providersOver(asSpec(head.provider ?? {}), without(asSpec(provider ?? {}), served)),
    ...rest,
    resource: resources,
    variable: said,
    output: outputs,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(asSpec(value)).length > 0));
}

/** A local backend is what there is without one, and names a path of the machine that synthesised. */
function settingsOver(head: Spec, said: Spec, served: ReadonlySet<string>): Spec {
  const { backend, required_providers, ...more } = said;
  const elsewhere = Object.entries(asSpec(backend ?? {})).filter(([type]) => type !== "local");
  return {
    ...more,
    ...(elsewhere.length === 0 ? {} : { backend: Object.fromEntries(elsewhere) }),
    required_providers: {
      ...without(asSpec(required_providers ?? {}), served),
      ...asSpec(head.required_providers ?? {}),
    },
  };
}

function without(value: Spec, names: ReadonlySet<string>): Spec {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

/** A provider block of ours without settings says only that there is one. */
function providersOver(head: Spec, said: Spec): Spec {
  const own = said[PROVIDER];
  const blocks = (isList(own) ? own : own === undefined ? [] : [own]).map((one) => asSpec(one));
  const settled = blocks.some((block) => Object.keys(block).some((name) => name !== "alias" && name !== "stack"));
  return { ...head, ...said, ...(settled ? {} : { [PROVIDER]: head[PROVIDER] ?? {} }) };
}

/** Comments, which hold paths of the machine that synthesised, are taken out. */
function translated(value: Value, blockOf: BlockOf): Value {
  if (typeof value === "string") return withoutOurs(value, blockOf);
  if (isList(value)) return value.map((item) => translated(item, blockOf));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key, item]) => key !== "//" || !isObject(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, translated(item, blockOf)]));
}

/** Synthesis writes them as expressions; Terraform takes nothing but names there. */
function withBareTriggers(body: Spec): Spec {
  const { lifecycle } = body;
  if (!isObject(lifecycle) || !isList(lifecycle.replace_triggered_by)) return body;
  return { ...body, lifecycle: { ...lifecycle, replace_triggered_by: bare(lifecycle.replace_triggered_by) } };
}

function bare(names: readonly Value[]): readonly Value[] {
  return names.map((name) => (typeof name === "string" ? (/^\$\{(.*)\}$/s.exec(name)?.[1] ?? name) : name));
}
