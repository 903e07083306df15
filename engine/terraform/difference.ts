/**
 * What a plan of Terraform says of one resource. Pure. Whatever is configured is planned as it is configured; what is
 * not, keeps the value that it has; what differs only as the vendor does not care about keeps the one before.
 */
import { canonicalJson } from "../canonical.ts";
import type { Attribute, Shape } from "../config/terraform/shape.ts";
import type { Spec, Value } from "../model.ts";
import { isList, isObject, isUnknown } from "../value.ts";

/** `config` laid over `prior`: within objects too, but not within the elements of a list, which is declared whole. */
export function planned(config: Spec, prior: Spec, attributes: readonly Attribute[]): Spec {
  return Object.fromEntries(
    attributes.map(({ name, shape, secret }): [string, Value] => {
      // Write-only: Terraform hands a secret in, and wants none back.
      if (secret) return [name, null];
      return [name, laid(config[name] ?? null, prior[name] ?? null, shape)];
    }),
  );
}

function laid(config: Value, prior: Value, shape: Shape): Value {
  if (config === null) return shape.form === "object" && isObject(prior) ? laid({}, prior, shape) : prior;
  if (shape.form !== "object") return withoutSecrets(config, shape);
  if (!isObject(config) || isUnknown(config)) return config;
  return planned(config, isObject(prior) ? prior : {}, shape.attributes);
}

function withoutSecrets(value: Value, shape: Shape): Value {
  if (!("element" in shape) || shape.element.form !== "object") return value;
  const { attributes } = shape.element;
  const item = (one: Value): Value => (isObject(one) && !isUnknown(one) ? planned(one, {}, attributes) : one);
  if (isList(value)) return value.map(item);
  if (!isObject(value) || isUnknown(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, item(one)]));
}

/** The attributes that are not what they were. */
export function changedIn(after: Spec, before: Spec, attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.filter(({ name, shape }) => !sameValue(after[name] ?? null, before[name] ?? null, shape));
}

function sameValue(a: Value, b: Value, shape: Shape): boolean {
  return canonicalJson(normal(a, shape)) === canonicalJson(normal(b, shape));
}

/** Sets without their order, JSON without its spelling. */
function normal(value: Value, shape: Shape): Value {
  if (value === null || isUnknown(value)) return value;
  if ((shape.form === "json" || shape.form === "ref") && typeof value === "string") return jsonOf(value);
  if (isList(value) && "element" in shape) {
    const items = value.map((item) => normal(item, shape.element));
    if (shape.form !== "set") return items;
    return items.toSorted((x, y) => (canonicalJson(x) < canonicalJson(y) ? -1 : 1));
  }
  if (!isObject(value)) return value;
  const inner = (name: string): Shape | undefined =>
    shape.form === "object"
      ? shape.attributes.find((one) => one.name === name)?.shape
      : "element" in shape
        ? shape.element
        : undefined;
  const entries = Object.entries(value).flatMap(([name, item]): [string, Value][] => {
    const of = inner(name);
    return item === null || of === undefined ? [] : [[name, normal(item, of)]];
  });
  return Object.fromEntries(entries);
}

function jsonOf(text: string): Value {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Value;
  } catch {
    // Only looks like it: compared as it stands.
    return text;
  }
}
