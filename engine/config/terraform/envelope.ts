/**
 * What a document says around its spec, where Terraform has no word of its own for it: the attribute `accord` that every
 * resource has. `protect` is `lifecycle { prevent_destroy }`, `ignore` is `ignore_changes`, `dependsOn` is `depends_on`;
 * the instance is the provider configuration.
 */
import type { Spec, Value } from "../../model.ts";
import { isObject } from "../../value.ts";
import type { Attribute } from "./shape.ts";

/** Name of the attribute. */
export const ENVELOPE = "accord";

const text = { form: "string" } as const;

export const ENVELOPE_ATTRIBUTES: readonly Attribute[] = [
  attribute("name", text, "The last part of the object's address and marker; the block's label unless told."),
  attribute(
    "manage",
    { form: "map", element: text },
    "How a list treats live elements that it does not name, by field of the spec: exclusive, explained, additive, observe.",
  ),
  attribute("labels", { form: "map", element: text }, "Words for guardrails and reports; no vendor sees them."),
  attribute("onRemoval", text, "What destroying it does to the live object: delete, disable or forget."),
  attribute("adopt", { form: "bool" }, "Bind to the object where it exists already."),
  attribute("prune", { form: "bool" }, "With adopt: also remove what is live and not listed."),
];

function attribute(field: string, shape: Attribute["shape"], description: string): Attribute {
  return {
    name: field === "onRemoval" ? "on_removal" : field,
    ...{ field, shape, description },
    ...{ required: false, secret: false, immutable: false, nullable: false },
  };
}

/** The attribute's value → fields of a document; `name` among them where it is said. */
export function envelopeOf(value: Value | undefined): Spec {
  if (!isObject(value)) return {};
  const { name, manage, labels, on_removal, adopt, prune } = value;
  const fields: Record<string, Value> = {};
  for (const [field, said] of Object.entries({ name, manage, labels, onRemoval: on_removal })) {
    if (said !== undefined && said !== null) fields[field] = said;
  }
  if (prune === true) fields.adopt = { prune: true };
  else if (adopt === true) fields.adopt = true;
  return fields;
}

/** Fields of a document → the attribute's value; undefined where there is nothing to say. */
export function envelopeValue(document: Spec): Spec | undefined {
  const { name, manage, labels, onRemoval, adopt } = document;
  const value: Record<string, Value> = {};
  for (const [field, said] of Object.entries({ name, manage, labels, on_removal: onRemoval })) {
    if (said !== undefined && said !== null && !isEmpty(said)) value[field] = said;
  }
  if (adopt === true || isObject(adopt)) value.adopt = true;
  if (isObject(adopt) && adopt.prune === true) value.prune = true;
  return Object.keys(value).length === 0 ? undefined : value;
}

function isEmpty(value: Value): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
