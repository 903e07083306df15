/** Live objects → the documents that declare them. Pure. */
import { compareText } from "../address.ts";
import type { FieldRule } from "../config/rules.ts";
import { escapeTemplate } from "../config/template.ts";
import type { Address, CollectionMode, Path, Spec, Value } from "../model.ts";
import { type Catalog, groupKeyOf, providerOf } from "../plan/tenants.ts";
import { isList, isObject } from "../value.ts";
import type { Labelled } from "./names.ts";
import { fieldOf, itemOf } from "./references.ts";
import type { Target } from "./survey.ts";
import { type Writing, writeSpec } from "./write-spec.ts";

/** A document that is yet to be written. */
export interface NewDocument {
  readonly address: Address;
  readonly object: Labelled;
  readonly manage: Readonly<Record<string, CollectionMode>>;
  readonly spec: Spec;
  /** Environment variables that its secrets will come from. */
  readonly variables: readonly string[];
}

/** What is known of the objects that documents name. */
export interface Naming {
  /** `<instance> <kind> <id>` → address, of what is owned and of what is being adopted. */
  readonly addresses: ReadonlyMap<string, Address>;
  /** `<instance> <kind> <id>` → how the object is looked up; references inside it are `{ id }`. */
  readonly lookups: ReadonlyMap<string, Spec>;
  /** Pairs `<from> <to>` of addresses that would close a circle. */
  readonly circular: ReadonlySet<string>;
  readonly instanceFor: (kind: string, from: Target) => string;
}

export interface Composing extends Naming {
  readonly catalog: Catalog;
  readonly explained: ReadonlyMap<Address, Readonly<Record<string, Readonly<Record<string, string>>>>>;
}

/** Shorter texts are words and numbers more often than they are ids. */
const SHORTEST_ID = 10;

export function composeDocuments(
  objects: ReadonlyMap<Labelled, Address>,
  composing: Composing,
): readonly NewDocument[] {
  const ids = addressesById(composing.addresses);
  return [...objects]
    .toSorted(([, a], [, b]) => compareText(a, b))
    .map(([object, address]) => documentOf(object, address, ids, composing));
}

function documentOf(
  object: Labelled,
  address: Address,
  ids: ReadonlyMap<string, Address | undefined>,
  composing: Composing,
): NewDocument {
  const { catalog, explained } = composing;
  const variables: string[] = [];
  const rule = catalog.rulesOf(object.kind).spec;
  const { reference, text } = wordsFor(object, address, composing, ids);
  const { spec, manage } = writeSpec(object.live, rule, {
    reference,
    text,
    secret(path) {
      const name = variableFor(address, path);
      variables.push(name);
      return `\${env:${name}}`;
    },
    explained: explained.get(address) ?? {},
    named: ownNames(object, composing, ids),
  });
  return { address, object, spec, manage, variables };
}

/** How a document calls other objects: by address where it may need them, else by what they are looked up by. */
export function wordsFor(
  from: Target,
  address: Address,
  naming: Naming,
  ids = addressesById(naming.addresses),
): Pick<Writing, "reference" | "text"> {
  const names = namesIn(from, address, naming);
  const text = (value: string): string => {
    const target = value.length < SHORTEST_ID ? undefined : ids.get(value);
    return target === undefined || target === address || naming.circular.has(`${address} ${target}`)
      ? escapeTemplate(value)
      : `\${${target}.id}`;
  };
  return { reference: (id, rule) => names.reference(id, rule, text), text };
}

/** Of several ways to say what the object is, the one that names most of this stack; else the first. */
function ownNames({ kind, live }: Labelled, { catalog }: Composing, ids: ReadonlyMap<string, unknown>): Spec {
  const ways = catalog.factsOf(kind).lookups?.(live) ?? [];
  return byMentions(ways, ids)[0] ?? {};
}

/** Stable: those that hold an id of the stack first. */
export function byMentions(ways: readonly Spec[], ids: ReadonlyMap<string, unknown>): readonly Spec[] {
  const mentions = (value: Value): number => {
    if (typeof value === "string") return value.length >= SHORTEST_ID && ids.get(value) !== undefined ? 1 : 0;
    const parts = isList(value) ? value : isObject(value) && !("id" in value) ? Object.values(value) : [];
    return parts.reduce<number>((sum, part) => sum + mentions(part), 0);
  };
  return ways.toSorted((a, b) => mentions(b) - mentions(a));
}

/** An id that two resources share, in two systems, stands for neither. */
export function addressesById(addresses: ReadonlyMap<string, Address>): ReadonlyMap<string, Address | undefined> {
  const byId = new Map<string, Address | undefined>();
  for (const [key, address] of addresses) {
    const id = key.split(" ").slice(2).join(" ");
    byId.set(id, byId.has(id) ? undefined : address);
  }
  return byId;
}

function namesIn(from: Target, address: Address, { addresses, lookups, circular, instanceFor }: Naming) {
  const reference = (id: string, rule: FieldRule, text: (value: string) => string): Value => {
    const keys = (rule.ref ?? []).map((kind) => `${groupKeyOf({ instance: instanceFor(kind, from), kind })} ${id}`);
    for (const key of keys) {
      const target = addresses.get(key);
      if (target !== undefined && target !== address && !circular.has(`${address} ${target}`)) return target;
    }
    for (const key of keys) {
      const lookup = lookups.get(key);
      if (lookup !== undefined) return written(lookup, rule, text);
    }
    return { id };
  };
  /** A lookup may name objects itself (an entitlement's app). */
  const written = (value: Value, rule: FieldRule, text: (value: string) => string): Value => {
    if (typeof value === "string") return text(value);
    if (isList(value)) return value.map((element) => written(element, itemOf(rule), text));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        const at = fieldOf(rule, key);
        return [
          key,
          at.ref !== undefined && isObject(part) && typeof part.id === "string"
            ? reference(part.id, at, text)
            : written(part, at, text),
        ];
      }),
    );
  };
  return { reference };
}

/** `C1_OKTA_API_TOKEN` for `config.apiToken` of c1/connector/okta: instance, name, field. */
function variableFor(address: Address, path: Path): string {
  const [instance = "", , name = ""] = address.split("/");
  const field = String(path.at(-1) ?? "").replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
  return [instance, name, field]
    .join("_")
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_");
}

/** The whole document, in the order in which people write one. */
export function documentFields({ address, object, manage, spec }: NewDocument): Spec {
  const name = address.split("/")[2] ?? "";
  return {
    kind: object.kind,
    name,
    ...(object.instance === providerOf(object.kind) ? {} : { provider: object.instance }),
    ...(Object.keys(manage).length === 0 ? {} : { manage }),
    spec,
  };
}
