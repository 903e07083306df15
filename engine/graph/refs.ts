/**
 * Where a spec names other objects, and what it reads like once they are known. References are found by the schema
 * (`x-ref`) and in `${address.field}` templates; a lookup is an `x-ref` object with something else than an id.
 */
import { parseAddress } from "../address.ts";
import { anyField, type FieldRule } from "../config/rules.ts";
import { parseTemplate } from "../config/template.ts";
import type { Address, Path, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, dotted, hasDollar, hasUnknown, isList, isObject, isSecret, isUnknown, pointer } from "../value.ts";
import { listed } from "../words.ts";

export interface Reference {
  readonly path: Path;
  readonly address: Address;
  /** `id`, or a field of the target's spec or outputs. */
  readonly field: string;
  /** Kinds that an `x-ref` field takes; absent for a template. */
  readonly kinds?: readonly string[];
}

export interface Lookup {
  readonly path: Path;
  readonly kinds: readonly string[];
}

export interface Mentions {
  readonly references: readonly Reference[];
  readonly lookups: readonly Lookup[];
  readonly problems: readonly Problem[];
}

const NOTHING: Mentions = { references: [], lookups: [], problems: [] };

/** Neither by its kind nor by a template can it name anything. */
function isPlain(spec: Spec, rule: FieldRule): boolean {
  return !anyField(rule, "ref") && !hasDollar(spec);
}

/** Everything a resource's spec mentions; `instances` are the stack's: name → provider. */
export function mentionsOf(resource: Resource, rule: FieldRule, instances: ReadonlyMap<string, string>): Mentions {
  if (isPlain(resource.spec, rule)) return NOTHING;
  const references: Reference[] = [];
  const lookups: Lookup[] = [];
  const problems: Problem[] = [];

  const text = (value: string, path: Path): void => {
    for (const part of parseTemplate(value)) {
      if (part.kind === "reference") references.push({ path, address: part.address, field: part.field });
    }
  };

  const reference = (value: Value, kinds: readonly string[], path: Path): void => {
    if (typeof value === "string") {
      const parsed = parseAddress(value);
      if (parsed !== undefined) references.push({ path, address: parsed.address, field: "id", kinds });
      else if (value.includes("${")) text(value, path);
      else problems.push(notAnAddress(resource, path, value, kinds, instances));
    } else if (isObject(value) && !("id" in value)) {
      lookups.push({ path, kinds });
      const where = lookupInstance(kinds[0] ?? "", resource, instances);
      if (typeof where !== "string") problems.push(whichTenant(resource, path, where));
    }
  };

  const walk = (value: Value, at: FieldRule, path: Path): void => {
    if (at.ref !== undefined && !isList(value)) reference(value, at.ref, path);
    if (isSecret(value)) return;
    if (typeof value === "string") {
      if (at.ref === undefined && value.includes("${")) text(value, path);
    } else if (isList(value)) {
      const item = at.items ?? {};
      for (const [index, element] of value.entries()) {
        walk(element, at.ref === undefined ? item : { ...item, ref: at.ref }, [...path, index]);
      }
    } else if (isObject(value)) {
      for (const [key, field] of Object.entries(value)) {
        walk(field, at.properties?.get(key) ?? at.additional ?? {}, [...path, key]);
      }
    }
  };
  walk(resource.spec, rule, []);
  return { references, lookups, problems };
}

/** Provider and instances among which a lookup would have to choose. */
interface Tenants {
  readonly provider: string;
  readonly names: readonly string[];
}

/** A lookup searches the document's own instance, else the only one of the other provider; it never chooses. */
export function lookupInstance(
  kind: string,
  from: Pick<Resource, "kind" | "instance">,
  instances: ReadonlyMap<string, string>,
): string | Tenants {
  const provider = kind.slice(0, kind.indexOf("/"));
  if (from.kind.startsWith(`${provider}/`)) return from.instance;
  const names = [...instances].flatMap(([name, of]) => (of === provider ? [name] : []));
  const [only, ...more] = names;
  return only !== undefined && more.length === 0 ? only : { provider, names };
}

/** As `lookupInstance`, for what was found already: where nothing tells, the asking object's own. */
export function instanceSeen(
  kind: string,
  from: Pick<Resource, "kind" | "instance">,
  instances: ReadonlyMap<string, string>,
): string {
  const found = lookupInstance(kind, from, instances);
  return typeof found === "string" ? found : from.instance;
}

