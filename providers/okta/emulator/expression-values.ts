/** Values of rule expressions, and what an expression may ask about a user. */
import { RE2JS, RE2JSSyntaxException } from "re2js";

/** What cannot be known here: undocumented behaviour, data of other systems, a type error. */
export const UNKNOWN = Symbol("unknown");

export type Known = string | number | boolean | null | readonly Known[] | { readonly [key: string]: Known };
export type Result = Known | typeof UNKNOWN;

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly sourceId: string | undefined;
}

export interface Subject {
  readonly id: string;
  readonly status: string;
  /** Never set reads as null. */
  attribute(name: string): Known;
  groups(): readonly GroupFacts[];
}

/** Java's regular expressions match the whole text; what RE2 cannot say (look-around) is unknown, never a hang. */
export function wholly(text: string, pattern: string): Result {
  try {
    return RE2JS.matches(pattern, text);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return UNKNOWN;
    throw error;
  }
}

export function isKnown(value: unknown): value is Known {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return true;
  if (Array.isArray(value)) return value.every(isKnown);
  return typeof value === "object" && Object.values(value).every(isKnown);
}
