/**
 * What things are called in Terraform: `c1/access-profile` is `accord_c1_access_profile`, `displayName` is
 * `display_name`. Names are never guessed back: each is found among those that there are.
 */
import { isName } from "../../address.ts";

/** Terraform's name of the provider, and so the first part of every resource type. */
export const PROVIDER = "accord";

/** A source address with a host of its own: Terraform and OpenTofu take it for the same provider. */
export const SOURCE = "accord.local/accord/accord";

export function typeOf(kind: string): string {
  return `${PROVIDER}_${kind.replaceAll("/", "_").replaceAll("-", "_")}`;
}

/** `c1/access-profile` of `accord_c1_access_profile`; undefined for a type that is none of these kinds. */
export function kindOfType(type: string, kinds: Iterable<string>): string | undefined {
  for (const kind of kinds) if (typeOf(kind) === type) return kind;
  return undefined;
}

/**
 * Types with a name of their own in Terraform that are one of these kinds field by field (`null_resource`), by that name:
 * the provider has them as well.
 */
export function foreignTypes(
  kinds: readonly string[],
  schemaOf: (kind: string) => { readonly [keyword: string]: unknown } | undefined,
): ReadonlyMap<string, string> {
  const types = kinds.flatMap((kind) =>
    Object.entries(recordOf(schemaOf(kind)?.["x-terraform"])).flatMap(([type, described]) => {
      const { attributes, returns } = recordOf(described);
      const same = Object.entries(recordOf(attributes)).every(([name, field]) => name === snakeCase(String(field)));
      return same && returns === undefined ? [[type, kind] as const] : [];
    }),
  );
  return new Map(types);
}

function recordOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** `externalId` → `external_id`. */
export function snakeCase(field: string): string {
  return field
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * The name in an address of `resource "type" "label"`, with `[key]` behind it where the block is repeated:
 * `team["eu west"]` is `team-eu-west`.
 */
export function nameOfLabel(label: string, key?: string | number): string {
  if (key === undefined) return label;
  const plain = String(key).replaceAll(/[^A-Za-z0-9._@+-]+/g, "-");
  return `${label}-${plain}`;
}

/** A name of a document as a label of a block, which takes letters, digits, `_` and `-`, and begins with no digit. */
export function labelOfName(name: string): string {
  const label = name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return /^[0-9-]/.test(label) ? `_${label}` : label;
}

/** Can a document be called that? A label that begins with `_` cannot, and says its name in `accord = { name = … }`. */
export function isDocumentName(label: string): boolean {
  return isName(label);
}
