/**
 * Lists that several documents share are written once, as a variable of the stack. YAML's own anchors end with their
 * document, so they cannot do it (engine/decisions/0019). Pure.
 */
import type { Value } from "../model.ts";
import { asSpec, isList, isObject } from "../value.ts";
import type { NewDocument } from "./documents.ts";

export interface Factored {
  readonly documents: readonly NewDocument[];
  /** New variables of the stack, by name. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

/** In a list of one, or of one document, nothing is repeated. */
const FEWEST = 2;

/** `existing`: names of variables that the stack has. One that happens to say the same is still another matter. */
export function shareLists(documents: readonly NewDocument[], existing: Iterable<string>): Factored {
  const places = new Map<string, { readonly list: readonly string[]; readonly in: Set<NewDocument>; field: string }>();
  for (const document of documents) {
    for (const [field, list] of listsIn(document.spec)) {
      const key = JSON.stringify(list);
      const place = places.get(key) ?? { list, in: new Set<NewDocument>(), field };
      places.set(key, place);
      place.in.add(document);
    }
  }
  const taken = new Set(existing);
  const variables = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  for (const [key, { list, in: users, field }] of places) {
    const [first] = users;
    if (users.size < FEWEST || first === undefined) continue;
    const name = freeName(`${first.address.split("/")[2] ?? ""}-${field}`, taken);
    variables.set(name, list);
    names.set(key, name);
  }
  if (names.size === 0) return { documents, variables };
  return {
    documents: documents.map((document) => ({ ...document, spec: asSpec(withNames(document.spec, names)) })),
    variables,
  };
}

function* listsIn(value: Value, field = "list"): Iterable<[string, readonly string[]]> {
  if (isList(value)) {
    if (isShareable(value)) yield [field, value];
    else for (const item of value) yield* listsIn(item, field);
  } else if (isObject(value)) {
    for (const [key, part] of Object.entries(value)) yield* listsIn(part, key);
  }
}

/** A variable knows no other `${…}`. */
function isShareable(value: readonly Value[]): value is readonly string[] {
  return value.length >= FEWEST && value.every((item) => typeof item === "string" && !item.includes("$"));
}

function withNames(value: Value, names: ReadonlyMap<string, string>): Value {
  if (isList(value)) {
    const name = isShareable(value) ? names.get(JSON.stringify(value)) : undefined;
    return name === undefined ? value.map((item) => withNames(item, names)) : `\${var:${name}}`;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withNames(part, names)]));
}

function freeName(wish: string, taken: Set<string>): string {
  const base = wish.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replace(/^[^A-Za-z_]/, "_$&");
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  taken.add(name);
  return name;
}
