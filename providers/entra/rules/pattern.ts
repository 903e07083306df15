import { RE2JS, RE2JSSyntaxException } from "re2js";

/**
 * A pattern of `-match`: without letter case and without anchors of its own (entra.md §16.2). Undefined for what only
 * .NET knows (look-around, back references), which is never run here, so that no pattern can hang a plan.
 */
export function patternOf(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return undefined;
    throw error;
  }
}

/** Is it one for any engine that knows more than RE2? */
export function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}
