/**
 * A declared list is the whole truth, so what one of its items leaves out has its default (schemas/README.md). Where a
 * schema offers several forms, only the one that the item has is asked.
 */
import type { Value } from "../model.ts";
import { isList, isObject } from "../value.ts";
import type { FieldRule, JsonSchema } from "./rules.ts";
import type { Schemas } from "./schemas.ts";

export function withItemDefaults(schemas: Schemas, path: string, value: Value): Value {
  const schema = schemas.find(path);
  return schema !== undefined && isFilled(schemas.rulesAt(path)) ? walk(schemas, schema, value, false) : value;
}

/** Kinds whose items have defaults. Most have none, and their specs need no walk. */
const filled = new WeakMap<FieldRule, boolean>();

function isFilled(kind: FieldRule): boolean {
  const known = filled.get(kind) ?? hasItemDefaults(kind);
  filled.set(kind, known);
  return known;
}

function hasItemDefaults(rule: FieldRule, inItem = false): boolean {
  if (inItem && rule.default !== undefined) return true;
  if (rule.items !== undefined && hasItemDefaults(rule.items, true)) return true;
  if (rule.additional !== undefined && hasItemDefaults(rule.additional, inItem)) return true;
  return [...(rule.properties?.values() ?? [])].some((property) => hasItemDefaults(property, inItem));
}

function walk(schemas: Schemas, schema: JsonSchema, value: Value, inItem: boolean): Value {
  if (isList(value) || isObject(value)) {
    const parts = applying(schemas, schema, value);
    return parts.reduce<Value>(
      (filled, part) => walk(schemas, part, filled, inItem),
      own(schemas, schema, value, inItem),
    );
  }
  return value;
}

/** Schemas laid over this one that hold for the value. */
function applying(schemas: Schemas, schema: JsonSchema, value: Value): readonly JsonSchema[] {
  const target = schemas.targetOf(schema);
  const fits = (part: JsonSchema): boolean => {
    const place = schemas.placeOf(part);
    return place !== undefined && schemas.accepts(place, value);
  };
  const form = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].find(fits);
  const branch = isSchema(schema.if) ? (fits(schema.if) ? schema.then : schema.else) : undefined;
  return [target, ...listOf(schema.allOf), form, branch].filter(isSchema);
}

function own(schemas: Schemas, schema: JsonSchema, value: Value, inItem: boolean): Value {
  if (isList(value)) {
    const { items } = schema;
    return isSchema(items) ? value.map((item) => walk(schemas, items, item, true)) : value;
  }
  if (!isObject(value)) return value;
  const filled: Record<string, Value> = { ...value };
  const properties = isSchema(schema.properties) ? schema.properties : {};
  for (const [name, property] of Object.entries(properties)) {
    if (!isSchema(property)) continue;
    const given = filled[name];
    const fallback = property.default ?? schemas.targetOf(property)?.default;
    if (given !== undefined) filled[name] = walk(schemas, property, given, inItem);
    else if (inItem && fallback !== undefined) filled[name] = fallback as Value;
  }
  const { additionalProperties: rest } = schema;
  if (!isSchema(rest)) return filled;
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) filled[name] = walk(schemas, rest, given, inItem);
  }
  return filled;
}

function listOf(schemas: unknown): readonly JsonSchema[] {
  return Array.isArray(schemas) ? schemas.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
