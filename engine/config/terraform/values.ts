/**
 * Specs as Terraform's values, and back: `specOf(valuesOf(spec)) ≡ spec`, but for a null, which Terraform takes for
 * nothing said. What is not known yet stays so, in both directions.
 */
import { canonicalJson } from "../../canonical.ts";
import type { Spec, Value } from "../../model.ts";
import { isList, isObject, isUnknown } from "../../value.ts";
import type { Attribute, Shape } from "./shape.ts";

export interface ToSpec {
  /** What text in a reference means, where it is neither an id nor a lookup: an address of the stack. */
  readonly reference?: (text: string) => Value | undefined;
  /** Keep a null where the field may hold one; Terraform itself means nothing by it. */
  readonly nulls?: boolean;
}

/** Terraform's attributes → the declared fields. Names that are no attribute are left out. */
export function specOf(values: Spec, attributes: readonly Attribute[], options: ToSpec = {}): Spec {
  const spec: Record<string, Value> = {};
  for (const { name, field, shape, nullable } of attributes) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) continue;
    if (value !== null) spec[field] = fieldOf(value, shape, options);
    else if (nullable && options.nulls === true) spec[field] = null;
  }
  return spec;
}

function fieldOf(value: Value, shape: Shape, options: ToSpec): Value {
  if (isUnknown(value)) return shape.form === "ref" ? { id: value } : value;
  switch (shape.form) {
    case "ref":
      return typeof value === "string" ? refOf(value, options) : value;
    case "json":
      return typeof value === "string" ? (jsonOf(value) ?? value) : value;
    case "string":
      return shape.numeric === true && typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    case "list":
    case "set":
      return isList(value) ? value.map((item) => fieldOf(item, shape.element, options)) : value;
    case "map":
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fieldOf(item, shape.element, options)]))
        : value;
    case "object":
      return isObject(value) ? specOf(value, shape.attributes, options) : value;
    default:
      return value;
  }
}

function refOf(text: string, { reference }: ToSpec): Value {
  const lookup = jsonOf(text);
  return isObject(lookup) ? lookup : (reference?.(text) ?? { id: text });
}

function jsonOf(text: string): Value | undefined {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    // Text that only looks like JSON: it is what it is, and the schema says whether it may be.
    return undefined;
  }
}

export interface FromSpec {
  /** How text in a reference field is written: an address as an expression. Without it, as it stands. */
  readonly reference?: (text: string) => string;
}

/** The declared fields → Terraform's attributes, those alone that are declared. */
export function valuesOf(spec: Spec, attributes: readonly Attribute[], options: FromSpec = {}): Spec {
  const values: Record<string, Value> = {};
  for (const { name, field, shape } of attributes) {
    const value = Object.hasOwn(spec, field) ? spec[field] : undefined;
    if (value !== undefined) values[name] = value === null ? null : writtenOf(value, shape, options);
  }
  return values;
}

function writtenOf(value: Value, shape: Shape, options: FromSpec): Value {
  if (isUnknown(value)) return value;
  switch (shape.form) {
    case "ref":
      return refText(value, options);
    case "json":
      return typeof value === "string" && jsonOf(value) === undefined ? value : canonicalJson(value);
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "list":
    case "set":
      return isList(value) ? value.map((item) => writtenOf(item, shape.element, options)) : value;
    case "map":
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
              key,
              item === null ? null : writtenOf(item, shape.element, options),
            ]),
          )
        : value;
    case "object":
      return isObject(value) ? valuesOf(value, shape.attributes, options) : value;
    default:
      return value;
  }
}

function refText(value: Value, { reference }: FromSpec): Value {
  if (typeof value === "string") return reference?.(value) ?? value;
  if (!isObject(value)) return value;
  const { id } = value;
  if (id !== undefined && Object.keys(value).length === 1 && (typeof id === "string" || isUnknown(id))) return id;
  return canonicalJson(value);
}
