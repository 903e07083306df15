/** An `import` block for each object that the stack owns and declares: Terraform's first plan takes them over as they are. */
import type { Address, Owned, Resource, Spec, Value } from "../../model.ts";
import { asSpec, isObject } from "../../value.ts";
import type { Schemas } from "../schemas.ts";
import { ENVELOPE, envelopeValue } from "./envelope.ts";
import { escaped } from "./expressions.ts";
import { importIdText } from "./import-id.ts";
import { kindOfType } from "./names.ts";
import { shapeOfKind } from "./shape.ts";
import { valuesOf } from "./values.ts";

export interface TakingOver {
  readonly owned: readonly Owned[];
  readonly resources: readonly Resource[];
  readonly schemas: Schemas;
  /** What Terraform calls each. */
  readonly blocks: ReadonlyMap<Address, string>;
  /** The blocks themselves, by type and label. */
  readonly json: Spec;
  /** Has the kind an object to read somewhere, or does it exist in state only? */
  readonly isRemote: (kind: string) => boolean;
}

export function importBlocks(options: TakingOver): readonly Spec[] {
  const { owned, resources, blocks } = options;
  const declared = new Map<Address, Resource>(resources.map((one) => [one.address, one]));
  return owned.flatMap((one): Spec[] => {
    const resource = declared.get(one.address);
    const to = blocks.get(one.address);
    // A type of Terraform's own (`terraform_data`) is made anew there, which costs nothing.
    if (resource === undefined || to === undefined || !isOurs(to, options)) return [];
    const attributes = { ...envelopeOf(resource, to, options), ...untold(one, options) };
    return [{ to, id: escaped(importIdText({ id: one.id, attributes })) }];
  });
}

function isOurs(to: string, { schemas }: TakingOver): boolean {
  return kindOfType(to.slice(0, to.indexOf(".")), schemas.knownKinds()) !== undefined;
}

/** As the block says it, for this one object of it. */
function envelopeOf(resource: Resource, to: string, { json }: TakingOver): Spec {
  const [type = "", label = ""] = to.replace(/\[.*$/s, "").split(".");
  const body = asSpec(asSpec(asSpec(json.resource ?? {})[type] ?? {})[label] ?? {});
  const said = asSpec(body[ENVELOPE] ?? {});
  const value = envelopeValue({
    name: said.name === undefined ? null : (resource.address.split("/")[2] ?? null),
    manage: resource.manage,
    labels: resource.labels,
    onRemoval: resource.onRemoval ?? null,
    adopt: resource.adopt === undefined ? null : { prune: resource.adopt.prune },
  });
  return value === undefined ? {} : { [ENVELOPE]: value };
}

/** Values of fields that no vendor holds. */
function untold({ kind, applied }: Owned, { schemas, isRemote }: TakingOver): Spec {
  const { attributes } = shapeOfKind(kind, (path) => schemas.find(path) ?? {});
  const { properties } = schemas.rulesOf(kind).spec;
  const ours = attributes.filter(({ field, secret }) => {
    if (secret || applied[field] === undefined || applied[field] === null) return false;
    return !isRemote(kind) || properties?.get(field)?.local === true;
  });
  return valuesOf(onlyPlain(applied), ours);
}

function onlyPlain(applied: Spec): Spec {
  const plain = (value: Value): boolean => !isObject(value) || !("$secret" in value);
  return Object.fromEntries(Object.entries(applied).filter(([, value]) => plain(value)));
}
