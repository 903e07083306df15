/** Between JSON and CEL: CEL's ints are bigints, a plain number would be a double and refuse to compare with them. */
import type { Value } from "../model.ts";

/** What is as CEL wants it already: data that many expressions are asked about is made so once. */
const prepared = new WeakSet<object>();

/** The data, ready for any number of expressions. */
export function prepare(value: unknown): unknown {
  const ready = toCel(value);
  if (typeof ready === "object" && ready !== null) prepared.add(ready);
  return ready;
}

export function toCel(value: unknown): unknown {
  if (typeof value === "object" && value !== null && prepared.has(value)) return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
  return value;
}

/** What came out, as JSON; an int beyond what JSON can hold exactly is text. */
export function fromCel(value: unknown): Value {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]): [string, Value] => [String(key), fromCel(item)]));
  }
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromCel(item)]));
  return String(value);
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
