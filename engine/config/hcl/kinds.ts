/** Terraform's resource types → the kinds of the stack, each with its attributes. */
import type { Spec, Value } from "../../model.ts";
import { asSpec, isObject } from "../../value.ts";
import type { JsonSchema } from "../rules.ts";
import { kindPath, type Schemas } from "../schemas.ts";
import { typeOf } from "../terraform/names.ts";
import { type Attribute, shapeOfKind } from "../terraform/shape.ts";
import { Refused } from "./terms.ts";

export interface BlockType {
  readonly kind: string;
  readonly attributes: readonly Attribute[];
  /** Names of the facts that the vendor gives → fields. */
  readonly outputs: ReadonlyMap<string, string>;
  /**
   * Of a type with a name of its own in Terraform (`x-terraform` of the schema): its attributes → where in the spec they
   * are; and attributes that give back what another one was given.
   */
  readonly foreign?: {
    readonly places: Readonly<Record<string, readonly string[]>>;
    readonly returns: Readonly<Record<string, string>>;
  };
}

/** Looks types up among the kinds that there are; each is worked out once. */
export function blockTypes(schemas: Schemas): (type: string) => BlockType | undefined {
  const known = new Map<string, BlockType | undefined>();
  let kinds: ReadonlyMap<string, string> | undefined;
  return (type) => {
    if (known.has(type)) return known.get(type);
    kinds ??= kindsByType(schemas);
    const kind = kinds.get(type);
    const found = kind === undefined ? undefined : blockType(type, kind, schemas);
    known.set(type, found);
    return found;
  };
}

/** Types with a name of their own in Terraform. */
export function foreignTypeNames(schemas: Schemas): ReadonlySet<string> {
  return new Set(schemas.knownKinds().flatMap((kind) => Object.keys(foreignNames(schemas, kind))));
}

function kindsByType(schemas: Schemas): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const kind of schemas.knownKinds()) {
    types.set(typeOf(kind), kind);
    for (const name of Object.keys(foreignNames(schemas, kind))) types.set(name, kind);
  }
  return types;
}

function foreignNames(schemas: Schemas, kind: string): Spec {
  const names = schemas.schemaOf(kind)?.["x-terraform"];
  return typeof names === "object" && names !== null ? asSpec(names as Value) : {};
}

function blockType(type: string, kind: string, schemas: Schemas): BlockType {
  const read = (path: string): JsonSchema => {
    const schema = schemas.find(path);
    if (schema === undefined) throw new Error(`There is no schema ${path}, which ${kindPath(kind)} refers to`);
    return schema;
  };
  const shape = shapeOfKind(kind, read);
  const outputs = new Map(shape.outputs.map(({ name, field }) => [name, field]));
  const foreign = foreignNames(schemas, kind)[type];
  if (!isObject(foreign)) return { kind, attributes: shape.attributes, outputs };
  const places = Object.entries(asSpec(foreign.attributes ?? {})).map(
    ([name, at]) => [name, String(at).split(".")] as const,
  );
  const returns = Object.entries(asSpec(foreign.returns ?? {})).map(([name, of]) => [name, String(of)] as const);
  return {
    kind,
    attributes: shape.attributes,
    outputs,
    foreign: { places: Object.fromEntries(places), returns: Object.fromEntries(returns) },
  };
}

/** Values of a foreign type's attributes, put where the spec has them: a lone value is the text that is watched. */
export function placedValues(values: Spec, { foreign }: BlockType): Spec {
  if (foreign === undefined) return values;
  const spec: Record<string, Value> = {};
  const known = new Set([...Object.keys(foreign.places), ...Object.values(foreign.returns)]);
  for (const [name, value] of Object.entries(values)) {
    const [field, key] = foreign.places[name] ?? [];
    if (field === undefined && !known.has(name)) throw new Refused(`there is no attribute ${name}`);
    if (field === undefined || value === null) continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    spec[field] = key === undefined ? value : { ...asSpec(spec[field] ?? {}), [key]: text };
  }
  return spec;
}
