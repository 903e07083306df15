/**
 * What a kind's schema looks like to Terraform: a typed attribute for every field of a spec. Where a schema has more
 * forms than Terraform has types, the value is text: an id or a lookup (`ref`), or JSON (`json`), as Terraform's own
 * `jsonencode` writes it. Derived from `schemas/`, and from nothing else.
 */
import { type FieldRule, follow, type JsonSchema, type ReadSchema, ruleAt, rulesOf } from "../rules.ts";
import { snakeCase, typeOf } from "./names.ts";

export type Shape =
  | { readonly form: "number" | "bool" }
  /** `numeric`: a whole number may stand there too, and is one in the spec. */
  | { readonly form: "string"; readonly numeric?: boolean }
  /** Text that is JSON: an object of any fields, a value of several forms. */
  | { readonly form: "json" }
  /** Text that names an object of one of these kinds: its id, or a lookup as JSON. */
  | { readonly form: "ref"; readonly kinds: readonly string[] }
  | { readonly form: "list" | "set" | "map"; readonly element: Shape }
  | { readonly form: "object"; readonly attributes: readonly Attribute[] };

export interface Attribute {
  /** Terraform's name: `display_name`. */
  readonly name: string;
  /** The spec's: `displayName`. */
  readonly field: string;
  readonly shape: Shape;
  readonly description: string;
  readonly required: boolean;
  /** Write-only: Terraform keeps it neither in a plan nor in state. */
  readonly secret: boolean;
  /** A change replaces the object. */
  readonly immutable: boolean;
  /** In a document, null means something (C1's default policy). Terraform's null means that nothing is said. */
  readonly nullable: boolean;
}

/** A fact that the vendor gives. Text in Terraform: what is none is JSON. */
export interface Output {
  readonly name: string;
  readonly field: string;
  readonly description: string;
}

export interface ResourceShape {
  readonly type: string;
  /** `<provider>/<kind>`. */
  readonly kind: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
  /** Beside `id`. */
  readonly outputs: readonly Output[];
}

/** Of a kind, `okta/group`. `read` gives the schema at a path below schemas/. */
export function shapeOfKind(kind: string, read: ReadSchema): ResourceShape {
  const path = `${kind}.schema.json`;
  const schema = read(path);
  const outputs = isObject(schema["x-outputs"]) ? Object.entries(schema["x-outputs"]) : [];
  return {
    type: typeOf(kind),
    kind,
    description: textOf(schema.description),
    attributes: attributesAt(path, read),
    outputs: outputs.map(([field, output]) => ({
      name: snakeCase(field),
      field,
      description: isObject(output) ? textOf(output.description) : "",
    })),
  };
}

/** Of any file whose schema is an object: an instance's settings are described like a spec. */
export function attributesAt(path: string, read: ReadSchema): readonly Attribute[] {
  const rule = rulesOf(path, read).spec;
  return attributesOf(flatten([{ schema: read(path), path }], read), rule, read);
}

interface Located {
  readonly schema: JsonSchema;
  readonly path: string;
}

/** A schema with its branches laid together, as one object says it: any form may be written, validation chooses. */
interface Flat {
  readonly types: Set<string>;
  readonly properties: Map<string, Located[]>;
  readonly items: Located[];
  readonly additional: Located[];
  readonly required: Set<string>;
  description: string;
  /** `$ref`s on the way here: a schema that comes back to itself ends there. */
  readonly trail: Set<string>;
}

function flatten(located: readonly Located[], read: ReadSchema, trail: readonly string[] = []): Flat {
  const flat: Flat = {
    types: new Set(),
    properties: new Map(),
    items: [],
    additional: [],
    required: new Set(),
    description: "",
    trail: new Set(trail),
  };
  for (const one of located) lay(one, flat, read, true);
  return flat;
}

