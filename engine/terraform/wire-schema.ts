/** The shape of a kind as Terraform's schema, and values made whole for it: every attribute is there, or null. */
import { ENVELOPE, ENVELOPE_ATTRIBUTES } from "../config/terraform/envelope.ts";
import type { Attribute, ResourceShape, Shape } from "../config/terraform/shape.ts";
import type { Spec, Value } from "../model.ts";
import { isList, isObject, isUnknown } from "../value.ts";

export interface WireAttribute {
  readonly name: string;
  readonly type?: Buffer;
  readonly nested_type?: { readonly attributes: readonly WireAttribute[]; readonly nesting: string };
  readonly description?: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
}

export interface WireSchema {
  readonly version: number;
  readonly block: { readonly attributes: readonly WireAttribute[]; readonly description: string };
}

export interface SchemaOptions {
  /** What is left out keeps the value that it has, so it is computed as well: what nobody declares is not managed. */
  readonly kept: boolean;
  /** Secrets are not kept by Terraform. A provider's settings never are. */
  readonly writeOnly: boolean;
}

export function resourceSchema({ attributes, outputs, description }: ResourceShape): WireSchema {
  const computed = [{ name: "id", description: "The vendor's id of the object." }, ...outputs];
  return {
    version: 0,
    block: {
      description,
      attributes: [
        ...computed.map(({ name, description }) => ({ name, description, type: typeBytes("string"), computed: true })),
        envelopeAttribute(),
        ...attributes.map((one) => wireAttribute(one, { kept: true, writeOnly: true })),
      ],
    },
  };
}

function envelopeAttribute(): WireAttribute {
  return {
    name: ENVELOPE,
    description: "How Accord treats the object, where Terraform has no word of its own for it.",
    optional: true,
    nested_type: {
      nesting: "SINGLE",
      attributes: wireAttributes(ENVELOPE_ATTRIBUTES, { kept: false, writeOnly: true }),
    },
  };
}

export function wireAttributes(attributes: readonly Attribute[], options: SchemaOptions): readonly WireAttribute[] {
  return attributes.map((one) => wireAttribute(one, options));
}

function wireAttribute(
  { name, shape, description, required, secret }: Attribute,
  options: SchemaOptions,
): WireAttribute {
  return {
    name,
    description,
    ...(required ? { required } : { optional: true, computed: options.kept && !secret }),
    ...(secret ? { sensitive: true, write_only: options.writeOnly } : {}),
    ...typed(shape, options),
  };
}

const NESTING = { list: "LIST", set: "SET", map: "MAP" } as const;

function typed(shape: Shape, options: SchemaOptions): Pick<WireAttribute, "type" | "nested_type"> {
  if (shape.form === "object") {
    return { nested_type: { nesting: "SINGLE", attributes: wireAttributes(shape.attributes, options) } };
  }
  if ((shape.form === "list" || shape.form === "set" || shape.form === "map") && shape.element.form === "object") {
    const attributes = wireAttributes(shape.element.attributes, options);
    return { nested_type: { nesting: NESTING[shape.form], attributes } };
  }
  return { type: typeBytes(typeOf(shape)) };
}

function typeBytes(type: unknown): Buffer {
  return Buffer.from(JSON.stringify(type));
}

/** A type constraint, for what no nesting of attributes can say (a map of lists of objects). */
function typeOf(shape: Shape): unknown {
  switch (shape.form) {
    case "number":
    case "bool":
      return shape.form;
    case "list":
    case "set":
    case "map":
      return [shape.form, typeOf(shape.element)];
    case "object": {
      const optional = shape.attributes.filter(({ required }) => !required).map(({ name }) => name);
      const types = Object.fromEntries(shape.attributes.map(({ name, shape: inner }) => [name, typeOf(inner)]));
      return ["object", types, ...(optional.length === 0 ? [] : [optional])];
    }
    default:
      return "string";
  }
}

/** Every attribute of the object, null where nothing is said: Terraform takes no other form. */
export function wholeValues(values: Spec, attributes: readonly Attribute[]): Spec {
  return Object.fromEntries(
    attributes.map(({ name, shape }) => [name, whole(Object.hasOwn(values, name) ? values[name] : undefined, shape)]),
  );
}

function whole(value: Value | undefined, shape: Shape): Value {
  if (value === undefined || value === null || isUnknown(value)) return value ?? null;
  if (shape.form === "object") return isObject(value) ? wholeValues(value, shape.attributes) : value;
  if (!("element" in shape)) return value;
  if (isList(value)) return value.map((item) => whole(item, shape.element));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, whole(item, shape.element)]));
}
