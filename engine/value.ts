/** Small questions about values that every stage asks. */
import type { Path, Ref, Secret, Spec, Unknown, Value } from "./model.ts";

export function isObject(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isUnknown(value: Value | undefined): value is Unknown {
  return isObject(value) && "$unknown" in value;
}

export function isSecret(value: Value | undefined): value is Secret {
  return isObject(value) && typeof value.$secret === "string";
}

/** A resolved reference: an object with an id and nothing else. */
export function isRef(value: Value | undefined): value is Ref {
  return isObject(value) && typeof value.id === "string" && Object.keys(value).length === 1;
}

/** Is there anything that only apply will know? */
export function hasUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Is there a `$` anywhere, as every template has one? Most values have none, and need no closer look. */
export function hasDollar(value: Value): boolean {
  if (typeof value === "string") return value.includes("$");
  if (isList(value)) return value.some(hasDollar);
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) if (key.includes("$") || hasDollar(value[key] ?? null)) return true;
  return false;
}

/** The value without what is unknown: keys that hold it are left out, list items too. */
export function knownPart(value: Value): Value | undefined {
  if (isUnknown(value)) return undefined;
  if (isList(value)) return value.map(knownPart).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const known: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const part = knownPart(item);
    // `{ id: unknown }` is an unknown reference, not an empty one.
    if (
      part !== undefined &&
      !(isObject(item) && hasUnknown(item) && isObject(part) && Object.keys(part).length === 0)
    ) {
      known[key] = part;
    }
  }
  return known;
}

export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  let at = value;
  for (const step of path) {
    if (typeof step === "number") at = isList(at) ? at[step] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** A copy with the value at `path` replaced; objects on the way are made where they are missing. */
export function withValueAt(value: Value | undefined, path: Path, leaf: Value | undefined): Value {
  const [step, ...rest] = path;
  if (step === undefined) return leaf ?? null;
  if (typeof step === "number") {
    const list = isList(value) ? [...value] : [];
    list[step] = withValueAt(list[step], rest, leaf);
    return list;
  }
  const object: Record<string, Value> = isObject(value) ? { ...value } : {};
  if (rest.length === 0 && leaf === undefined) delete object[step];
  else object[step] = withValueAt(object[step], rest, leaf);
  return object;
}

/** JSON pointer of a path: how positions and secrets are keyed. */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** `spec.members[2].email`, as people write it. */
export function dotted(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${step}`))
    .join("");
}

/** Every leaf, with its path; lists and objects are walked, what `stop` accepts is a leaf. */
export function* leaves(
  value: Value,
  stop: (value: Value) => boolean = () => false,
  path: Path = [],
): Iterable<[Path, Value]> {
  if (stop(value)) yield [path, value];
  else if (isList(value)) for (const [index, item] of value.entries()) yield* leaves(item, stop, [...path, index]);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* leaves(item, stop, [...path, key]);
  else yield [path, value];
}

export function asSpec(value: Value): Spec {
  return isObject(value) ? value : {};
}
