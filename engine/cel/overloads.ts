/**
 * What the library lacks of CEL's standard functions, and `matches` as RE2: JavaScript's own RegExp accepts other
 * patterns and can take seconds on a hostile one. Overriding a built-in is refused, so calls of `matches` are renamed
 * before they are compiled, to a name as long, which keeps every position as it was.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";

export const MATCHES = "matches";
export const MATCHES_RE2 = "re2find";

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
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction("string.replace(string, string, int): string", replaceSome)
    .registerOperator("bytes < bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) < 0)
    .registerOperator("bytes <= bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) <= 0)
    .registerOperator("bytes > bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) > 0)
    .registerOperator("bytes >= bytes", (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) >= 0);
}

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
