/** What a part of an expression comes to for one person: a value, or why nobody can tell; with what it hung on. */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { Fact, Value } from "../../../engine/model.ts";

export type Result =
  | { readonly value: Value; readonly by: readonly Fact[] }
  | { readonly unknown: string; readonly by: readonly Fact[] };

export function known(value: Value, by: readonly Fact[] = []): Result {
  return { value, by };
}

export function unknown(why: string, by: readonly Fact[] = []): Result {
  return { unknown: why, by };
}

export function isUnknown(result: Result): result is Extract<Result, { readonly unknown: string }> {
  return "unknown" in result;
}

/** Java's regular expressions match the whole text. What RE2 cannot say (look-around) is undefined, never a hang. */
export function wholly(text: string, pattern: string): boolean | undefined {
  try {
    return RE2JS.matches(pattern, text);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return undefined;
    throw error;
  }
}
