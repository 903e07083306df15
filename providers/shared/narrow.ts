/**
 * From `unknown` to the few fields we read. What may be missing has a plain function; what must be there fails loudly
 * and in the vendor's name, with `expecting`.
 */
import type { Value } from "../../engine/model.ts";
import { type Problem, ProblemError } from "../../engine/problem.ts";

export type Fields = { readonly [key: string]: unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" ? value : undefined;
}

/** The texts of a list; anything else is no text and no list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** An object inside an object; empty where one on the way is missing. */
export function within(fields: Fields, ...names: readonly string[]): Fields {
  let at = fields;
  for (const name of names) {
    const next = at[name];
    if (!isFields(next)) return {};
    at = next;
  }
  return at;
}

/** JSON that is passed on as it came. */
export function jsonValue(raw: unknown): Value {
  if (raw === null || typeof raw === "boolean" || typeof raw === "number" || typeof raw === "string") return raw;
  if (Array.isArray(raw)) return raw.map(jsonValue);
  if (isFields(raw)) return Object.fromEntries(Object.entries(raw).map(([name, item]) => [name, jsonValue(item)]));
  return null;
}

/** Answers of another shape than the vendor describes: `wrong` continues "the answer for a group …". */
export interface Expecting {
  fieldsOf(value: unknown, what: string): Fields;
  listOf<T>(value: unknown, what: string, narrow: (item: unknown) => T): readonly T[];
  /** A text that says something: what is required is never blank. */
  textOf(fields: Fields, name: string, what: string): string;
}

export function expecting(problem: (what: string, wrong: string) => Problem): Expecting {
  const unexpected = (what: string, wrong: string): ProblemError => new ProblemError(problem(what, wrong));
  return {
    fieldsOf(value, what) {
      if (isFields(value)) return value;
      throw unexpected(what, "is not an object");
    },
    listOf(value, what, narrow) {
      if (!Array.isArray(value)) throw unexpected(what, "is not a list");
      return value.map(narrow);
    },
    textOf(fields, name, what) {
      const value = fields[name];
      if (typeof value === "string" && value !== "") return value;
      throw unexpected(what, `has not "${name}"`);
    },
  };
}
