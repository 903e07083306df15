/**
 * What the library lacks of CEL's standard functions, and those that it answers otherwise than CEL: `matches`, since
 * JavaScript's own RegExp accepts other patterns and can take seconds on a hostile one, letter case and space beyond
 * ASCII, parts of a moment in a zone. Overriding a built-in is refused, so calls of these are renamed before they are
 * compiled, to a name as long, which keeps every position as it was.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { CLOCK_PARTS, clockPart } from "./zones.ts";

export const MATCHES = "matches";
const MATCHES_RE2 = "re2find";

/** Method → the name under which ours answers; `matches` is a function too. */
export const RESPELLED: ReadonlyMap<string, string> = new Map([
  [MATCHES, MATCHES_RE2],
  ...["lowerAscii", "upperAscii", "trim", ...CLOCK_PARTS].map((name) => [name, ours(name)] as const),
]);

function ours(name: string): string {
  return `_${name.slice(1)}`;
}

const TIMESTAMP = "google.protobuf.Timestamp";
const DURATION = "google.protobuf.Duration";
/** Compiled patterns; a rule over a hundred thousand people compiles its own once. */
const MOST_PATTERNS = 200;

export function registerOverloads(environment: Environment): void {
  environment
    .registerFunction("matches(string, string): bool", find)
    .registerFunction(`${MATCHES_RE2}(string, string): bool`, find)
    .registerFunction(`string.${MATCHES_RE2}(string): bool`, find)
    .registerFunction("int(uint): int", (value: { valueOf(): bigint }) => inRange(value.valueOf()))
    .registerFunction(`int(${TIMESTAMP}): int`, (value: Date) => BigInt(Math.floor(value.getTime() / 1_000)))
    .registerFunction(`string(${TIMESTAMP}): string`, (value: Date) => value.toISOString().replace(".000Z", "Z"))
    .registerFunction(`string(${DURATION}): string`, String)
    .registerFunction(`${DURATION_NAME}(${DURATION}): ${DURATION}`, identity)
    .registerFunction(`timestamp(${TIMESTAMP}): ${TIMESTAMP}`, identity)
    .registerFunction(`string.${ours("lowerAscii")}(): string`, (text: string) =>
      text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
    )
    .registerFunction(`string.${ours("upperAscii")}(): string`, (text: string) =>
      text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
    )
    .registerFunction(`string.${ours("trim")}(): string`, (text: string) => text.replaceAll(SPACE_AROUND, ""))
    .registerFunction("string.reverse(): string", (text: string) => [...text].reverse().join(""))
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction("string.replace(string, string, int): string", replaceSome)
    .registerOperator("bytes < bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) < 0)
    .registerOperator("bytes <= bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) <= 0)
    .registerOperator("bytes > bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) > 0)
    .registerOperator("bytes >= bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) >= 0);
  for (const name of CLOCK_PARTS) {
    environment
      .registerFunction(`${TIMESTAMP}.${ours(name)}(): int`, (moment: Date) => clockPart(name, moment))
      .registerFunction(`${TIMESTAMP}.${ours(name)}(string): int`, (moment: Date, zone: string) =>
        clockPart(name, moment, zone),
      );
  }
  for (const [name, milliseconds] of DURATION_PARTS) {
    environment.registerFunction(
      `${DURATION}.${ours(name)}(): int`,
      (span: Span) => (span.seconds * 1_000n) / milliseconds,
    );
  }
  environment.registerFunction(`${DURATION}.${ours("getMilliseconds")}(): int`, (span: Span) =>
    BigInt(Math.trunc(Number(span.nanos) / 1_000_000)),
  );
}

/** A duration as the library has it. */
interface Span {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Hours, minutes and seconds are totals; only the milliseconds are what is left beside the seconds. */
const DURATION_PARTS = [
  ["getHours", 3_600_000n],
  ["getMinutes", 60_000n],
  ["getSeconds", 1_000n],
] as const;

/** Unicode's White_Space, which is not JavaScript's. */
const SPACE_AROUND =
  /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+|[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+$/g;

const DURATION_NAME = "duration";
const patterns = new Map<string, RE2JS>();

/** Throws where the pattern is no RE2. */
export function compilePattern(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(pattern, compiled);
  return compiled;
}

function find(text: string, pattern: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}

function identity<T>(value: T): T {
  return value;
}

function inRange(value: bigint): bigint {
  if (value > 9_223_372_036_854_775_807n) throw new RangeError("int overflow");
  return value;
}

function charAt(text: string, index: bigint): string {
  const characters = [...text];
  const at = Number(index);
  if (at < 0 || at > characters.length) throw new RangeError("index out of range");
  return characters[at] ?? "";
}

function replaceSome(text: string, from: string, to: string, most: bigint): string {
  if (most < 0n) return text.replaceAll(from, () => to);
  let left = Number(most);
  return text.replaceAll(from, (found) => {
    left -= 1;
    return left >= 0 ? to : found;
  });
}
