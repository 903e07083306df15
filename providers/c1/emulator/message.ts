/**
 * Proto3 messages as JSON, described once and used three ways: a request is read against a description (an unknown
 * field, a wrong type or a second arm of a oneof is a 400), a row is completed from it, and an answer emits exactly
 * its fields, unpopulated scalars included (c1.md §2).
 */
import { isFields } from "../../shared/narrow.ts";
import { isKsuid } from "./ksuid.ts";
import { invalid } from "./status.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** How a field is read from a request and what an answer shows where nothing was set. */
export interface Shape<T> {
  zero(): T;
  read(value: unknown, path: string): T;
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** The complete value of a message with these fields. */
export type Made<F extends Fields> = { readonly [K in keyof F]: F[K] extends Shape<infer T> ? T : never };

/** The complete value of a message: `Value<typeof App>`. */
export type Value<M> = M extends Message<infer F> ? Made<F> : never;

/** As a field, a message that is not set is null. */
export interface Message<F extends Fields> extends Shape<Made<F> | null> {
  readonly fields: F;
  readonly oneOf: readonly (readonly (keyof F & string)[])[];
  /** The fields that a request's body holds, and no others. */
  given(body: unknown, path?: string): Partial<Made<F>>;
  /** Completes a value with zeros and drops what the message does not have. */
  make(value: Partial<Made<F>>): Made<F>;
  /** The message where it cannot be null: as an element of a list or map. */
  readonly element: Shape<Made<F>>;
}

export const text = scalar<string>("", (value) => (typeof value === "string" ? value : undefined), "a string");
export const flag = scalar<boolean>(false, (value) => (typeof value === "boolean" ? value : undefined), "a boolean");
export const whole = scalar<number>(0, (value) => (Number.isInteger(value) ? Number(value) : undefined), "an integer");
export const optionalWhole = scalar<number | null>(
  null,
  (v) => (Number.isInteger(v) ? Number(v) : undefined),
  "an integer",
);
export const optionalText = scalar<string | null>(null, (v) => (typeof v === "string" ? v : undefined), "a string");

/** 64-bit integers travel as strings. */
export const long = scalar<string>("0", asLong, "a 64-bit integer");

/** RFC 3339; null when unset. */
export const time = scalar<string | null>(null, asTime, "an RFC 3339 timestamp");

/** "3600s"; null when unset. `"1h"` is refused (c1.md §2). */
export const span = scalar<string | null>(
  null,
  (value) => (typeof value === "string" && /^-?\d+(\.\d{1,9})?s$/.test(value) ? value : undefined),
  'a duration in seconds, such as "3600s"',
);

/** An id, or empty where nothing is referenced. */
export const id = scalar<string>(
  "",
  (value) => (typeof value === "string" && (value === "" || isKsuid(value)) ? value : undefined),
  'a value that matches the regex pattern "^[a-zA-Z0-9]{27}$"',
);

/** An arm that means something by being there: `"durationUnset": {}`. */
export const empty = scalar<JsonObject | null>(null, (v) => (isFields(v) ? {} : undefined), "an object");

/** A free-form object (Struct, Any); null when unset. */
export const anything = scalar<JsonObject | null>(null, (v) => (isJsonObject(v) ? v : undefined), "an object");

/** Where a message is only ever answered and its inside is made by the emulator alone. */
export const answered = anything;

/** An enum by full name; the first is what unset reads as. */
export function choice<const T extends string>(first: T, ...others: readonly T[]): Shape<T> {
  const names: readonly T[] = [first, ...others];
  return scalar<T>(first, (value) => names.find((name, number) => name === value || number === value), "an enum value");
}

export function list<T>(of: Shape<T>): Shape<readonly T[]> {
  return {
    zero: () => [],
    read(value, path) {
      if (value === null) return [];
      if (!Array.isArray(value)) throw wrong(path, "a list");
      return value.map((element: unknown, index) => of.read(element, `${path}[${index}]`));
    },
  };
}

export function map<T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    zero: () => ({}),
    read(value, path) {
      if (value === null) return {};
      if (!isFields(value)) throw wrong(path, "an object");
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, of.read(entry, `${path}["${key}"]`)]),
      );
    },
  };
}

/** `oneOf` names the groups of sibling fields of which at most one may be set. */
export function message<F extends Fields>(
  fields: F,
  oneOf: readonly (readonly (keyof F & string)[])[] = [],
): Message<F> {
  const given = (body: unknown, path = ""): Partial<Made<F>> => {
    if (!isFields(body)) throw wrong(path || "request", "an object");
    const value: Record<string, unknown> = {};
    for (const [name, entry] of Object.entries(body)) {
      const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (shape === undefined) throw invalid(`proto: (line 1:1): unknown field "${name}"`);
      if (entry !== undefined) value[name] = shape.read(entry, path === "" ? name : `${path}.${name}`);
    }
    for (const group of oneOf) {
      const set = group.filter((name) => value[name] !== undefined && value[name] !== null);
      if (set.length > 1) throw invalid(`proto: (line 1:1): error parsing "${set[1]}", oneof is already set`);
    }
    return value as Partial<Made<F>>;
  };
  const shapes = Object.entries(fields);
  const make = (value: Partial<Made<F>>): Made<F> => {
    const made: Record<string, unknown> = {};
    for (const [name, shape] of shapes) made[name] = value[name] ?? shape.zero();
    return made as Made<F>;
  };
  const complete = (value: unknown, path: string): Made<F> => make(given(value, path));
  return {
    fields,
    oneOf,
    given,
    make,
    zero: () => null,
    read: (value, path) => (value === null ? null : complete(value, path)),
    element: { zero: () => make({}), read: complete },
  };
}

/** Bodies come out of JSON.parse, so an object's inside is JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return isFields(value);
}

function scalar<T>(zero: T, accept: (value: unknown) => T | undefined, wanted: string): Shape<T> {
  return {
    zero: () => zero,
    read(value, path) {
      if (value === null) return zero;
      const accepted = accept(value);
      if (accepted === undefined) throw wrong(path, wanted);
      return accepted;
    },
  };
}

function asLong(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^-?\d{1,19}$/.test(value) ? value : undefined;
}

function asTime(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

const wrong = (path: string, wanted: string) => invalid(`invalid ${path}: value must be ${wanted}`);