function whichTenant(resource: Resource, path: Path, { provider, names }: Tenants): Problem {
  const where = dotted(["spec", ...path]);
  const source = resource.sources.get(`/spec${pointer(path)}`);
  return {
    code: "lookup-which-tenant",
    message:
      names.length === 0
        ? `${where} looks up an object of ${provider}, and this stack has no tenant of it.`
        : `${where} looks up an object of ${provider}, and this stack has ${names.length} tenants of it: ${listed(names)}.`,
    hint:
      names.length === 0
        ? `Add one under providers: in accord.yaml, or use { id: … }.`
        : `Declare the object in a document of its own, with the tenant it is in (provider: ${names.at(-1)}), and name its address here; or use { id: … }.`,
    address: resource.address,
    ...(source === undefined ? {} : { source }),
  };
}

function notAnAddress(
  resource: Resource,
  path: Path,
  value: string,
  kinds: readonly string[],
  instances: ReadonlyMap<string, string>,
): Problem {
  const source = resource.sources.get(`/spec${pointer(path)}`);
  return {
    code: "not-a-reference",
    message: `${dotted(["spec", ...path])}: "${value}" names no object.`,
    hint: instances.has(value.split("/")[0] ?? "")
      ? `An address has three parts: <instance>/<kind>/<name>, for example ${kinds[0]}/my-name.`
      : `Give the address of a document of this stack (${kinds[0]}/my-name), a lookup such as { name: ${value} }, or { id: … }.`,
    address: resource.address,
    ...(source === undefined ? {} : { source }),
  };
}

/** What is known of another resource by now; undefined: it does not exist yet. */
export type OutputOf = (address: Address, field: string) => Value | undefined;
/** What a lookup found, by its path in the unresolved spec; undefined while it cannot be made. */
export type FoundAt = (path: Path, lookup: Spec, kinds: readonly string[]) => string | undefined;

/** The spec with references as `{ id }` and templates as text; what cannot be known yet is marked unknown. */
export function resolveSpec(
  resource: Resource,
  rule: FieldRule,
  outputOf: OutputOf,
  foundAt: FoundAt,
  instanceFor: (kind: string) => string,
): Spec {
  if (isPlain(resource.spec, rule)) return resource.spec;
  const idOf = (id: Value | undefined, address: Address): Value =>
    typeof id === "string" ? { id } : { id: { $unknown: { text: `\${${address}.id}` } } };

  const text = (value: string): Value => {
    const parts = parseTemplate(value);
    const [only] = parts;
    if (parts.length === 1 && only?.kind === "reference") {
      return outputOf(only.address, only.field) ?? { $unknown: { text: value } };
    }
    let filled = "";
    for (const part of parts) {
      const piece = part.kind === "text" ? part.text : outputOf(part.address, part.field);
      if (piece === undefined || isUnknown(piece)) return { $unknown: { text: value } };
      filled += typeof piece === "string" ? piece : JSON.stringify(piece);
    }
    return filled;
  };

  const reference = (value: Value, kinds: readonly string[], path: Path): Value => {
    if (typeof value === "string") {
      const parsed = parseAddress(value);
      return parsed === undefined ? { id: text(value) } : idOf(outputOf(parsed.address, "id"), parsed.address);
    }
    const lookup = asSpec(value);
    if ("id" in lookup) return lookup;
    const kind = kinds[0] ?? "";
    const found = hasUnknown(lookup) ? undefined : foundAt(path, lookup, kinds);
    return { id: found ?? { $unknown: { lookup, kind, instance: instanceFor(kind) } } };
  };

  const walk = (value: Value, at: FieldRule, path: Path): Value => {
    if (isSecret(value)) return value;
    if (isList(value)) {
      const item = at.ref === undefined ? (at.items ?? {}) : { ...at.items, ref: at.ref };
      return value.map((element, index) => walk(element, item, [...path, index]));
    }
    if (at.ref !== undefined && typeof value === "string") return reference(value, at.ref, path);
    if (typeof value === "string") return value.includes("$") ? text(value) : value;
    if (!isObject(value)) return value;
    const filled: Record<string, Value> = {};
    for (const [key, field] of Object.entries(value)) {
      filled[key] = walk(field, at.properties?.get(key) ?? at.additional ?? {}, [...path, key]);
    }
    return at.ref === undefined ? filled : reference(filled, at.ref, path);
  };
  return asSpec(walk(resource.spec, rule, []));
}
