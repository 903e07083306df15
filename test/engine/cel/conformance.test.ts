/**
 * The public CEL conformance cases (ACCORD_SPECS/cel), against what we make of the library. The cases that fail are
 * listed by name in known-failures.json, with the reason: an upgrade, or an overload of ours, that mends or breaks one
 * shows up here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCel, compileCel, respelled } from "../../../engine/cel/cel.ts";
import type { CelEnvironment } from "../../../engine/cel/environment.ts";
import { libraryOf } from "../../../engine/cel/library.ts";
import { celParts, weigh } from "../../../engine/cel/parts.ts";
import { type Outcome, possible } from "../../../engine/cel/possible.ts";

type Typed = Readonly<Record<string, unknown>>;

interface Case {
  readonly section: string;
  readonly name: string;
  readonly expr: string;
  readonly checkOnly?: true;
  readonly typeEnv?: readonly { readonly name: string; readonly type?: string }[];
  readonly bindings?: Readonly<Record<string, Typed>>;
  readonly expect: { readonly value?: Typed; readonly type?: string; readonly error?: true };
}

const folder = join(process.env.ACCORD_SPECS ?? "", "cel");
interface Known {
  readonly why: string;
  /** File → `section/name`. */
  readonly cases: Readonly<Record<string, readonly string[]>>;
}
const known: readonly Known[] = JSON.parse(readFileSync(new URL("./known-failures.json", import.meta.url), "utf8"));
const knownIn = (file: string): readonly string[] =>
  known.flatMap(({ cases }) => cases[file.replace(".json", "")] ?? []).sort();

describe.skipIf(process.env.ACCORD_SPECS === undefined || !existsSync(folder))(
  "CEL conformance (skipped without ACCORD_SPECS)",
  () => {
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
    it.each(files)("%s, taken apart into its tests and weighed, comes to the same", (file) => {
      const { cases } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { cases: Case[] };
      for (const one of cases) {
        const whole = ranAsBool(one);
        if (whole !== undefined)
          expect({ text: one.expr, comes: weighed(one) }).toEqual({ text: one.expr, comes: [whole] });
      }
    });
    it.each(files)("%s passes but for what is known", (file) => {
      const { cases } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { cases: Case[] };
      const failed = cases.filter((one) => !passes(one)).map((one) => `${one.section}/${one.name}`);
      expect([...new Set(failed)].sort()).toEqual(knownIn(file));
    });
  },
);

function environmentOf(one: Case): CelEnvironment {
  return {
    name: "a case",
    variables: Object.fromEntries(
      (one.typeEnv ?? []).flatMap(({ name, type }) => (type ? [[name, typeOf(type)]] : [])),
    ),
  };
}

function boundIn(one: Case): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(one.bindings ?? {}).map(([name, value]) => [name, native(value)]));
}

/** Of a case that compiles, and is about a truth: what the whole expression comes to. */
function ranAsBool(one: Case): Outcome | undefined {
  const about = one.expect.error === true || typeof one.expect.value?.bool === "boolean";
  if (!about || one.checkOnly === true || checkCel(one.expr, environmentOf(one)).length > 0) return undefined;
  const ran = compileCel(one.expr, environmentOf(one)).run(boundIn(one));
  if (!ran.ok) return "error";
  return typeof ran.value === "boolean" ? (ran.value ? "true" : "false") : undefined;
}

function weighed(one: Case): readonly Outcome[] {
  const parts = celParts(one.expr, environmentOf(one));
  if (parts === undefined) return [];
  const bound = boundIn(one);
  const { outcomes } = weigh(parts, ({ program }) => {
    const ran = program.run(bound);
    return possible([!ran.ok || typeof ran.value !== "boolean" ? "error" : ran.value ? "true" : "false"]);
  });
  return [...outcomes];
}

function passes(one: Case): boolean {
  const definition = environmentOf(one);
  try {
    const library = libraryOf(definition);
    const checked = library.environment.check(one.expr);
    if (!checked.valid) throw checked.error;
    if (one.checkOnly === true) return checked.type === typeOf(one.expect.type ?? "");
    const bindings = Object.entries(one.bindings ?? {}).map(([name, value]) => [name, native(value)]);
    const value: unknown = library.environment.parse(respelled(one.expr, library))(Object.fromEntries(bindings));
    return one.expect.error !== true && one.expect.value !== undefined && same(value, one.expect.value);
  } catch {
    return one.expect.error === true;
  }
}

/** `map(string, list(int))` in the library's spelling. */
function typeOf(type: string): string {
  return type
    .replaceAll("(", "<")
    .replaceAll(")", ">")
    .replace("null_type", "null")
    .replace(/\b(timestamp|duration)\b/g, (name) =>
      name === "timestamp" ? "google.protobuf.Timestamp" : "google.protobuf.Duration",
    );
}

function native(typed: Typed): unknown {
  const [kind = "", value] = Object.entries(typed)[0] ?? [];
  switch (kind) {
    case "int":
      return BigInt(String(value));
    case "uint":
      return literal(`${value}u`);
    case "double":
      return typeof value === "string" ? Number(value) : value;
    case "bytes":
      return new Uint8Array(Buffer.from(String(value), "base64"));
    case "timestamp":
      return literal(`timestamp(${JSON.stringify(value)})`);
    case "duration":
      return literal(`duration(${JSON.stringify(value)})`);
    case "list":
      return (value as Typed[]).map(native);
    case "map":
      return new Map((value as [Typed, Typed][]).map(([key, item]) => [native(key), native(item)]));
    default:
      return value;
  }
}

function literal(text: string): unknown {
  return libraryOf(plain).environment.parse(text)({});
}
const plain: CelEnvironment = { name: "a literal", variables: {} };

/** Same kind and value: 1, 1u and 1.0 are three results. */
function same(value: unknown, typed: Typed): boolean {
  const [kind = "", want] = Object.entries(typed)[0] ?? [];
  switch (kind) {
    case "int":
      return typeof value === "bigint" && value === BigInt(String(want));
    case "uint":
      return named(value, "UnsignedInt") && String(value) === want;
    case "double":
      return typeof value === "number" && Object.is(value + 0, Number(want) + 0);
    case "bytes":
      return value instanceof Uint8Array && Buffer.from(value).toString("base64") === want;
    case "timestamp":
      return value instanceof Date && value.getTime() === Date.parse(String(want)) && !/\.\d{4,}/.test(String(want));
    case "duration":
      return named(value, "Duration") && String(value) === String(literal(`duration(${JSON.stringify(want)})`));
    case "type":
      return String(value) === `type(${want})` || (isNamed(value) && value.name === typeOf(String(want)));
    case "list": {
      const items = want as Typed[];
      return Array.isArray(value) && value.length === items.length && items.every((item, at) => same(value[at], item));
    }
    case "map": {
      const entries = value instanceof Map ? [...value] : isObject(value) ? Object.entries(value) : [];
      const pairs = want as [Typed, Typed][];
      return (
        isObject(value) &&
        entries.length === pairs.length &&
        pairs.every(([key, item]) =>
          entries.some(([k, v]) => (same(k, key) || String(k) === String(native(key))) && same(v, item)),
        )
      );
    }
    default:
      return value === want;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isNamed(value: unknown): value is { name: string } {
  return isObject(value) && "name" in value;
}

function named(value: unknown, name: string): boolean {
  return isObject(value) && value.constructor.name === name;
}
