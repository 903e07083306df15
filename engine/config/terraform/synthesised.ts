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
  /** Types of others → what the provider calls the same (`null_resource`): nothing else needs to be installed. */
  readonly foreign: ReadonlyMap<string, string>;
}

/** Blocks by their kind, behind a head: what the program says of providers is laid over that. */
export function synthesised(json: Value, head: Spec, { blockOf, variables, foreign }: SynthesisedOptions): Spec {
  const rename = renamer(foreign);
  const whole = asSpec(translated(json, (text) => rename(withoutOurs(text, blockOf))));
  const { terraform, provider, resource, variable, output, ...rest } = whole;
  const served = new Set([...foreign.keys()].map((type) => type.split("_")[0] ?? ""));
  const blocks = (value: Value | undefined, change: (body: Spec, name: string) => Spec): Spec =>
    Object.fromEntries(Object.entries(asSpec(value ?? {})).map(([name, body]) => [name, change(asSpec(body), name)]));
  let resources: Spec = {};
  for (const [type, labels] of Object.entries(asSpec(resource ?? {}))) {
    const own = blocks(labels, (body) => withBareNames(foreign.has(type) ? withoutProvider(body) : body, rename));
    const name = foreign.get(type) ?? type;
    resources = { ...resources, [name]: { ...asSpec(resources[name] ?? {}), ...own } };
  }
  const said = blocks(variable, (body, name) => {
    const given = variables.get(name);
    return given === undefined || given === null || body.sensitive === true ? body : { ...body, default: given };
  });
  const outputs = blocks(output, (body) => withBareNames(body, rename));
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

/** Names of types as ours, where they begin an expression or a bare name. */
function renamer(types: ReadonlyMap<string, string>): (text: string) => string {
  if (types.size === 0) return (text) => text;
  const names = [...types.keys()].join("|");
  const inside = new RegExp(`(?<![\\w.-])(${names})(?=\\.[\\w-])`, "g");
  const ours = (_: string, type: string): string => types.get(type) ?? type;
  return (text) => {
    const from = text.indexOf("${");
    return from === -1 ? text : text.slice(0, from) + text.slice(from).replace(inside, ours);
  };
}

/** Comments, which hold paths of the machine that synthesised, are taken out. */
function translated(value: Value, text: (text: string) => string): Value {
  if (typeof value === "string") return text(value);
  if (isList(value)) return value.map((item) => translated(item, text));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key, item]) => key !== "//" || !isObject(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, translated(item, text)]));
}

function withoutProvider({ provider: _provider, ...body }: Spec): Spec {
  return body;
}

/** Synthesis writes some as expressions; Terraform takes nothing but names there. */
function withBareNames(body: Spec, rename: (text: string) => string): Spec {
  const bare = (names: Value | undefined): Spec | undefined =>
    isList(names) ? { names: names.map((name) => (typeof name === "string" ? named(name, rename) : name)) } : undefined;
  const depends = bare(body.depends_on);
  const triggers = isObject(body.lifecycle) ? bare(body.lifecycle.replace_triggered_by) : undefined;
  return {
    ...body,
    ...(depends === undefined ? {} : { depends_on: depends.names ?? [] }),
    ...(triggers === undefined
      ? {}
      : { lifecycle: { ...asSpec(body.lifecycle ?? {}), replace_triggered_by: triggers.names ?? [] } }),
  };
}

function named(text: string, rename: (text: string) => string): string {
  const bare = /^\$\{(.*)\}$/s.exec(text)?.[1] ?? text;
  return rename(`\${${bare}}`).slice(2, -1);
}
