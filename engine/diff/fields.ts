/**
 * Two specs and their rules → FieldChange[]. Only what `want` names is compared: fields it leaves out are not managed.
 * Pure; `applyFields` is its inverse, and `applyFields(have, diffFields(want, have))` shows no difference to `want`.
 */
import { canonicalJson } from "../canonical.ts";
import type { FieldRule } from "../config/rules.ts";
import type { CollectionMode, FieldChange, Path, Spec, Value } from "../model.ts";
import { asSpec, dotted, isList, isObject, isSecret, isUnknown, pointer, valueAt, withValueAt } from "../value.ts";

export interface DiffOptions {
  /** Dotted field → mode; exclusive where absent. */
  readonly manage?: Readonly<Record<string, CollectionMode>>;
  /** Dotted field names that are never compared. */
  readonly ignore?: readonly string[];
  /** Is this live element there for a reason of its own (a rule, another kind's grant)? Asked in mode `explained`. */
  readonly explained?: (path: Path, element: Value) => boolean;
  /** Did a secret move? Secrets are never read back, so only what was sent last can tell. */
  readonly secretMoved?: (path: Path) => boolean;
}

export function diffFields(want: Spec, have: Spec, rule: FieldRule, options: DiffOptions = {}): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  diffObject([], want, have, rule, options, changes);
  return changes;
}

function diffObject(
  path: Path,
  want: Spec,
  have: Spec,
  rule: FieldRule,
  options: DiffOptions,
  into: FieldChange[],
): void {
  for (const field of Object.keys(want)) {
    const value = want[field];
    const there = Object.hasOwn(have, field) ? have[field] : undefined;
    // Text that is equal as it stands: most fields of most plans.
    if (value === undefined || (typeof value !== "object" && value === there)) continue;
    const next = rule.properties?.get(field) ?? rule.additional ?? {};
    if (next.local === true) continue;
    diffValue([...path, field], value, there, next, options, into);
  }
}

function diffValue(
  path: Path,
  want: Value,
  have: Value | undefined,
  rule: FieldRule,
  options: DiffOptions,
  into: FieldChange[],
): void {
  if (isIgnored(path, options)) return;
  if (isSecret(want)) {
    if (options.secretMoved?.(path) === true) into.push({ op: "set", path, before: undefined, after: want });
    return;
  }
  if (!isUnknown(want)) {
    if (isList(want) && rule.unordered === true) {
      diffSet(path, want, isList(have) ? have : [], rule, options, into);
      return;
    }
    if (isObject(want) && isObject(have) && !isReference(want)) {
      diffObject(path, want, have, rule, options, into);
      return;
    }
    if (same(want, have, rule)) return;
  }
  into.push({ op: "set", path, before: have, after: want });
}

/** Most documents ignore nothing, and spelling every path out would be most of the work. */
function isIgnored(path: Path, { ignore = [] }: DiffOptions): boolean {
  return ignore.length > 0 && ignore.includes(dotted(path));
}

function diffSet(
  path: Path,
  want: readonly Value[],
  have: readonly Value[],
  rule: FieldRule,
  options: DiffOptions,
  into: FieldChange[],
): void {
  const mode = options.manage?.[dotted(path)] ?? "exclusive";
  if (mode === "observe") return;
  const item = elementRule(rule);
  const wanted = new Map(want.map((element) => [elementKey(element, item), element]));
  const found = new Map(have.map((element) => [elementKey(element, item), element]));
  for (const [key, element] of wanted) if (!found.has(key)) into.push({ op: "add", path, element });
  if (mode === "additive") return;
  for (const [key, element] of found) {
    if (wanted.has(key)) continue;
    if (mode === "explained" && options.explained?.(path, element) === true) continue;
    into.push({ op: "remove", path, element });
  }
}

/** What makes two elements of a set the same one. */
export function elementKey(element: Value, rule: FieldRule): string {
  if (typeof element === "string")
    return rule.foldCase === true || rule.person === true ? element.toLowerCase() : element;
  return canonicalJson(element);
}

/** Does `have` already say what `want` says? Blank and absent are one: vendors send `""` and `[]` for "not set". */
function same(want: Value, have: Value | undefined, rule: FieldRule): boolean {
  if (have === undefined || have === null) return isBlank(want);
  if (typeof want === "string" && typeof have === "string") {
    return (
      want === have || ((rule.foldCase === true || rule.person === true) && want.toLowerCase() === have.toLowerCase())
    );
  }
  if (isList(want) && isList(have) && rule.unordered === true) return sameSet(want, have, rule);
  if (isList(want) && isList(have)) {
    return want.length === have.length && want.every((item, index) => same(item, have[index], rule.items ?? {}));
  }
  if (isObject(want) && isObject(have)) {
    return Object.entries(want).every(([field, value]) => {
      // An empty object says which of several forms an element has (`reject: {}`): it is not the same as none.
      if (!Object.hasOwn(have, field) && isObject(value)) return false;
      return same(
        value,
        Object.hasOwn(have, field) ? have[field] : undefined,
        rule.properties?.get(field) ?? rule.additional ?? {},
      );
    });
  }
  return want === have;
}

function sameSet(want: readonly Value[], have: readonly Value[], rule: FieldRule): boolean {
  const keys = (elements: readonly Value[]): Set<string> =>
    new Set(elements.map((element) => elementKey(element, elementRule(rule))));
  const wanted = keys(want);
  const found = keys(have);
  return wanted.size === found.size && [...wanted].every((key) => found.has(key));
}

/** The rule of a collection's elements: folding case is said of the list. */
function elementRule(rule: FieldRule): FieldRule {
  return { ...rule.items, ...(rule.foldCase === true ? { foldCase: true } : {}) };
}

export function isBlank(value: Value): boolean {
  if (value === null || value === "") return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isBlank);
}

function isReference(value: { readonly [key: string]: Value }): boolean {
  return "id" in value && Object.keys(value).length === 1;
}

/** `have` with the changes made. Elements are grouped by collection, so that thousands of them stay linear. */
export function applyFields(have: Spec, changes: readonly FieldChange[], rule: FieldRule): Spec {
  let spec: Value = have;
  const collections = new Map<string, { path: Path; elements: Map<string, Value> }>();
  for (const change of changes) {
    if (change.op === "set") {
      spec = withValueAt(spec, change.path, change.after);
      continue;
    }
    const item = itemRule(rule, change.path);
    const name = pointer(change.path);
    let collection = collections.get(name);
    if (collection === undefined) {
      const at = valueAt(spec, change.path);
      const elements = new Map((isList(at) ? at : []).map((element) => [elementKey(element, item), element]));
      collection = { path: change.path, elements };
      collections.set(name, collection);
    }
    if (change.op === "add") collection.elements.set(elementKey(change.element, item), change.element);
    else collection.elements.delete(elementKey(change.element, item));
  }
  for (const { path, elements } of collections.values()) spec = withValueAt(spec, path, [...elements.values()]);
  return asSpec(spec);
}

/** How elements of the collection at `path` are told apart. */
export function itemRule(rule: FieldRule, path: Path): FieldRule {
  let at: FieldRule = rule;
  for (const step of path)
    at = (typeof step === "number" ? at.items : (at.properties?.get(step) ?? at.additional)) ?? {};
  return elementRule(at);
}

/** The change that takes it back; a `set` from nothing becomes a `set` to null. */
export function invertField(change: FieldChange): FieldChange {
  if (change.op === "add") return { op: "remove", path: change.path, element: change.element };
  if (change.op === "remove") return { op: "add", path: change.path, element: change.element };
  return { op: "set", path: change.path, before: change.after, after: change.before ?? null };
}
