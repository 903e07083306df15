/** The schema objects inside a schema file, and how places of them are written. */
import type { JsonSchema } from "./rules.ts";

/** Files carry no `$id`; this makes their relative `$ref`s absolute while they are loaded. Never fetched. */
export const BASE = "https://schemas.invalid/";

/** Every object in a schema file with its JSON pointer, as a URI fragment writes it. */
export function* partsOf(value: unknown, pointer = ""): Iterable<[string, JsonSchema]> {
  if (typeof value !== "object" || value === null) return;
  if (isSchema(value)) yield [pointer, value];
  for (const [key, part] of Object.entries(value)) {
    yield* partsOf(part, `${pointer}/${encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))}`);
  }
}

/** `lookups.schema.json#/$defs/app`, seen from `c1/app.schema.json`, is `c1/lookups.schema.json#/$defs/app`. */
export function placeOfReference(reference: string, from: string): string {
  const { pathname, hash } = new URL(reference, BASE + from);
  return `${decodeURIComponent(pathname.slice(1))}#${decodeURIComponent(hash.slice(1)).split("/").map(encodeURIComponent).join("/")}`;
}

export function fileOf(place: string): string {
  return place.split("#")[0] ?? place;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
