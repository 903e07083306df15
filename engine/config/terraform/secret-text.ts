/** `$${env:NAME}` in a secret attribute: text to Terraform, and to the provider where the secret comes from. To Accord too. */
import type { Spec, Value } from "../../model.ts";
import { isList, isObject } from "../../value.ts";
import type { Attribute } from "./shape.ts";

const AS_TEXT = /^\$(\$\{(?:env|file):[^${}]+\})$/;

/** Values of the attributes, in which such text is the reference that it means. */
export function withSecretReferences(values: Spec, attributes: readonly Attribute[]): Spec {
  const changed: Record<string, Value> = { ...values };
  for (const { name, shape, secret } of attributes) {
    const value = changed[name];
    if (value === undefined || value === null) continue;
    if (secret) changed[name] = referring(value);
    else if (shape.form === "object" && isObject(value)) changed[name] = withSecretReferences(value, shape.attributes);
  }
  return changed;
}

function referring(value: Value): Value {
  if (typeof value === "string") return value.replace(AS_TEXT, "$1");
  if (isList(value)) return value.map(referring);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, referring(item)]));
}
