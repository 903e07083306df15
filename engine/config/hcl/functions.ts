/** Terraform's functions, as far as they are pure and common; synthesis emits calls of these. */
import { createHash } from "node:crypto";
import { listed, nearest } from "../../words.ts";
import { knownTerm, type Scope } from "./evaluate.ts";
import { COLLECTIONS } from "./functions-collections.ts";
import { TEXTS } from "./functions-text.ts";
import { isTermList, isTermMap, joined, Refused, type Term } from "./terms.ts";
import { listOf, mapOf, numberOf, type PureFunction, truth } from "./wanted.ts";

/** Of these the arguments may hold what only apply knows. */
const OPEN: Readonly<Record<string, (scope: Pick<Scope, "known">, ...args: readonly Term[]) => Term>> = {
  join: (scope, separator = "", ...lists) => {
    const items = lists.flatMap((list) => listOf(knownTerm(list, scope)));
    return joined(items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])));
  },
  jsonencode: (_, value = null) => joined(jsonPieces(value)),
  concat: (scope, ...lists) => lists.flatMap((list) => listOf(knownTerm(list, scope))),
  flatten: (scope, list = null) => flattened(listOf(knownTerm(list, scope)), scope),
  tolist: (scope, list = null) => elementsOf(knownTerm(list, scope)),
  toset: (scope, list = null) => asSet(elementsOf(knownTerm(list, scope))),
  tomap: (scope, map = null) => knownTerm(map, scope),
  tostring: (_, value = null) => (value === null ? null : joined([value])),
  merge: (scope, ...maps) =>
    Object.fromEntries(maps.flatMap((map) => (map === null ? [] : Object.entries(mapOf(knownTerm(map, scope)))))),
  values: (scope, map = null) => {
    const object = mapOf(knownTerm(map, scope));
    return Object.keys(object)
      .sort()
      .map((key) => object[key] ?? null);
  },
  lookup: (scope, map = null, key = "", fallback) => {
    const object = mapOf(knownTerm(map, scope));
    const name = String(knownTerm(key, scope));
    if (Object.hasOwn(object, name)) return object[name] ?? null;
    if (fallback === undefined) throw new Refused(`lookup(…) finds no ${JSON.stringify(name)}`, "Give it a default.");
    return fallback;
  },
  element: (scope, list = null, at = 0) => {
    const items = listOf(knownTerm(list, scope));
    const index = numberOf(knownTerm(at, scope)) % Math.max(items.length, 1);
    const item = items.at(index);
    if (item === undefined) throw new Refused("element(…) of an empty list");
    return item;
  },
  zipmap: (scope, keys = null, values = null) => {
    const items = listOf(knownTerm(values, scope));
    return Object.fromEntries(
      listOf(knownTerm(keys, scope)).map((key, index) => [String(knownTerm(key, scope)), items[index] ?? null]),
    );
  },
  one: (scope, list = null) => {
    const items = elementsOf(knownTerm(list, scope));
    if (items.length > 1) throw new Refused(`one(…) of a list of ${items.length}`);
    return items[0] ?? null;
  },
  coalesce: (_, ...args) => {
    const found = args.find((arg) => arg !== null && arg !== "");
    if (found === undefined) throw new Refused("coalesce(…) has no argument with a value");
    return found;
  },
  sensitive: (_, value = null) => value,
  nonsensitive: (_, value = null) => value,
  length: (scope, value = null) => {
    const known = knownTerm(value, scope);
    if (typeof known === "string") return [...known].length;
    return isTermMap(known) ? Object.keys(known).length : listOf(known).length;
  },
  slice: (scope, list = null, from = 0, to = 0) => listOf(knownTerm(list, scope)).slice(numberOf(from), numberOf(to)),
  reverse: (scope, list = null) => listOf(knownTerm(list, scope)).toReversed(),
};

const HASHES = ["md5", "sha1", "sha256", "sha512"];

const PURE: Readonly<Record<string, PureFunction>> = {
  ...TEXTS,
  ...COLLECTIONS,
  tonumber: (value = null) => (value === null ? null : numberOf(value)),
  tobool: (value = null) => (value === null ? null : truth(value)),
  abs: (value = null) => Math.abs(numberOf(value)),
  ceil: (value = null) => Math.ceil(numberOf(value)),
  floor: (value = null) => Math.floor(numberOf(value)),
  max: (...values) => Math.max(...values.map(numberOf)),
  min: (...values) => Math.min(...values.map(numberOf)),
  pow: (base = null, by = null) => numberOf(base) ** numberOf(by),
  signum: (value = null) => Math.sign(numberOf(value)),
  ...Object.fromEntries(
    HASHES.map((name): [string, PureFunction] => [
      name,
      (text = "") => createHash(name).update(String(text)).digest("hex"),
    ]),
  ),
};

export const LAZY: ReadonlySet<string> = new Set(["try", "can"]);

export function callFunction(name: string, args: readonly Term[], scope: Pick<Scope, "known">): Term {
  if (Object.hasOwn(OPEN, name)) return OPEN[name]?.(scope, ...args) ?? null;
  const pure = Object.hasOwn(PURE, name) ? PURE[name] : undefined;
  if (pure !== undefined) return pure(...args.map((arg) => knownThrough(arg, scope)));
  const names = [...Object.keys(OPEN), ...Object.keys(PURE), ...LAZY].sort();
  const near = nearest(name, names);
  throw new Refused(
    `the function ${name} is not among those that Accord works out`,
    `${near} There are ${listed(names, 200)}. In a program, work the value out in TypeScript instead.`.trim(),
  );
}

function knownThrough(term: Term, scope: Pick<Scope, "known">): Term {
  const known = knownTerm(term, scope);
  if (isTermList(known)) return known.map((item) => knownThrough(item, scope));
  if (!isTermMap(known)) return known;
  return Object.fromEntries(Object.entries(known).map(([key, item]) => [key, knownThrough(item, scope)]));
}

function flattened(items: readonly Term[], scope: Pick<Scope, "known">): readonly Term[] {
  return items.flatMap((item) => (isTermList(item) ? flattened(item, scope) : [item]));
}

/** Terraform writes `<`, `>` and `&` as escapes; so do we, since plans are compared. */
function jsonPieces(term: Term): readonly Term[] {
  if (isTermList(term))
    return ["[", ...term.flatMap((item, index) => [...(index === 0 ? [] : [","]), ...jsonPieces(item)]), "]"];
  if (isTermMap(term)) {
    const keys = Object.keys(term).sort();
    const inner = keys.flatMap((key, index) => [
      `${index === 0 ? "" : ","}${quoted(key)}:`,
      ...jsonPieces(term[key] ?? null),
    ]);
    return ["{", ...inner, "}"];
  }
  if (typeof term === "string") return [quoted(term)];
  // The id of an object holds nothing that would need an escape.
  if (typeof term === "object" && term !== null) return ['"', term, '"'];
  return [JSON.stringify(term)];
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function elementsOf(term: Term): readonly Term[] {
  return term === null ? [] : isTermList(term) ? term : isTermMap(term) ? Object.values(term) : [term];
}

/** In the order of Terraform, where all are texts. */
function asSet(items: readonly Term[]): readonly Term[] {
  const set = [...new Set(items)];
  return set.every((item) => typeof item === "string") ? set.sort() : set;
}
