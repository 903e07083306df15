/**
 * What a kind's schema tells the engine, field by field: the `x-` keywords of schemas/README.md as a tree that mirrors
 * the spec. Branches (`oneOf`, `anyOf`, `allOf`, `then`) are laid over each other: the schema has decided which applies.
 */
import type { Path, Value } from "../model.ts";

export interface FieldRule {
  /** `<provider>/<kind>` names that the value may refer to. */
  readonly ref?: readonly string[];
  readonly person?: boolean;
  /** Login of the account that the document declares: whoever is named by it is this very object. */
  readonly login?: boolean;
  readonly unordered?: boolean;
  readonly foldCase?: boolean;
  readonly immutable?: boolean;
  readonly secret?: boolean;
  readonly text?: boolean;
  /** Steers a write or a rendered file; the vendor does not hold it, so it is never compared. */
  readonly local?: boolean;
  /** Names a sink of the stack, for a secret that is generated. */
  readonly sink?: boolean;
  readonly neverBlank?: boolean;
  /** Keys that some branch of the schema insists on. */
  readonly required?: readonly string[];
  readonly grantedAs?: string;
  /** Names of what it may refer to that make the object privileged. */
  readonly privileged?: readonly string[];
  readonly default?: Value;
  readonly description?: string;
  readonly properties?: ReadonlyMap<string, FieldRule>;
  /** Rule of every key that `properties` does not name. */
  readonly additional?: FieldRule;
  readonly items?: FieldRule;
}

export interface KindRules {
  readonly spec: FieldRule;
  readonly outputs: readonly string[];
  readonly onRemoval: "delete" | "disable" | "forget";
}

/** A JSON Schema as parsed; `ReadSchema` gives the document at a path below schemas/. */
export type JsonSchema = { readonly [keyword: string]: unknown };
export type ReadSchema = (path: string) => JsonSchema;

export function rulesOf(path: string, read: ReadSchema): KindRules {
  const document = read(path);
  const outputs = document["x-outputs"];
  const removal = document["x-on-removal"];
  return {
    spec: ruleOf(document, path, read, []),
    outputs: isObject(outputs) ? Object.keys(outputs) : [],
    onRemoval: removal === "disable" || removal === "forget" ? removal : "delete",
  };
}

/** Top-level fields that are sets: what an object may hold, declared or not. */
export function collectionsOf(rule: FieldRule): readonly string[] {
  return [...(rule.properties ?? [])].flatMap(([field, { unordered }]) => (unordered === true ? [field] : []));
}

/** The field by whose value the document's own object is named as a person. */
export function loginFieldOf(rule: FieldRule): string | undefined {
  for (const [field, { login }] of rule.properties ?? []) if (login === true) return field;
  return undefined;
}

const MARKED = {
  sink: new WeakMap<FieldRule, boolean>(),
  secret: new WeakMap<FieldRule, boolean>(),
  ref: new WeakMap<FieldRule, boolean>(),
};

/** Does the rule, or any below it, say so? Worked out once: most have none, and their documents need no look. */
export function anyField(rule: FieldRule, mark: keyof typeof MARKED): boolean {
  const known = MARKED[mark].get(rule);
  if (known !== undefined) return known;
  const below = [...(rule.properties?.values() ?? []), rule.additional, rule.items];
  const own = rule[mark];
  const found =
    (own !== undefined && own !== false) || below.some((part) => part !== undefined && anyField(part, mark));
  MARKED[mark].set(rule, found);
  return found;
}

/** The rule at a path; list indexes and unknown keys included. */
export function ruleAt(rule: FieldRule, path: Path): FieldRule | undefined {
  let at: FieldRule | undefined = rule;
  for (const step of path) {
    if (at === undefined) return undefined;
    at = typeof step === "number" ? at.items : (at.properties?.get(step) ?? at.additional);
  }
  return at;
}

type Mutable = { -readonly [Key in keyof FieldRule]: FieldRule[Key] };

function ruleOf(schema: JsonSchema, path: string, read: ReadSchema, trail: readonly string[]): FieldRule {
  const rule: Mutable = {};
  const reference = schema.$ref;
  if (typeof reference === "string") {
    const target = follow(reference, path, read);
    // A recursive schema (a step that holds steps) is cut where it comes back to itself.
    if (target !== undefined && !trail.includes(target.at)) {
      lay(rule, ruleOf(target.schema, target.path, read, [...trail, target.at]));
    }
  }
  for (const branch of branchesOf(schema)) lay(rule, ruleOf(branch, path, read, trail));
  lay(rule, ownRule(schema, path, read, trail));
  return rule;
}

