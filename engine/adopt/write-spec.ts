/**
 * A live object → the spec that a person would have written for it: the schema's fields in the schema's order, without
 * what means the same when it is left out. Sets of people and of objects are always said, empty ones too. Pure.
 */
import { compareText } from "../address.ts";
import { canonicalJson } from "../canonical.ts";
import type { FieldRule } from "../config/rules.ts";
import { elementKey, isBlank } from "../diff/fields.ts";
import type { CollectionMode, Live, Path, Spec, Value } from "../model.ts";
import { dotted, isList, isObject, isRef } from "../value.ts";
import { bearsAccess, fieldOf, itemOf } from "./references.ts";

export interface Writing {
  /** An address, a lookup or `{ id }`. */
  reference(id: string, rule: FieldRule): Value;
  /** Plain text as a template that means it; an id of a resource of the stack as a reference to it. */
  text(value: string): string;
  /** What stands for a secret that is in use. */
  secret(path: Path): string;
  /** Collection field → element (lower case) → why it is there. */
  readonly explained: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The kind's own choice of how to say what the object is (`lookups`), over what was read. */
  readonly named: Spec;
}

export interface Written {
  readonly spec: Spec;
  readonly manage: Readonly<Record<string, CollectionMode>>;
}

export function writeSpec(live: Live, rule: FieldRule, writing: Writing): Written {
  const { fields, manage } = writerOf(live, writing);
  const named: Record<string, Value> = { ...live.spec };
  for (const [field, value] of Object.entries(writing.named))
    if (rule.properties?.has(field) === true) named[field] = value;
  return { spec: asFields(fields(named, rule, [], false, true)), manage };
}

/** One value at a path of a live object as a document says it, blank ones too; undefined where none may. */
export function writeValue(
  live: Live,
  value: Value,
  at: { readonly rule: FieldRule; readonly path: Path; readonly item: boolean },
  writing: Writing,
): Value | undefined {
  return writerOf(live, writing).write(value, at.rule, at.path, at.item, true);
}

function writerOf(live: Live, writing: Writing) {
  const manage: Record<string, CollectionMode> = {};
  const secrets = new Set(live.secrets ?? []);

  /** `item`: inside a list, where what is left out has its default and an empty object says which form it is. */
  function write(
    value: Value | undefined,
    at: FieldRule,
    path: Path,
    item: boolean,
    needed: boolean,
  ): Value | undefined {
    const name = dotted(path);
    if (secrets.has(name)) return writing.secret(path);
    if (at.local === true || at.secret === true) return undefined;
    if (value === undefined) return holdsSecret(name) ? fields({}, at, path, item, needed) : undefined;
    if (at.ref !== undefined && isRef(value)) return writing.reference(value.id, at);
    if (isList(value)) return list(value, at, path, item, needed);
    if (isObject(value)) return fields(value, at, path, item, needed);
    if (!needed && isDefault(value, at)) return undefined;
    return typeof value === "string" ? writing.text(value) : value;
  }

  function holdsSecret(name: string): boolean {
    return [...secrets].some((field) => field.startsWith(`${name}.`));
  }

  function fields(value: Spec, at: FieldRule, path: Path, item: boolean, needed: boolean): Value | undefined {
    const known = [...(at.properties?.keys() ?? [])];
    const others = Object.keys(value).filter((key) => at.properties?.has(key) !== true);
    const written: Record<string, Value> = {};
    for (const key of [...known, ...others.sort(compareText)]) {
      const field = isUnsayable(key, at)
        ? value[key]
        : write(value[key], fieldOf(at, key), [...path, key], item, at.required?.includes(key) === true);
      if (field !== undefined) written[key] = field;
    }
    return Object.keys(written).length === 0 && !item && !needed ? undefined : written;
  }

  function list(value: readonly Value[], at: FieldRule, path: Path, item: boolean, needed: boolean): Value | undefined {
    const states = bearsAccess(at) && !item;
    if (value.length === 0 && !states && !needed) return isDefault(value, at) ? undefined : [];
    if (!states && !needed && isDefault(value, at)) return undefined;
    const rest = unexplained(value, at, path);
    const written = rest.flatMap((element) => write(element, itemOf(at), [...path, 0], true, true) ?? []);
    return at.unordered === true ? inOrder(written) : written;
  }

  /** Whoever the vendor or another kind put there is not listed: the mode `explained` lets them stay. */
  function unexplained(value: readonly Value[], at: FieldRule, path: Path): readonly Value[] {
    const reasons = writing.explained[dotted(path)];
    if (reasons === undefined || at.unordered !== true) return value;
    const rest = value.filter((element) => reasons[elementKey(element, { foldCase: true })] === undefined);
    if (rest.length < value.length) manage[dotted(path)] = "explained";
    return rest;
  }

  return { write, fields, manage };
}

/** A form that the schema has no word for stays, so that the document is refused instead of saying something else. */
function isUnsayable(key: string, rule: FieldRule): boolean {
  return rule.properties !== undefined && !rule.properties.has(key) && rule.additional === undefined;
}

function asFields(value: Value | undefined): Spec {
  return isObject(value) ? value : {};
}

/** Does leaving it out mean the same? A blank one does where the schema names no other default. */
function isDefault(value: Value, rule: FieldRule): boolean {
  if (rule.default === undefined) return isBlank(value);
  return canonicalJson(rule.default) === canonicalJson(value) || (isBlank(value) && isBlank(rule.default));
}

/** Sets have no order of their own: by text, addresses and names before lookups. */
function inOrder(elements: readonly Value[]): readonly Value[] {
  const keyed = elements.map((element): [string, Value] => [
    typeof element === "string" ? element.toLowerCase() : `~${canonicalJson(element)}`,
    element,
  ]);
  return keyed.sort(([a], [b]) => compareText(a, b)).map(([, element]) => element);
}

/** Does a document say nothing of its object beyond which one it is? */
export function saysNothing(spec: Spec, rule: FieldRule): boolean {
  return Object.entries(spec).every(([field, value]) => rule.required?.includes(field) === true || isBlank(value));
}
