/**
 * What a schema says against a value, reduced to what its author must know: of several forms only the one they meant,
 * and nothing about text that is not known yet (`${…}`).
 */
import type { ErrorObject } from "ajv";
import type { Path, Value } from "../model.ts";
import { valueAt } from "../value.ts";
import { nearestName } from "../words.ts";
import type { FieldRule, JsonSchema } from "./rules.ts";
import { ruleAt } from "./rules.ts";
import type { Schemas } from "./schemas.ts";
import { scanTemplate } from "./template.ts";

/** One thing that is wrong at a path, and the schema that says so; words come later. */
export type Violation = { readonly path: Path; readonly schema: JsonSchema } & (
  | { readonly rule: "type"; readonly types: readonly string[] }
  | { readonly rule: "values"; readonly values: readonly unknown[] }
  | { readonly rule: "missing"; readonly names: readonly string[] }
  | { readonly rule: "unknown"; readonly name: string; readonly known: readonly string[] }
  | { readonly rule: "other"; readonly keyword: string; readonly params: Params }
);
type Params = Readonly<Record<string, unknown>>;

/** `place` is a file below schemas/; `rule` is its rules. */
export function violationsOf(schemas: Schemas, place: string, value: Value, rule: FieldRule): readonly Violation[] {
  const all = expand(schemas, place, value, [], rule);
  if (all.length === 0) return all;
  const found = all.filter((violation) => !isRenamed(violation, all));
  return [
    ...new Map(found.map((violation) => [JSON.stringify({ ...violation, schema: undefined }), violation])).values(),
  ];
}

function expand(schemas: Schemas, place: string, value: Value, base: Path, rule: FieldRule): readonly Violation[] {
  const errors = schemas.errorsOf(place, value);
  if (errors.length === 0) return [];
  const choices = errors.flatMap((error) => choiceOf(schemas, error, value));
  const inside = new Set(choices.flatMap(({ errors }) => errors));
  const found: Violation[] = [];
  for (const error of errors) {
    if (inside.has(keyOf(error, "", schemas))) continue;
    const choice = choices.find((candidate) => candidate.error === error);
    const local = pathOf(error.instancePath, value);
    const path = [...base, ...local];
    const part = valueAt(value, local) ?? null;
    if (choice === undefined) {
      if (!isTolerated(error, part)) found.push(...violationOf(error, path, rule));
      continue;
    }
    const forms = choice.branches.map((branch) => expand(schemas, branch, part, path, rule));
    if (forms.every((form) => form.length > 0)) found.push(...closest(forms, path));
    // Several forms fit: an ambiguity, unless what is not known yet will decide.
    else if (forms.filter((form) => form.length === 0).length > 1 && !hasTemplate(part)) found.push(other(error, path));
  }
  return found;
}

interface Choice {
  readonly error: ErrorObject;
  /** Places of the forms offered. */
  readonly branches: readonly string[];
  /** Keys of what the forms say, which ajv lists beside the choice. */
  readonly errors: readonly string[];
}

function choiceOf(schemas: Schemas, error: ErrorObject, value: Value): readonly Choice[] {
  const parent = schemas.placeOf(schemaOf(error));
  const forms: unknown = error.schema;
  if (error.keyword !== "oneOf" && error.keyword !== "anyOf") return [];
  if (parent === undefined || !Array.isArray(forms)) return [];
  const part = valueAt(value, pathOf(error.instancePath, value)) ?? null;
  const branches = forms.map((_, index) => `${parent}/${error.keyword}/${index}`);
  const errors = branches.flatMap((branch) =>
    schemas.errorsOf(branch, part).map((inner) => keyOf(inner, error.instancePath, schemas)),
  );
  return [{ error, branches, errors }];
}

function violationOf(error: ErrorObject, path: Path, rule: FieldRule): readonly Violation[] {
  const params: Params = error.params;
  const schema = schemaOf(error);
  switch (error.keyword) {
    case "if":
      // The branch that `if` chose reports for itself.
      return [];
    case "type":
      return [{ path, schema, rule: "type", types: [params.type].flat().map(String) }];
    case "enum":
      return [
        { path, schema, rule: "values", values: Array.isArray(params.allowedValues) ? params.allowedValues : [] },
      ];
    case "const":
      return [{ path, schema, rule: "values", values: [params.allowedValue] }];
    case "required":
      return [{ path, schema, rule: "missing", names: [String(params.missingProperty)] }];
    case "additionalProperties": {
      const known = Object.keys(schema.properties ?? {});
      return [{ path, schema, rule: "unknown", name: String(params.additionalProperty), known }];
    }
    case "unevaluatedProperties": {
      const known = [...(ruleAt(rule, path)?.properties?.keys() ?? [])];
      const name = String(params.unevaluatedProperty);
      // A known field counts as unevaluated when the form that declares it failed: that failure is reported.
      return known.includes(name) ? [] : [{ path, schema, rule: "unknown", name, known }];
    }
    default:
      return [other(error, path)];
  }
}

