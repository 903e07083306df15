/** A declared resource as a block of Terraform JSON that declares the same. */
import type { Address, Resource, Spec, Value } from "../../model.ts";
import { asSpec } from "../../value.ts";
import { ENVELOPE, envelopeValue } from "./envelope.ts";
import { asExpressions, type BlockOf, withSecretsNamed } from "./expressions.ts";
import { labelOfName, PROVIDER, snakeCase } from "./names.ts";
import type { ResourceShape } from "./shape.ts";
import { valuesOf } from "./values.ts";

export interface ResourceText {
  readonly type: string;
  readonly label: string;
  readonly body: Spec;
}

/** Labels of blocks for documents, none twice and none that is taken. */
export function labelsOf(
  resources: readonly Resource[],
  typeOf: (kind: string) => string,
  taken: Iterable<string>,
): ReadonlyMap<Address, string> {
  const used = new Set(taken);
  return new Map(
    resources.map(({ address, kind, instance }) => {
      const plain = labelOfName(address.split("/")[2] ?? "");
      const type = typeOf(kind);
      let label = plain;
      for (let number = 1; used.has(`${type}.${label}`); number += 1) {
        label = number === 1 ? labelOfName(`${instance}-${plain}`) : `${plain}-${number}`;
      }
      used.add(`${type}.${label}`);
      return [address, `${type}.${label}`] as const;
    }),
  );
}

export function resourceBlock(resource: Resource, shape: ResourceShape, blockOf: BlockOf): ResourceText {
  const { address, instance, kind, spec } = resource;
  const [type = "", label = ""] = (blockOf(address) ?? "").split(".");
  const name = address.split("/")[2] ?? "";
  const values = valuesOf(withSecretsNamed(spec), shape.attributes, {
    reference: (text) => (blockOf(text as Address) === undefined ? text : `\${${text}.id}`),
  });
  const envelope = envelopeValue({
    ...(name === label ? {} : { name }),
    manage: resource.manage,
    labels: resource.labels,
    onRemoval: resource.onRemoval ?? null,
    adopt: resource.adopt === undefined ? null : { prune: resource.adopt.prune },
  });
  const body: Record<string, Value> = { ...asSpec(asExpressions(values, blockOf)) };
  if (envelope !== undefined) body[ENVELOPE] = asExpressions(envelope, () => undefined);
  if (instance !== kind.split("/")[0]) body.provider = `${PROVIDER}.${instance}`;
  if (resource.dependsOn.length > 0) body.depends_on = resource.dependsOn.map((one) => blockOf(one) ?? one);
  const lifecycle = lifecycleOf(resource, blockOf);
  if (Object.keys(lifecycle).length > 0) body.lifecycle = lifecycle;
  return { type, label, body };
}

function lifecycleOf({ protect, ignore, replaceWith = [] }: Resource, blockOf: BlockOf): Spec {
  return {
    ...(protect ? { prevent_destroy: true } : {}),
    ...(ignore.length === 0
      ? {}
      : { ignore_changes: ignore.map((field) => field.split(".").map(snakeCase).join(".")) }),
    ...(replaceWith.length === 0 ? {} : { replace_triggered_by: replaceWith.map((one) => blockOf(one) ?? one) }),
  };
}
