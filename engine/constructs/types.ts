/** A JSON Schema → the TypeScript type of what it takes, with its descriptions as comments. */
import { follow, type JsonSchema, type ReadSchema } from "../config/rules.ts";

export interface Writing {
  readonly read: ReadSchema;
  /** Type of a construct of a kind, for a field that names one. */
  readonly construct: (kind: string) => string;
  /** Gives the part that a `$ref` points at a name, and writes its type once. */
  readonly named: (at: string, schema: JsonSchema, path: string) => string;
}

/** Of a field of a spec, or of what is inside of it; `path` is the file that the schema stands in. */
export function typeText(schema: JsonSchema, path: string, writing: Writing, indent = ""): string {
  const plain = plainType(schema, path, writing, indent);
  const kinds = refsOf(schema);
  if (kinds.length === 0) return plain;
  return unionOf([...kinds.map(writing.construct), plain]);
}

function refsOf(schema: JsonSchema): readonly string[] {
  const ref = schema["x-ref"];
  if (typeof ref === "string") return [ref];
  return Array.isArray(ref) ? ref.map(String) : [];
}

function plainType(schema: JsonSchema, path: string, writing: Writing, indent: string): string {
  if (typeof schema.$ref === "string") {
    const target = follow(schema.$ref, path, writing.read);
    if (target === undefined) throw new Error(`${schema.$ref} in ${path} points at nothing`);
    return writing.named(target.at, target.schema, target.path);
  }
  if (Array.isArray(schema.enum)) return unionOf(schema.enum.map((value) => JSON.stringify(value)));
  if ("const" in schema) return JSON.stringify(schema.const);
  const branches = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isSchema) : []));
  const typed = branches.filter(isTyped);
  const own = ownType(schema, path, writing, indent);
  if (typed.length === 0) return own ?? "unknown";
  const choice = unionOf(typed.map((branch) => typeText(branch, path, writing, indent)));
  return own === undefined ? choice : choice.includes(" | ") ? `${own} & (${choice})` : `${own} & ${choice}`;
}

/** Branches that only say which fields must be there leave the type as it is. */
function isTyped(branch: JsonSchema): boolean {
  return (
    "type" in branch ||
    "$ref" in branch ||
    "enum" in branch ||
    "const" in branch ||
    "anyOf" in branch ||
    "oneOf" in branch
  );
}

function ownType(schema: JsonSchema, path: string, writing: Writing, indent: string): string | undefined {
  const types = Array.isArray(schema.type)
    ? schema.type.map(String)
    : typeof schema.type === "string"
      ? [schema.type]
      : [];
  if (types.length === 0) return isSchema(schema.properties) ? objectType(schema, path, writing, indent) : undefined;
  return unionOf(types.map((type) => ofType(type, schema, path, writing, indent)));
}

function ofType(type: string, schema: JsonSchema, path: string, writing: Writing, indent: string): string {
  switch (type) {
    case "integer":
      return "number";
    case "array": {
      const kinds = refsOf(schema);
      const item = isSchema(schema.items) ? typeText(schema.items, path, writing, indent) : "unknown";
      const items = unionOf([...kinds.map(writing.construct), item]);
      return `readonly ${items.includes(" | ") || items.includes(" & ") ? `(${items})` : items}[]`;
    }
    case "object":
      return objectType(schema, path, writing, indent);
    default:
      return type;
  }
}

function objectType(schema: JsonSchema, path: string, writing: Writing, indent: string): string {
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  const { additionalProperties: more } = schema;
  const rest = isSchema(more) ? `{ readonly [name: string]: ${typeText(more, path, writing, indent)} }` : undefined;
  if (properties.length === 0) return rest ?? "{ readonly [name: string]: unknown }";
  const fields = fieldsText(schema, path, writing, `${indent}  `);
  // A construct of another kind has an id and perhaps a name, too.
  const lookup = path.endsWith("/lookups.schema.json") && !("kind" in asSchema(schema.properties));
  const noConstruct = lookup
    ? `${indent}  /** A construct stands for itself. */\n${indent}  readonly kind?: never;\n`
    : "";
  const object = `{\n${fields}${noConstruct}${indent}}`;
  return rest === undefined ? object : `${object} & ${rest}`;
}

/** The lines of an object's fields. */
export function fieldsText(schema: JsonSchema, path: string, writing: Writing, indent: string): string {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isSchema(schema.properties) ? schema.properties : {};
  return Object.entries(properties)
    .map(([name, property]) => {
      if (!isSchema(property)) return "";
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
      const type = typeText(property, path, writing, indent);
      const mark = required.includes(name) ? "" : "?";
      return `${commentOf(described(property, path, writing), indent)}${indent}readonly ${key}${mark}: ${type};\n`;
    })
    .join("");
}

/** What has no words of its own has those of what it refers to. */
function described(schema: JsonSchema, path: string, { read }: Writing): JsonSchema {
  if (typeof schema.description === "string" || typeof schema.$ref !== "string") return schema;
  const { description } = follow(schema.$ref, path, read)?.schema ?? {};
  return { ...schema, description };
}

export function commentOf(schema: JsonSchema, indent: string): string {
  const said = typeof schema.description === "string" ? schema.description : "";
  const usual = schema.default === undefined ? "" : ` Default: ${JSON.stringify(schema.default)}.`;
  const text = `${said}${usual}`.trim().replaceAll("*/", "*\\/");
  return text === "" ? "" : `${indent}/** ${text} */\n`;
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): JsonSchema {
  return isSchema(value) ? value : {};
}