function lay({ schema, path }: Located, flat: Flat, read: ReadSchema, always: boolean): void {
  if (flat.description === "") flat.description = textOf(schema.description);
  for (const type of typesOf(schema)) flat.types.add(type);
  if (isObject(schema.items)) flat.items.push({ schema: schema.items, path });
  if (isObject(schema.additionalProperties)) flat.additional.push({ schema: schema.additionalProperties, path });
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    if (!isObject(property)) continue;
    flat.properties.set(name, [...(flat.properties.get(name) ?? []), { schema: property, path }]);
  }
  if (always) for (const name of Array.isArray(schema.required) ? schema.required : []) flat.required.add(String(name));
  if (typeof schema.$ref === "string") {
    const target = follow(schema.$ref, path, read);
    if (target !== undefined && !flat.trail.has(target.at)) {
      flat.trail.add(target.at);
      lay(target, flat, read, always);
    }
  }
  for (const [keyword, holds] of BRANCHES) {
    const list = schema[keyword];
    for (const branch of Array.isArray(list) ? list.filter(isObject) : isObject(list) ? [list] : []) {
      lay({ schema: branch, path }, flat, read, always && holds);
    }
  }
}

/** Keyword → does it hold whatever the value is? */
const BRANCHES: readonly (readonly [string, boolean])[] = [
  ["allOf", true],
  ["oneOf", false],
  ["anyOf", false],
  ["then", false],
  ["else", false],
];

function typesOf(schema: JsonSchema): readonly string[] {
  if (typeof schema.type === "string") return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.map(String);
  const values = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
  return values.map((value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value));
}

function attributesOf(flat: Flat, rule: FieldRule, read: ReadSchema): readonly Attribute[] {
  return [...flat.properties].map(([field, located]): Attribute => {
    const own = rule.properties?.get(field) ?? {};
    const inner = flatten(located, read, [...flat.trail]);
    const shape = shapeOf(inner, own, read);
    return {
      name: snakeCase(field),
      field,
      shape,
      description: inner.description === "" ? (own.description ?? "") : inner.description,
      required: flat.required.has(field),
      secret: own.secret === true || ruleAt(own, [""])?.secret === true,
      immutable: own.immutable === true,
      nullable: inner.types.has("null"),
    };
  });
}

function shapeOf(flat: Flat, rule: FieldRule, read: ReadSchema): Shape {
  const types = new Set([...flat.types].map((type) => (type === "integer" ? "number" : type)));
  types.delete("null");
  if (types.size === 0 && flat.properties.size > 0) types.add("object");
  if (rule.ref !== undefined && !types.has("array")) return { form: "ref", kinds: rule.ref };
  const [only, ...more] = types;
  if (more.length > 0) {
    // A version is a number or a word: Terraform has one type for both.
    const numeric = types.size === 2 && types.has("string") && types.has("number");
    return numeric ? { form: "string", numeric } : { form: "json" };
  }
  if (only === "string" || only === "number") return { form: only };
  if (only === "boolean") return { form: "bool" };
  if (only === "array") {
    const item = rule.ref === undefined ? (rule.items ?? {}) : { ...rule.items, ref: rule.ref };
    const element = elementOf(flat.items, item, flat, read);
    if (element === undefined) return { form: "json" };
    return { form: rule.unordered === true ? "set" : "list", element };
  }
  if (only !== "object") return { form: "json" };
  if (flat.properties.size > 0) return { form: "object", attributes: attributesOf(flat, rule, read) };
  const element = elementOf(flat.additional, rule.additional ?? {}, flat, read);
  return element === undefined ? { form: "json" } : { form: "map", element };
}

/** Of what there is any number of; undefined where the elements are not all of one type, as Terraform wants them. */
function elementOf(located: readonly Located[], rule: FieldRule, parent: Flat, read: ReadSchema): Shape | undefined {
  if (located.length === 0) return undefined;
  const flat = flatten(located, read, [...parent.trail]);
  const types = new Set([...flat.types].filter((type) => type !== "null"));
  if (rule.ref === undefined && types.size > 1) return undefined;
  return shapeOf(flat, rule, read);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
