/**
 * `${…}` in documents and settings. Variables are filled in here; secrets stay references until a step sends them;
 * references to other documents, and the escape `$${`, stay as they are for the graph.
 */
import type { Path, Sources, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, dotted, hasDollar, isList, isObject } from "../value.ts";
import { listed, nearest } from "../words.ts";
import { anyField, type FieldRule } from "./rules.ts";
import { sourceAt } from "./source-at.ts";
import { formatTemplate, scanTemplate, type TemplatePart } from "./template.ts";

/** Null: declared without a value, which somebody has to give. */
export type Variables = ReadonlyMap<string, Value>;

/** What a place may hold beside text and variables. */
export interface Place {
  /** `${env:…}` and `${file:…}`. */
  readonly secrets: boolean;
  /** `${<address>.<field>}`. */
  readonly references: boolean;
}

export interface Filling {
  readonly variables: Variables;
  readonly sources: Sources;
  readonly problems: Problem[];
}

/** A spec with variables filled in; the rest remains a template. A secret field must name where its value comes from. */
export function fillSpec(spec: Spec, rule: FieldRule, filling: Filling): Spec {
  if (!anyField(rule, "secret") && !hasDollar(spec)) return spec;
  return asSpec(fill(spec, rule, { secrets: false, references: true }, ["spec"], filling, formatTemplate));
}

/** What may name documents and hold no secret, at `path` of the stack file: the value of an output. */
export function fillReferences(value: Value, path: Path, filling: Filling): Value {
  if (!hasDollar(value)) return value;
  return fill(value, {}, { secrets: false, references: true }, path, filling, formatTemplate);
}

/** Settings of an instance, at `path` of the stack file; secrets anywhere, references nowhere. */
export function fillSettings(settings: Spec, rule: FieldRule, path: Path, filling: Filling): Spec {
  return asSpec(fill(settings, rule, { secrets: true, references: false }, path, filling, formatTemplate));
}

/**
 * A value that is known now: names, labels, limits. Comes out as plain text, escapes undone; what the rule calls a
 * secret stays a template.
 */
export function fillPlain(value: Value, path: Path, filling: Filling, rule: FieldRule = {}): Value {
  if (!hasDollar(value) && !anyField(rule, "secret")) return value;
  return fill(value, rule, { secrets: false, references: false }, path, filling, (parts) =>
    parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
  );
}

/** Secret fields as everybody but the writing step sees them. */
export function withSecrets(value: Value, rule: FieldRule): Value {
  if (rule.secret === true && typeof value === "string") return { $secret: value };
  if (isList(value)) {
    const item = rule.secret === true ? { ...rule.items, secret: true } : rule.items;
    return item === undefined ? value : value.map((element) => withSecrets(element, item));
  }
  if (!isObject(value) || !anyField(rule, "secret")) return value;
  const { properties, additional } = rule;
  if (properties === undefined && additional === undefined) return value;
  return mapFields(value, (field, key) => withSecrets(field, properties?.get(key) ?? additional ?? {}));
}

type Render = (parts: readonly TemplatePart[]) => string;

function fill(value: Value, rule: FieldRule, place: Place, path: Path, filling: Filling, render: Render): Value {
  if (typeof value === "string") {
    const own = rule.secret === true ? { secrets: true, references: false } : place;
    const filled = value.includes("${")
      ? text(value, own, path, filling, own === place ? render : formatTemplate)
      : value;
    if (rule.secret === true) refuseLiteral(value, path, filling);
    return filled;
  }
  if (isList(value)) {
    const item = rule.secret === true ? { ...rule.items, secret: true } : (rule.items ?? {});
    return value.map((element, index) => fill(element, item, place, [...path, index], filling, render));
  }
  if (!isObject(value)) return value;
  return mapFields(value, (field, key) => {
    const at = [...path, key];
    if (key === "$secret" || key === "$unknown")
      report(filling, at, "forbidden-key", `"${key}" cannot be a key.`, "Choose another name.");
    return fill(field, rule.properties?.get(key) ?? rule.additional ?? {}, place, at, filling, render);
  });
}

