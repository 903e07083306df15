/** From `unknown` to the few fields we read; an answer of another shape fails loudly, naming what was expected. */
import type { Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";

export type Fields = { readonly [key: string]: unknown };

export function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw unexpected(what, "is not an object");
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf<T>(value: unknown, what: string, narrow: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw unexpected(what, "is not a list");
  return value.map(narrow);
}

export function textOf(fields: Fields, name: string, what: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  throw unexpected(what, `has not "${name}"`);
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" ? value : undefined;
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** An object inside an object; empty where Okta left it out. */
export function within(fields: Fields, ...names: readonly string[]): Fields {
  let at = fields;
  for (const name of names) {
    const next = at[name];
    if (!isFields(next)) return {};
    at = next;
  }
  return at;
}

/** Attributes with a value; a null is Okta's way of saying that there is none. */
export function attributesOf(value: unknown): Readonly<Record<string, Value>> {
  if (!isFields(value)) return {};
  const attributes: Record<string, Value> = {};
  for (const [name, raw] of Object.entries(value)) {
    const attribute = asValue(raw);
    if (attribute !== undefined && attribute !== null) attributes[name] = attribute;
  }
  return attributes;
}

function asValue(raw: unknown): Value | undefined {
  if (raw === null || typeof raw === "boolean" || typeof raw === "number" || typeof raw === "string") return raw;
  if (Array.isArray(raw)) return raw.map((item) => asValue(item) ?? null);
  return isFields(raw) ? attributesOf(raw) : undefined;
}

function unexpected(what: string, wrong: string): ProblemError {
  return new ProblemError({
    code: "okta-unexpected-answer",
    message: `Okta's answer for ${what} ${wrong}.`,
    hint: "Something between here and Okta may answer in its place; `--verbose` shows the requests.",
  });
}
