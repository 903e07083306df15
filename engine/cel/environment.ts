import type { Excerpt } from "../problem.ts";

/**
 * What an expression may name, as data. A vendor's CEL environment is a value of this type; nothing else in the code
 * knows the library behind it.
 */

/** Field → type: `string`, `int`, `bool`, `list<string>`, `map<string, dyn>`, or the name of a type listed earlier. */
export type CelFields = Readonly<Record<string, string>>;

export interface CelFunction {
  /** With its namespace: `c1.user.v1.HasApp`, `now`. */
  readonly name: string;
  /** Type of the value it is called on (`string` for `s.ifEmpty("x")`); absent for a plain function. */
  readonly receiver?: string;
  readonly params: readonly string[];
  readonly result: string;
}

export interface CelEnvironment {
  /** What a message calls it: "a membership rule". */
  readonly name: string;
  /** Variable → type. */
  readonly variables: Readonly<Record<string, string>>;
  /** Own types, each before those that use it. */
  readonly types?: Readonly<Record<string, CelFields>>;
  readonly functions?: readonly CelFunction[];
  /** `UserStatus` → its names, numbered; `UserStatus.ENABLED` is then an int, as in Go's CEL. */
  readonly enums?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Further int constants that stand alone. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Type of the whole expression, or each that it may have; `dyn` or absent accepts any. */
  readonly result?: string | readonly string[];
}

/** A place in an expression: offsets for a caret line, line and column from 1. */
export interface CelRange {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with an expression, and where. */
export interface CelFinding {
  readonly code: string;
  readonly message: string;
  readonly range?: CelRange;
}

export function rangeOf(text: string, start: number, end: number): CelRange {
  const before = text.slice(0, start).split("\n");
  return { start, end: Math.max(end, start), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The line of the place, as people like to see it. */
export function excerptOf(text: string, range: CelRange): Excerpt {
  const line = text.split("\n")[range.line - 1] ?? "";
  const from = range.column - 1;
  return { line, from, to: Math.min(from + Math.max(1, range.end - range.start), Math.max(line.length, from + 1)) };
}