/** The form that its author meant: the one with the least against it. Forms that tie are told as one. */
function closest(forms: readonly (readonly Violation[])[], path: Path): readonly Violation[] {
  const rated = forms.map((form) => ({ form, weight: form.reduce((sum, item) => sum + weightOf(item, path), 0) }));
  const least = Math.min(...rated.map(({ weight }) => weight));
  // None is even of the right shape: the shapes are the answer.
  if (least >= 1000) return together(forms.flat().filter((item) => item.path.length === path.length));
  const best = rated.filter(({ weight }) => weight === least).map(({ form }) => form);
  return best.every((form) => form.length === together(form).length) ? together(best.flat()) : (best[0] ?? []);
}

function weightOf(violation: Violation, base: Path): number {
  const depth = violation.path.length - base.length;
  if (violation.rule === "type" && depth === 0) return 1000;
  if (violation.rule === "values") return depth === 0 ? 1000 : depth === 1 ? 100 : 5;
  if (violation.rule === "unknown") return depth === 0 ? 12 : 4;
  if (violation.rule === "missing") return depth === 0 ? 8 : 3;
  return 5;
}

/** One violation per path and rule, with what each form would have accepted. */
function together(violations: readonly Violation[]): readonly Violation[] {
  const merged = new Map<string, Violation>();
  for (const violation of violations) {
    const shape = violation.rule === "values" ? "type" : violation.rule;
    const key = JSON.stringify([violation.path, shape, violation.rule === "unknown" ? violation.name : ""]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? violation : join(before, violation));
  }
  return [...merged.values()];
}

function join(a: Violation, b: Violation): Violation {
  if (a.rule === "unknown" && b.rule === "unknown") return { ...a, known: union(a.known, b.known) };
  if (a.rule === "missing" && b.rule === "missing") return { ...a, names: union(a.names, b.names) };
  if (a.rule === "values" && b.rule === "values") return { ...a, values: union(a.values, b.values) };
  if (a.rule === "type" && b.rule === "type") return { ...a, types: union(a.types, b.types) };
  // A value list says more than the type beside it.
  return b.rule === "values" ? b : a;
}

/** A missing field that an unknown one is the misspelling of. */
function isRenamed(violation: Violation, among: readonly Violation[]): boolean {
  if (violation.rule !== "missing") return false;
  return among.some(
    (other) =>
      other.rule === "unknown" &&
      JSON.stringify(other.path) === JSON.stringify(violation.path) &&
      violation.names.includes(nearestName(other.name, other.known) ?? ""),
  );
}

/** Text with references is checked once it is known: by the vendor, or by the kind. */
function isTolerated(error: ErrorObject, data: Value | undefined): boolean {
  if (typeof data !== "string" || !hasTemplate(data)) return false;
  return error.keyword !== "type" || scanTemplate(data).length === 1;
}

function hasTemplate(value: Value): boolean {
  if (typeof value === "string")
    return value.includes("${") && scanTemplate(value).some((part) => part.kind !== "text");
  return typeof value === "object" && value !== null && Object.values(value).some(hasTemplate);
}

function other(error: ErrorObject, path: Path): Violation {
  return { path, rule: "other", keyword: error.keyword, params: error.params, schema: schemaOf(error) };
}

/** The schema that an error comes from, as ajv's `verbose` hands it on: the very object that was loaded. */
function schemaOf(error: ErrorObject): JsonSchema {
  const schema: unknown = error.parentSchema;
  return isSchema(schema) ? schema : NONE;
}
const NONE: JsonSchema = {};

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}

function keyOf(error: ErrorObject, prefix: string, schemas: Schemas): string {
  const place = schemas.placeOf(schemaOf(error));
  return JSON.stringify([error.keyword, prefix + error.instancePath, place, error.params]);
}

/** A JSON pointer as a path; a segment is an index where the value has a list there. */
function pathOf(pointer: string, value: Value): Path {
  const path: (string | number)[] = [];
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(valueAt(value, path)) ? Number(key) : key);
  }
  return path;
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}
