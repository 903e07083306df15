/** The fields of a kind that a document may change, as its schema declares them. */
import { type FieldRule, type JsonSchema, ruleAt } from "../../engine/config/rules.ts";
import { kindPath, type Schemas } from "../../engine/config/schemas.ts";
import { elementKey } from "../../engine/diff/fields.ts";
import type { Path, Spec, Value } from "../../engine/model.ts";
import { asSpec, isList, isObject, leaves } from "../../engine/value.ts";

export interface Field {
  readonly path: readonly string[];
  /** `resourceSet.groups` */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly rule: FieldRule;
}

/** Every leaf: a text, a number, a list, a map, a reference. */
export function fieldsOf(schemas: Schemas, kind: string): readonly Field[] {
  const schema = schemas.schemaOf(kind);
  if (schema === undefined) throw new Error(`There is no schema ${kindPath(kind)}`);
  return [...below(schemas, schema, schemas.rulesOf(kind).spec, [])];
}

function* below(schemas: Schemas, schema: JsonSchema, rule: FieldRule, path: readonly string[]): Iterable<Field> {
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    const own = rule.properties?.get(name) ?? {};
    const whole = { ...schemas.targetOf(property), ...property };
    const here = [...path, name];
    if (
      own.ref === undefined &&
      own.immutable !== true &&
      own.local !== true &&
      Object.keys(propertiesOf(whole)).length > 0
    ) {
      yield* below(schemas, whole, own, here);
    } else yield { path: here, name: here.join("."), schema: whole, rule: own };
  }
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return isSchemas(schema.properties) ? schema.properties : {};
}

function isSchemas(value: unknown): value is Readonly<Record<string, JsonSchema>> {
  return typeof value === "object" && value !== null;
}

/** May an update change it, and does a read show it? */
export function isEditable({ rule }: Field): boolean {
  return rule.immutable !== true && rule.local !== true && rule.secret !== true && rule.additional?.secret !== true;
}

/** Does it take any text at all, rather than a name, an address or one of a few words? */
export function isFreeText({ schema, rule }: Field): boolean {
  const types = [schema.type].flat();
  const bound = ["enum", "pattern", "format", "const"].some((keyword) => schema[keyword] !== undefined);
  const named = rule.person === true || rule.ref !== undefined || rule.secret === true || rule.immutable === true;
  return types.includes("string") && !bound && !named;
}

/** What a document cannot leave out, also beside the field at `path` where it names that one. */
export function requiredPart(schemas: Schemas, kind: string, spec: Spec, path: readonly string[] = []): Spec {
  const part = (
    schema: JsonSchema | undefined,
    value: Value,
    rule: FieldRule,
    [step, ...rest]: readonly string[],
  ): Value => {
    const own = schema === undefined ? {} : { ...schemas.targetOf(schema), ...schema };
    if (!isObject(value) || rule.ref !== undefined || rule.properties === undefined) return value;
    const required = new Set(Array.isArray(own.required) ? own.required.map(String) : []);
    // Within a required object the rest of the object goes with it, unless the object itself says what it needs.
    if (required.size === 0 && step === undefined) return value;
    const names = Object.keys(value).filter((name) => required.has(name) || name === step);
    return Object.fromEntries(
      names.map((name) => [
        name,
        part(propertiesOf(own)[name], value[name] ?? null, rule.properties?.get(name) ?? {}, name === step ? rest : []),
      ]),
    );
  };
  return asSpec(part(schemas.schemaOf(kind), spec, schemas.rulesOf(kind).spec, path));
}

/** Sets in one order, and text that ignores case in one case: two readings of the same thing are then equal. */
export function settled(value: Value, rule: FieldRule): Value {
  if (isList(value)) {
    const item = { ...rule.items, ...(rule.foldCase === true ? { foldCase: true } : {}) };
    const items = value.map((one) => settled(one, item));
    if (rule.unordered !== true) return items;
    return items.sort((a, b) => (elementKey(a, item) < elementKey(b, item) ? -1 : 1));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        settled(inner, rule.properties?.get(name) ?? rule.additional ?? {}),
      ]),
    );
  }
  if (typeof value === "string" && (rule.foldCase === true || rule.person === true)) return value.toLowerCase();
  return value;
}

/** The same spec as somebody else might write it: sets backwards, and in capitals where case does not matter. */
export function otherwise(value: Value, rule: FieldRule, inSet = false): Value {
  if (isList(value)) {
    const item = { ...rule.items, ...(rule.foldCase === true ? { foldCase: true } : {}) };
    const items = value.map((one) => otherwise(one, item, rule.unordered === true));
    return rule.unordered === true ? items.reverse() : items;
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        otherwise(inner, rule.properties?.get(name) ?? rule.additional ?? {}),
      ]),
    );
  }
  return inSet && typeof value === "string" && rule.foldCase === true ? value.toUpperCase() : value;
}

/** Is there a field, however deep, of which this is so? */
export function holds(rule: FieldRule, so: (rule: FieldRule) => boolean): boolean {
  const inner = [...(rule.properties?.values() ?? []), rule.items ?? {}, rule.additional ?? {}];
  return so(rule) || inner.some((one) => Object.keys(one).length > 0 && holds(one, so));
}

export function namesPeople(rule: FieldRule): boolean {
  return holds(rule, (one) => one.person === true);
}

/** Everybody whom a spec names. */
export function peopleIn(spec: Spec, rule: FieldRule): readonly string[] {
  return leavesWhere(spec, rule, (one) => one.person === true);
}

/** Values of the fields that are secrets. */
export function secretsIn(spec: Spec, rule: FieldRule): readonly string[] {
  return leavesWhere(spec, rule, (one) => one.secret === true);
}

/** The spec as the diff sees it: where a secret comes from, never what it is. */
export function masked(value: Value, rule: FieldRule): Value {
  if (rule.secret === true && typeof value === "string") return { $secret: "${env:SECRET}" };
  if (isList(value)) return value.map((one) => masked(one, rule.items ?? {}));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      masked(inner, rule.properties?.get(name) ?? rule.additional ?? {}),
    ]),
  );
}

function leavesWhere(spec: Spec, rule: FieldRule, wanted: (rule: FieldRule) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const [path, leaf] of leaves(spec)) {
    if (typeof leaf === "string" && wanted(ruleOfElement(rule, path))) found.add(leaf);
  }
  return [...found];
}

function ruleOfElement(rule: FieldRule, path: Path): FieldRule {
  return ruleAt(rule, path) ?? {};
}
