/** A kind's schema as a list of fields that a person can write a document from. */
import { follow, type JsonSchema, type ReadSchema } from "../config/rules.ts";
import { ProblemError } from "../problem.ts";
import { listed, nearest } from "../words.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";

export interface ExplainView {
  readonly kind: string;
  /** Below the spec: `["config", "domain"]` of `c1/connector.config.domain`. */
  readonly field: readonly string[];
  readonly read: ReadSchema;
}

/** A schema with its references resolved, and the file in which relative ones are to be read. */
interface Place {
  readonly schema: JsonSchema;
  readonly file: string;
}

export function explainText(view: ExplainView, options: TextOptions): string {
  const paint = paintOf(options);
  const file = `${view.kind}.schema.json`;
  const root = resolved({ schema: view.read(file), file }, view.read);
  const place = descend(root, view);
  const name = [view.kind, ...view.field].join(".");
  const sections = [
    [`${paint.bold(name)} ${paint.cyan(`<${typeWords(place, view.read)}>`)}`, ...about(place.schema, "  ")],
    fieldSection(place, name, view.read, paint),
    ...(view.field.length === 0 ? rootSections(root.schema, paint) : []),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

function descend(root: Place, view: ExplainView): Place {
  let at = root;
  for (const [index, step] of view.field.entries()) {
    const fields = fieldsOf(at, view.read);
    const next = fields.get(step) ?? additionalOf(inner(at, view.read), view.read);
    if (next === undefined) {
      const parent = [view.kind, ...view.field.slice(0, index)].join(".");
      const names = [...fields.keys()];
      throw new ProblemError({
        code: "unknown-field",
        message: `${parent} has no field "${step}".`,
        hint: nearest(step, names) || (names.length === 0 ? "It has none." : `Its fields: ${listed(names, 40)}.`),
      });
    }
    at = next;
  }
  return at;
}

function fieldSection(place: Place, name: string, read: ReadSchema, paint: Paint): readonly string[] {
  const fields = fieldsOf(place, read);
  if (fields.size === 0) return [];
  const required = requiredOf(inner(place, read).schema);
  const lines = [paint.bold("Fields")];
  for (const [field, { schema, file }] of fields) {
    const must = required.has(field) ? ` ${paint.yellow("required")}` : "";
    lines.push(`  ${paint.bold(field)} ${paint.cyan(`<${typeWords({ schema, file }, read)}>`)}${must}`);
    lines.push(...about(schema, "      "));
    const below = [...fieldsOf({ schema, file }, read).keys()];
    if (below.length > 0) lines.push(paint.dim(`      fields: ${below.join(", ")}  (accord explain ${name}.${field})`));
  }
  return lines;
}

/** Description first, then the rules that a value has to obey, in words. */
function about(schema: JsonSchema, indent: string): readonly string[] {
  const rules = ruleWords(schema);
  return [
    ...(typeof schema.description === "string" ? [`${indent}${schema.description}`] : []),
    ...(rules.length === 0 ? [] : [`${indent}${rules.join("; ")}`]),
  ];
}

const RULES: readonly (readonly [string, (value: unknown) => string | undefined])[] = [
  ["default", (value) => `default ${JSON.stringify(value)}`],
  ["const", (value) => `always ${JSON.stringify(value)}`],
  ["minLength", (value) => (value === 1 ? "not empty" : `at least ${value} characters`)],
  ["maxLength", (value) => `at most ${value} characters`],
  ["minimum", (value) => `at least ${value}`],
  ["maximum", (value) => `at most ${value}`],
  ["minItems", (value) => `at least ${value}`],
  ["maxItems", (value) => `at most ${value}`],
  ["pattern", (value) => `matches ${value}`],
  ["format", (value) => `format ${value}`],
  ["x-immutable", (value) => (value === true ? "a change replaces the object" : undefined)],
  ["x-secret", (value) => (value === true ? "secret: write ${env:NAME} or ${file:path}; never shown" : undefined)],
  ["x-fold-case", (value) => (value === true ? "letter case makes no change" : undefined)],
  ["x-text", (value) => (value === true ? "compared line by line" : undefined)],
  ["x-granted-as", (value) => `other systems report their grants of it as "${value}"`],
];

function ruleWords(schema: JsonSchema): readonly string[] {
  return RULES.flatMap(([keyword, words]) => {
    const value = schema[keyword];
    const said = value === undefined ? undefined : words(value);
    return said === undefined ? [] : [said];
  });
}

function rootSections(schema: JsonSchema, paint: Paint): readonly (readonly string[])[] {
  const outputs = isObject(schema["x-outputs"]) ? Object.entries(schema["x-outputs"]) : [];
  const removal = schema["x-on-removal"];
  const removals: Readonly<Record<string, string>> = {
    disable: "disables the object",
    forget: "leaves the object as it is and stops managing it",
  };
  return [
    outputs.length === 0
      ? []
      : [
          paint.bold("Outputs, for ${<address>.<output>}"),
          ...outputs.map(([name, about]) => `  ${name}  ${isObject(about) ? (about.description ?? "") : ""}`),
        ],
    [
      `Removing the document ${(typeof removal === "string" ? removals[removal] : undefined) ?? "deletes the object"}, where it does not say \`onRemoval\`.`,
    ],
  ];
}

function typeWords(place: Place, read: ReadSchema): string {
  const { schema } = place;
  const refs = schema["x-ref"];
  if (typeof refs === "string") return `reference to ${refs}`;
  if (Array.isArray(refs)) return `reference to ${refs.join(" or ")}`;
  if (schema["x-person"] === true) return "person";
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => String(value)).join(" | ");
  if (schema.type === "array") {
    const items = isObject(schema.items) ? typeWords(resolved({ ...place, schema: schema.items }, read), read) : "any";
    return `${schema["x-unordered"] === true ? "set" : "list"} of ${items}`;
  }
  if (schema.type === "object" && !isObject(schema.properties)) {
    const values = additionalOf(place, read);
    if (values !== undefined) return `map of ${typeWords(values, read)}`;
  }
  if (typeof schema.type === "string") return schema.type;
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  const branches = branchesOf(place, read).map((branch) => typeWords(branch, read));
  return branches.length === 0 ? "any" : [...new Set(branches)].join(" or ");
}

/** Fields of an object, of the items of a list and of every branch; the first to name one describes it. */
function fieldsOf(place: Place, read: ReadSchema): ReadonlyMap<string, Place> {
  const fields = new Map<string, Place>();
  const at = inner(place, read);
  // What a reference field may hold instead of an address is the lookups' business.
  if (at.schema["x-ref"] !== undefined || place.schema["x-ref"] !== undefined) return fields;
  for (const { schema, file } of [at, ...branchesOf(at, read)]) {
    if (!isObject(schema.properties)) continue;
    for (const [name, property] of Object.entries(schema.properties)) {
      if (isObject(property) && !fields.has(name)) fields.set(name, resolved({ schema: property, file }, read));
    }
  }
  return fields;
}

/** What a list is a list of; anything else is itself. */
function inner(place: Place, read: ReadSchema): Place {
  const { items } = place.schema;
  return isObject(items) ? inner(resolved({ schema: items, file: place.file }, read), read) : place;
}

function additionalOf({ schema, file }: Place, read: ReadSchema): Place | undefined {
  const values = schema.additionalProperties;
  return isObject(values) ? resolved({ schema: values, file }, read) : undefined;
}

function branchesOf({ schema, file }: Place, read: ReadSchema): readonly Place[] {
  return ["allOf", "oneOf", "anyOf"].flatMap((keyword) => {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) return [];
    return branches.filter(isObject).map((branch) => resolved({ schema: branch, file }, read));
  });
}

function requiredOf(schema: JsonSchema): ReadonlySet<unknown> {
  return new Set(Array.isArray(schema.required) ? schema.required : []);
}

/** The schema that a `$ref` points at, under what stands beside the `$ref`. */
function resolved(place: Place, read: ReadSchema): Place {
  const { $ref, ...own } = place.schema;
  if (typeof $ref !== "string") return place;
  const target = follow($ref, place.file, read);
  if (target === undefined) return { schema: own, file: place.file };
  const there = resolved({ schema: target.schema, file: target.path }, read);
  return { schema: { ...there.schema, ...own }, file: there.file };
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