function ownRule(schema: JsonSchema, path: string, read: ReadSchema, trail: readonly string[]): FieldRule {
  const rule: Mutable = {};
  const ref = schema["x-ref"];
  if (typeof ref === "string") rule.ref = [ref];
  else if (Array.isArray(ref)) rule.ref = ref.filter((item): item is string => typeof item === "string");
  if (schema["x-person"] === true) rule.person = true;
  if (schema["x-login"] === true) rule.login = true;
  if (schema["x-unordered"] === true) rule.unordered = true;
  if (schema["x-fold-case"] === true) rule.foldCase = true;
  if (schema["x-immutable"] === true) rule.immutable = true;
  if (schema["x-secret"] === true) rule.secret = true;
  if (schema["x-text"] === true) rule.text = true;
  if (schema["x-local"] === true) rule.local = true;
  if (schema["x-sink"] === true) rule.sink = true;
  if (schema["x-never-blank"] === true) rule.neverBlank = true;
  if (typeof schema["x-granted-as"] === "string") rule.grantedAs = schema["x-granted-as"];
  const privileged = schema["x-privileged"];
  if (Array.isArray(privileged)) rule.privileged = privileged.filter((name) => typeof name === "string");
  if (typeof schema.description === "string") rule.description = schema.description;
  if (Array.isArray(schema.required)) rule.required = schema.required.filter((name) => typeof name === "string");
  if (schema.default !== undefined) rule.default = schema.default as Value;
  if (isObject(schema.items)) rule.items = ruleOf(schema.items, path, read, trail);
  if (isObject(schema.additionalProperties)) rule.additional = ruleOf(schema.additionalProperties, path, read, trail);
  if (isObject(schema.properties)) {
    const properties = new Map<string, FieldRule>();
    for (const [name, property] of Object.entries(schema.properties)) {
      if (isObject(property)) properties.set(name, ruleOf(property, path, read, trail));
    }
    rule.properties = properties;
  }
  return rule;
}

function branchesOf(schema: JsonSchema): JsonSchema[] {
  const branches: JsonSchema[] = [];
  for (const keyword of ["allOf", "oneOf", "anyOf"]) {
    const list = schema[keyword];
    if (Array.isArray(list)) branches.push(...list.filter(isObject));
  }
  for (const keyword of ["then", "else"]) {
    const branch = schema[keyword];
    if (isObject(branch)) branches.push(branch);
  }
  return branches;
}

/** Lays one rule over another; nested rules merge, what `over` says wins. */
function lay(under: Mutable, over: FieldRule): void {
  const properties = mergeProperties(under.properties, over.properties);
  const items = mergeRule(under.items, over.items);
  const additional = mergeRule(under.additional, over.additional);
  const required = [...(under.required ?? []), ...(over.required ?? [])];
  Object.assign(under, over);
  if (required.length > 0) under.required = [...new Set(required)];
  if (properties !== undefined) under.properties = properties;
  if (items !== undefined) under.items = items;
  if (additional !== undefined) under.additional = additional;
}

function mergeRule(under: FieldRule | undefined, over: FieldRule | undefined): FieldRule | undefined {
  if (under === undefined || over === undefined) return over ?? under;
  const merged: Mutable = { ...under };
  lay(merged, over);
  return merged;
}

function mergeProperties(
  under: ReadonlyMap<string, FieldRule> | undefined,
  over: ReadonlyMap<string, FieldRule> | undefined,
): ReadonlyMap<string, FieldRule> | undefined {
  if (under === undefined || over === undefined) return over ?? under;
  const merged = new Map(under);
  for (const [name, rule] of over) {
    const both = mergeRule(merged.get(name), rule);
    if (both !== undefined) merged.set(name, both);
  }
  return merged;
}

/** What a `$ref` in the file `from` points at; undefined where it points at nothing. */
export function follow(
  reference: string,
  from: string,
  read: ReadSchema,
): { schema: JsonSchema; path: string; at: string } | undefined {
  const [file = "", pointer = ""] = reference.split("#");
  const path = file === "" ? from : join(from, file);
  let at: unknown = read(path);
  for (const segment of pointer.split("/").slice(1)) {
    at = isObject(at) ? at[decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isObject(at) ? { schema: at, path, at: `${path}#${pointer}` } : undefined;
}

function join(from: string, relative: string): string {
  const segments = from.split("/").slice(0, -1);
  for (const segment of relative.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return segments.join("/");
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
