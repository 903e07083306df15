/** What an object is called in reports and in its address: by its key, with names in place of vendor ids. Pure. */
import { compareText, formatAddress, isName } from "../address.ts";
import type { Address, Live } from "../model.ts";
import { type Catalog, groupKeyOf, shortKind } from "../plan/tenants.ts";
import { referencesIn } from "./references.ts";
import { type Index, saidName, type Target } from "./survey.ts";

/** An object's key may hold ids of objects whose keys hold ids: an assignment of an application to a group. */
const DEEPEST = 4;
const LONGEST = 80;

export interface LabelOptions {
  readonly catalog: Catalog;
  readonly index: Index;
  readonly instanceFor: (kind: string, from: Target) => string;
}

/** `Prod admins`, `AWS/prod-admins`: the natural key as a person reads it. */
export function labelOf(target: Target, live: Live, options: LabelOptions, depth = 0): string {
  const { catalog, index, instanceFor } = options;
  const own = saidName(live, live.id);
  if (own !== undefined) return own;
  let label = catalog.factsOf(target.kind).key(live.spec) ?? live.id;
  if (depth === DEEPEST) return label;
  for (const { kinds, id } of referencesIn(live.spec, catalog.rulesOf(target.kind).spec)) {
    if (!label.includes(id)) continue;
    const name = nameOfReferred(kinds, id) ?? saidName(live, id);
    if (name !== undefined) label = label.replaceAll(id, name);
  }
  return label;

  function nameOfReferred(kinds: readonly string[], id: string): string | undefined {
    for (const kind of kinds) {
      const there = { instance: instanceFor(kind, target), kind };
      const found = index.find(there, id);
      if (found !== undefined) return labelOf(there, found, options, depth + 1);
    }
    return undefined;
  }
}

/** Part of an address: lower case, without what an address cannot hold. Empty where nothing is left. */
export function slug(label: string): string {
  const plain = label
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._@+-]+/g, "-")
    .replace(/-{2,}/g, "-")
    .slice(0, LONGEST)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return isName(plain) ? plain : "";
}

export interface Labelled extends Target {
  readonly live: Live;
  readonly label: string;
}

/**
 * An address for each object, the same for the same tenant: in the order of labels, then ids. A name that is taken gets
 * a number; an object that carries this stack's own mark gets the address that the mark says.
 */
export function addressesFor(
  objects: readonly Labelled[],
  taken: Iterable<Address>,
  stack: string,
): ReadonlyMap<Labelled, Address> {
  const used = new Set<string>(taken);
  const given = new Map<Labelled, Address>();
  const give = (object: Labelled, address: Address): void => {
    used.add(address);
    given.set(object, address);
  };
  for (const object of objects) {
    const marked = markedAddress(object, stack);
    if (marked !== undefined && !used.has(marked)) give(object, marked);
  }
  const inOrder = objects.toSorted(
    (a, b) =>
      compareText(groupKeyOf(a), groupKeyOf(b)) || compareText(a.label, b.label) || compareText(a.live.id, b.live.id),
  );
  // Each name's next number, so that thousands of namesakes stay linear.
  const next = new Map<string, number>();
  for (const object of inOrder) {
    if (given.has(object)) continue;
    const kind = shortKind(object.kind);
    const base = slug(object.label) || slug(`${kind}-${object.live.id}`) || kind;
    const at = (name: string): Address => formatAddress({ instance: object.instance, kind, name });
    let address = at(base);
    for (let number = next.get(address) ?? 2; used.has(address); number += 1) {
      address = at(`${base}-${number}`);
      next.set(at(base), number + 1);
    }
    give(object, address);
  }
  return given;
}

function markedAddress({ instance, kind, live: { marker } }: Labelled, stack: string): Address | undefined {
  if (marker?.tool !== "accord" || marker.stack !== stack || marker.address === undefined) return undefined;
  const [first, second, name = "", more] = marker.address.split("/");
  if (first !== instance || second !== shortKind(kind) || !isName(name) || more !== undefined) return undefined;
  return formatAddress({ instance, kind: second, name });
}

/** `prod-*`: `*` for any text, `?` for one character; the rest is compared exactly. */
export function matcher(globs: readonly string[]): (label: string) => boolean {
  if (globs.length === 0) return () => true;
  const patterns = globs.map((glob) => {
    const source = glob.replace(/[\\^$.*+?()[\]{}|]/g, (found) =>
      found === "*" ? ".*" : found === "?" ? "." : `\\${found}`,
    );
    return new RegExp(`^${source}$`, "su");
  });
  return (label) => patterns.some((pattern) => pattern.test(label));
}