function text(template: string, place: Place, path: Path, filling: Filling, render: Render): Value {
  const parts = scanTemplate(template);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "var") {
    const value = variable(only.name, path, filling);
    return value === undefined ? "" : mapText(value, (plain) => render([{ kind: "text", text: plain }]));
  }
  return render(
    parts.flatMap((part): TemplatePart[] => {
      if (part.kind === "var") return variableText(part.name, path, filling);
      refuseMisplaced(part, place, path, filling);
      return [part];
    }),
  );
}

function variable(name: string, path: Path, filling: Filling): Value | undefined {
  const value = filling.variables.get(name);
  if (value !== undefined && value !== null) return value;
  const known = [...filling.variables.keys()].sort();
  const near = nearest(name, known);
  const list = known.length === 0 ? "The stack defines none." : `The stack defines ${listed(known, 12)}.`;
  const declared = value === null;
  report(
    filling,
    path,
    "missing-variable",
    declared ? `The variable ${name} has no value.` : `There is no variable ${name}.`,
    declared
      ? `Give it one: --var ${name}=…`
      : `${near} ${list} Add it under vars: in accord.yaml, or give --var ${name}=…`.trim(),
  );
  return undefined;
}

function variableText(name: string, path: Path, filling: Filling): TemplatePart[] {
  const value = variable(name, path, filling);
  if (value === undefined) return [];
  if (isList(value) || isObject(value)) {
    const kind = isList(value) ? "list" : "mapping";
    report(
      filling,
      path,
      "wrong-type",
      `The variable ${name} is a ${kind} and cannot stand inside text.`,
      `Make \${var:${name}} the whole value.`,
    );
    return [];
  }
  return [{ kind: "text", text: String(value) }];
}

function refuseMisplaced(part: TemplatePart, place: Place, path: Path, filling: Filling): void {
  if (part.kind === "invalid") {
    report(filling, path, "bad-template", `${part.text} ${part.reason}.`, "Write $${ for a literal ${.");
  } else if (part.kind === "reference" && !place.references) {
    const message = `\${${part.address}.${part.field}} stands where no other document may be named: ${dotted(path)}.`;
    report(filling, path, "misplaced-reference", message, "References belong into specs.");
  } else if ((part.kind === "env" || part.kind === "file") && !place.secrets) {
    const message = `\${${part.kind}:${part.name}} is allowed in provider settings and secret fields only; ${dotted(path)} is neither.`;
    report(filling, path, "misplaced-secret", message, "Use ${var:name} for what may be seen.");
  } else if (part.kind === "file" && !isBelow(part.name)) {
    const message = `\${file:${part.name}} leads out of the stack directory.`;
    report(filling, path, "outside-stack", message, "Give a path below the stack directory, or use ${env:NAME}.");
  }
}

/** A variable is no way around: its value is written in a file or on a command line. */
function refuseLiteral(written: string, path: Path, filling: Filling): void {
  if (scanTemplate(written).some((part) => part.kind !== "text" && part.kind !== "var")) return;
  report(
    filling,
    path,
    "literal-secret",
    `${dotted(path)} is a secret, and secrets do not belong into files.`,
    "Write ${env:NAME} or ${file:path}.",
  );
}

/** A relative path that stays where it starts. */
export function isBelow(path: string): boolean {
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0")) return false;
  return !path.split("/").some((segment) => segment === ".." || segment === "");
}

function report(filling: Filling, path: Path, code: string, message: string, hint: string): void {
  const source = sourceAt(filling.sources, path);
  filling.problems.push({ code, message, hint, ...(source === undefined ? {} : { source }) });
}

function mapText(value: Value, change: (text: string) => string): Value {
  if (typeof value === "string") return change(value);
  if (isList(value)) return value.map((item) => mapText(item, change));
  return isObject(value) ? mapFields(value, (field) => mapText(field, change)) : value;
}

/** The same object where no field changed: most hold nothing to fill in. */
function mapFields(value: Spec, change: (field: Value, key: string) => Value): Spec {
  let changed: Record<string, Value> | undefined;
  for (const [key, field] of Object.entries(value)) {
    const next = change(field, key);
    if (next === field) continue;
    changed ??= { ...value };
    changed[key] = next;
  }
  return changed ?? value;
}
