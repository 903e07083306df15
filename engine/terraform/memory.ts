/** What Terraform keeps for us beside the attributes, opaque to it: what was last applied, resolved, and how it was spelt. */
import { canonicalJson } from "../canonical.ts";
import { ENVELOPE } from "../config/terraform/envelope.ts";
import type { Attribute, ResourceShape, Shape } from "../config/terraform/shape.ts";
import { valuesOf } from "../config/terraform/values.ts";
import type { Owned, Spec, Value } from "../model.ts";
import { isList, isObject, isRef } from "../value.ts";

export interface Memory {
  readonly owned: Owned;
  /** Field and value as resolved → as configured: a lookup of an id, an e-mail of a login. */
  readonly spelt: Readonly<Record<string, string>>;
}

const VERSION = 1;

export function encodeMemory(memory: Memory): Uint8Array {
  return Buffer.from(JSON.stringify({ version: VERSION, ...memory }));
}

/** Undefined where there is none: Terraform loses it when a provider dies in the middle of an update. */
export function decodeMemory(bytes: Uint8Array | undefined): Memory | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (typeof value !== "object" || value === null || !("version" in value) || value.version !== VERSION)
    return undefined;
  // Written by `encodeMemory`, and nobody else can write it.
  return value as unknown as Memory;
}

/** How the configuration spells what `spec` holds resolved. */
export function spellings(values: Spec, spec: Spec, attributes: readonly Attribute[]): Memory["spelt"] {
  const spelt: Record<string, string> = {};
  const walk = (value: Value | undefined, resolved: Value | undefined, shape: Shape, path: string): void => {
    if (shape.form === "ref" && typeof value === "string" && isRef(resolved)) {
      if (resolved.id !== value) spelt[`${path} ${resolved.id}`] = value;
    } else if (shape.form === "string" && typeof value === "string" && typeof resolved === "string") {
      if (resolved !== value) spelt[`${path} ${resolved}`] = value;
    } else if ("element" in shape && isList(value) && isList(resolved)) {
      for (const [index, item] of value.entries()) walk(item, resolved[index], shape.element, path);
    } else if ("element" in shape && isObject(value) && isObject(resolved)) {
      for (const [key, item] of Object.entries(value)) walk(item, resolved[key], shape.element, path);
    } else if (shape.form === "object" && isObject(value) && isObject(resolved)) {
      for (const { name, field, shape: inner } of shape.attributes)
        walk(value[name], resolved[field], inner, `${path}.${name}`);
    }
  };
  for (const { name, field, shape } of attributes) walk(values[name], spec[field], shape, name);
  return spelt;
}

/** A resolved spec as Terraform's values, in the words of the configuration where it has any. */
export function valuesAsSpelt(spec: Spec, attributes: readonly Attribute[], spelt: Memory["spelt"]): Spec {
  const respell = (value: Value, shape: Shape, path: string): Value => {
    if (typeof value === "string") return spelt[`${path} ${value}`] ?? value;
    if ("element" in shape && isList(value)) return value.map((item) => respell(item, shape.element, path));
    if (!isObject(value)) return value;
    if ("element" in shape) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, respell(item, shape.element, path)]));
    }
    if (shape.form !== "object") return value;
    const inner = new Map(shape.attributes.map((one) => [one.name, one.shape]));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, respell(item, inner.get(name) ?? shape, `${path}.${name}`)]),
    );
  };
  const values = valuesOf(spec, attributes);
  const shapes = new Map(attributes.map((one) => [one.name, one.shape]));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, respell(value, shapes.get(name) ?? { form: "json" }, name)]),
  );
}

/** What the vendor says of the object, as attributes. */
export function outputValues({ outputs }: ResourceShape, id: string, computed: Spec = {}): Spec {
  const values: Record<string, Value> = { id };
  for (const { name, field } of outputs) {
    const value = computed[field];
    values[name] =
      value === undefined || value === null ? null : typeof value === "string" ? value : canonicalJson(value);
  }
  return values;
}

/** The envelope's attribute is Terraform's own: it is kept as it stands. */
export function envelopeKept(values: Spec): Spec {
  return { [ENVELOPE]: values[ENVELOPE] ?? null };
}
