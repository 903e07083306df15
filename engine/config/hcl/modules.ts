/** Variables, locals and what else an expression may name beside resources: worked out when they are asked for. */
import type { Value } from "../../model.ts";
import { asSpec, isList, isObject } from "../../value.ts";
import type { Variables } from "../values.ts";
import { evaluate, knownTerm, type Scope } from "./evaluate.ts";
import { callFunction, LAZY } from "./functions.ts";
import { parseText } from "./parse.ts";
import { type Expression, SyntaxRefused } from "./syntax.ts";
import { Deferred, Refused, type Term, type TermMap } from "./terms.ts";
import { numberOf, textOf, truth } from "./wanted.ts";

/** Names of one module. `each` and `count` are those of the block that is being read. */
export interface Names {
  readonly blocks: (type: string) => Term | undefined;
  readonly known: (deferred: Deferred) => Term | undefined;
  readonly repetition?: { readonly each?: TermMap; readonly count?: TermMap };
}

export interface Module {
  variable(name: string): Term;
  local(name: string): Term;
  scope(names: Names): Scope;
  /** A value of the configuration, its strings taken for templates. */
  term(value: Value, scope: Scope): Term;
}

export interface ModuleOptions {
  readonly variables: Readonly<Record<string, Value>>;
  readonly locals: Readonly<Record<string, Value>>;
  /** Of the stack: `vars:` and `--var`. */
  readonly given: Variables;
  readonly environment: string;
  readonly names: Names;
}

export function moduleOf({ variables, locals, given, environment, names }: ModuleOptions): Module {
  const worked = new Map<string, Term>();
  const open = new Set<string>();
  /** Once each; what needs itself has no value. */
  const once = (name: string, work: () => Term): Term => {
    const known = worked.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) throw new Refused(`${name} needs itself`, "Break the circle.");
    open.add(name);
    try {
      const term = work();
      worked.set(name, term);
      return term;
    } finally {
      open.delete(name);
    }
  };
  const module: Module = {
    variable: (name) =>
      once(`var.${name}`, () => {
        return variableOf(name, asSpec(variables[name] ?? {}), given);
      }),
    local: (name) =>
      once(`local.${name}`, () => {
        return module.term(locals[name] ?? null, module.scope(names));
      }),
    scope: (inner) => ({
      root: (name) => rootOf(name, module, variables, locals, inner, environment),
      known: inner.known,
      call: (name, args) => callFunction(name, args, inner),
      lazy: LAZY,
    }),
    term: (value, scope) => termOf(value, scope),
  };
  return module;
}

function rootOf(
  name: string,
  module: Module,
  variables: ModuleOptions["variables"],
  locals: ModuleOptions["locals"],
  { blocks, repetition }: Names,
  environment: string,
): Term | undefined {
  switch (name) {
    case "var":
      return lazily(Object.keys(variables), module.variable);
    case "local":
      return lazily(Object.keys(locals), module.local);
    case "each":
    case "count":
      if (repetition?.[name] === undefined)
        throw new Refused(
          `${name} stands in a block that is not repeated`,
          `Give the block ${name === "each" ? "for_each" : "count"}.`,
        );
      return repetition[name];
    case "path":
      return { module: ".", root: ".", cwd: "." };
    case "terraform":
      return { workspace: environment };
    case "data":
    case "module":
    case "self":
    case "provider":
      throw new Refused(
        `${name} is not understood`,
        "Accord reads resources, variables, locals and outputs; look things up in the spec.",
      );
    default:
      return blocks(name);
  }
}

/** Asked for one name, it works out no other. */
function lazily(names: readonly string[], of: (name: string) => Term): TermMap {
  return Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { enumerable: true, get: () => of(name) }])),
  );
}

/** What the stack gives, else the default; a sensitive one is a secret of the environment, as Terraform finds it there. */
function variableOf(name: string, declared: { readonly [key: string]: Value }, given: Variables): Term {
  const value = given.get(name) ?? declared.default;
  if (value === undefined && declared.sensitive === true)
    return new Deferred([{ kind: "env", name: `TF_VAR_${name}` }]);
  if (value === undefined)
    throw new Refused(
      `the variable ${name} has no value`,
      `Add it under vars: in accord.yaml, or give --var ${name}=…`,
    );
  return typed(value, typeof declared.type === "string" ? declared.type : "any");
}

function typed(value: Value, type: string): Term {
  if (value === null) return null;
  const text = typeof value === "string";
  if (type === "number") return numberOf(value);
  if (type === "bool") return truth(value);
  if (type === "string") return textOf(value);
  if (text && /^(list|set|map|object|tuple)\b/.test(type))
    throw new Refused(`"${value}" is no value of ${type}`, "Set it under vars: in accord.yaml or accord.<env>.yaml.");
  return value;
}

function termOf(value: Value, scope: Scope): Term {
  if (typeof value === "string") return evaluate(parsed(value), scope);
  if (isList(value)) return value.map((item) => termOf(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.includes("${") ? textOf(knownTerm(evaluate(parsed(key), scope), scope)) : key,
      termOf(item, scope),
    ]),
  );
}

function parsed(text: string): Expression {
  if (!text.includes("{")) return { kind: "literal", value: text };
  try {
    return parseText(text);
  } catch (error) {
    if (!(error instanceof SyntaxRefused)) throw error;
    throw new Refused(`${shortened(text)}: ${error.message}`, "Write $${ for a literal ${.");
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
