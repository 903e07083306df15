/** Violations → sentences, in the words of someone who writes YAML. */
import type { Path, Value } from "../model.ts";
import { dotted, valueAt } from "../value.ts";
import { count, listed, nearest } from "../words.ts";
import type { JsonSchema } from "./rules.ts";
import type { Violation } from "./violations.ts";

export interface Sentence {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "empty",
};

const COMPARISONS: Readonly<Record<string, string>> = {
  minimum: "at least",
  maximum: "at most",
  exclusiveMinimum: "more than",
  exclusiveMaximum: "less than",
  multipleOf: "a multiple of",
};

/** `root` is where `value` stands in its document: `["spec"]`. */
export function sentenceOf(violation: Violation, value: Value, root: Path): Sentence {
  const where = dotted([...root, ...violation.path]) || "The document";
  const data = valueAt(value, violation.path);
  switch (violation.rule) {
    case "type": {
      const types = violation.types.map((type) => TYPES[type] ?? type);
      const hint = { ...hintOf(description(violation.schema)), ...quoteHint(violation.types, data) };
      return { code: "wrong-type", message: `${where} must be ${or(types)}, and is ${nameOf(data)}.`, ...hint };
    }
    case "values": {
      const meant = violation.values.find((value) => typeof value !== "string" && String(value) === data);
      if (meant !== undefined) {
        const message = `${where} must be ${or(violation.values.map(shown))}, and is the text "${meant}".`;
        return { code: "wrong-value", message, hint: `Write it without quotes: ${meant}.` };
      }
      return {
        code: "wrong-value",
        message: `${where} must be ${or(violation.values.map(shown))}, and is ${shown(data)}.`,
        ...hintOf(nearText(data, violation.values) || description(violation.schema)),
      };
    }
    case "missing": {
      const [name] = violation.names;
      const about = violation.names.length === 1 ? description(violation.schema, name) : undefined;
      return {
        code: "missing-field",
        message: `${where} needs ${or(violation.names)}.`,
        hint: about === undefined ? `Add ${or(violation.names)}.` : `${name}: ${about}`,
      };
    }
    case "unknown": {
      const known =
        violation.known.length === 0 ? "It takes no fields." : `It takes ${listed([...violation.known], 12)}.`;
      return {
        code: "unknown-field",
        message: `${where} has no field "${violation.name}".`,
        hint: nearest(violation.name, violation.known) || known,
      };
    }
    case "other":
      return { code: "wrong-value", ...otherSentence(violation, where, data) };
  }
}

type Other = Extract<Violation, { rule: "other" }>;

function otherSentence({ keyword, params, schema }: Other, where: string, data: Value | undefined) {
  const about = hintOf(description(schema));
  const limit = Number(params.limit);
  const size = (noun: string): string => `${keyword.startsWith("max") ? "at most" : "at least"} ${count(limit, noun)}`;
  switch (keyword) {
    case "pattern": {
      const given = schema["x-secret"] === true ? "" : `: ${shown(data)}`;
      return {
        message: `${where} does not look as it must${given}.`,
        hint: about.hint ?? `It must match ${params.pattern}.`,
      };
    }
    case "format":
      return { message: `${where} is no valid ${params.format}: ${shown(data)}.`, ...about };
    case "minLength":
    case "maxLength":
      if (data === "") return { message: `${where} must not be empty.`, ...about };
      return { message: `${where} must have ${size("character")}.`, ...about };
    case "minItems":
    case "maxItems":
      return { message: `${where} must hold ${size("item")}.`, ...about };
    case "minProperties":
    case "maxProperties":
      return { message: `${where} must hold ${size("field")}.`, ...about };
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
    case "multipleOf":
      return {
        message: `${where} must be ${COMPARISONS[keyword]} ${params.limit ?? params.multipleOf}.`,
        ...about,
      };
    case "uniqueItems":
      return {
        message: `${where} holds the same item twice: [${params.j}] and [${params.i}].`,
        hint: "Remove one of them.",
      };
    case "dependentRequired":
      return { message: `${where} has ${params.property}, and so needs ${params.missingProperty}.`, ...about };
    case "oneOf":
      return {
        message: `${where} fits more than one of its forms.`,
        hint: about.hint ?? "Remove the fields of all but one.",
      };
    case "not":
    case "false schema":
      return { message: `${where} is not allowed as it stands here.`, ...about };
    case "propertyNames":
      return { message: `${where} has a key that it cannot have: "${params.propertyName}".`, ...about };
    default:
      return { message: `${where} does not satisfy its schema (${keyword}).`, ...about };
  }
}

/** A number or a flag where text belongs: YAML reads `on-call: 012` as twelve. */
function quoteHint(types: readonly string[], data: Value | undefined): { readonly hint?: string } {
  if (data === null) return { hint: "Give it a value, or remove the key." };
  if (types.includes("string") && (typeof data === "number" || typeof data === "boolean")) {
    return { hint: `Quote it to make it text: "${data}".` };
  }
  if (types.includes("array") && typeof data === "string") return { hint: `Write it as a list: [${data}].` };
  if (
    typeof data === "string" &&
    (types.includes("boolean") || types.includes("number") || types.includes("integer"))
  ) {
    return { hint: "Write it without quotes." };
  }
  return {};
}

/** Only text is misspelt. */
function nearText(data: Value | undefined, values: readonly unknown[]): string {
  return typeof data === "string" ? nearest(data, values.map(String)) : "";
}

function nameOf(data: Value | undefined): string {
  if (data === null || data === undefined) return "empty";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a mapping";
  return typeof data === "string" ? "text" : shown(data);
}

/** A value as it would be written, cut to a readable length. */
function shown(data: unknown): string {
  if (typeof data === "object" && data !== null) return Array.isArray(data) ? "a list" : "a mapping";
  const text = typeof data === "string" && /^[\w./@+-]+$/.test(data) ? data : JSON.stringify(data ?? null);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function or(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2 ? (unique[0] ?? "") : `${unique.slice(0, -1).join(", ")} or ${unique.at(-1)}`;
}

/** The first sentence of what a schema says about itself or one of its properties. */
function description(schema: JsonSchema, property?: string): string | undefined {
  let at: unknown = schema;
  if (property !== undefined) at = isObject(schema.properties) ? schema.properties[property] : undefined;
  const text = isObject(at) ? at.description : undefined;
  return typeof text === "string" ? (/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text) : undefined;
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined || hint === "" ? {} : { hint };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
