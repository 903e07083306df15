/**
 * OpenAPI 3.0 and 3.1 schemas as JSON Schema: `nullable`, boolean exclusive limits, discriminators, and properties that
 * only one side of an exchange has.
 */
import { at, type Document, isObject, itemsOf, textOf } from "./openapi-document.ts";

export type Side = "request" | "response";

type Schema = Record<string, unknown>;
type Translate = (schema: unknown, side: Side) => Schema | boolean;

/** `register` is called once for each component that a translated schema reaches. */
export function translator(document: Document, register: (id: string, schema: Schema | boolean) => void): Translate {
  const registered = new Set<string>();
  const refer = (reference: string, side: Side): Schema => {
    const id = `${side}:${encodeURI(reference.slice(1))}`;
    if (!registered.has(id)) {
      registered.add(id);
      register(id, translate(at(document, reference), side));
    }
    return { $ref: id };
  };

  const translate: Translate = (schema, side) => {
    if (typeof schema === "boolean") return schema;
    if (!isObject(schema)) return true;
    const { nullable, ...rest } = schema;
    if (nullable === true) return { anyOf: [{ type: "null" }, body(rest, side)] };
    return body(rest, side);
  };

  const body = (schema: Readonly<Record<string, unknown>>, side: Side): Schema => {
    if (typeof schema.$ref === "string") return refer(schema.$ref, side);
    const out: Schema = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === "properties" || keyword === "patternProperties") {
        out[keyword] = isObject(value) ? mapped(value, side) : value;
      } else if (keyword === "items" || keyword === "additionalProperties" || keyword === "not") {
        out[keyword] = translate(value, side);
      } else if (keyword === "allOf" || keyword === "anyOf") {
        out[keyword] = itemsOf(value).map((item) => translate(item, side));
      } else if (keyword === "required") {
        out.required = itemsOf(value).filter((name) => !isOthers(schema.properties, textOf(name), side));
      } else if (PLAIN.has(keyword)) out[keyword] = value;
    }
    limits(schema, out);
    alternatives(schema, out, side);
    return out;
  };

  const mapped = (properties: Readonly<Record<string, unknown>>, side: Side): Schema =>
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, translate(schema, side)]));

  /** With a discriminator exactly one alternative applies; without, vendors' alternatives overlap, so any may. */
  const alternatives = (schema: Readonly<Record<string, unknown>>, out: Schema, side: Side): void => {
    const { oneOf, discriminator } = schema;
    if (!Array.isArray(oneOf)) return;
    const mapping = isObject(discriminator) ? discriminator.mapping : undefined;
    const name = isObject(discriminator) ? textOf(discriminator.propertyName) : "";
    if (!isObject(mapping)) {
      out.anyOf = [...itemsOf(out.anyOf), ...oneOf.map((item) => translate(item, side))];
      return;
    }
    const chosen = Object.entries(mapping).map(([value, reference]) => ({
      if: { properties: { [name]: { const: value } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword; nobody awaits a schema
      then: refer(textOf(reference), side),
    }));
    const known = { properties: { [name]: { enum: Object.keys(mapping) } }, required: [name] };
    out.allOf = [...itemsOf(out.allOf), known, ...chosen];
  };
  return translate;
}

/** What the other side alone sends need not be present here. */
function isOthers(properties: unknown, name: string, side: Side): boolean {
  const property = isObject(properties) ? properties[name] : undefined;
  return isObject(property) && property[side === "request" ? "readOnly" : "writeOnly"] === true;
}

/** OpenAPI 3.0: `exclusiveMinimum: true` sharpens `minimum`. */
function limits(schema: Readonly<Record<string, unknown>>, out: Schema): void {
  for (const [exclusive, plain] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof schema[exclusive] === "number") out[exclusive] = schema[exclusive];
    if (schema[exclusive] !== true) continue;
    out[exclusive] = schema[plain];
    delete out[plain];
  }
}

const PLAIN = new Set([
  "type",
  "enum",
  "const",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);
