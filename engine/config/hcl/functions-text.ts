/** Terraform's functions over texts. Characters are what Terraform counts: code points. */
import { Refused, type Term } from "./terms.ts";
import { listOf, numberOf, type PureFunction, textOf } from "./wanted.ts";

export const TEXTS: Readonly<Record<string, PureFunction>> = {
  lower: (text = null) => textOf(text).toLowerCase(),
  upper: (text = null) => textOf(text).toUpperCase(),
  title: (text = null) =>
    textOf(text).replaceAll(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  trimspace: (text = null) => textOf(text).trim(),
  chomp: (text = null) => textOf(text).replace(/(?:\r?\n)+$/, ""),
  trim: (text = null, cut = null) => trimmed(textOf(text), textOf(cut), true, true),
  trimprefix: (text = null, prefix = null) => without(textOf(text), textOf(prefix), true),
  trimsuffix: (text = null, suffix = null) => without(textOf(text), textOf(suffix), false),
  startswith: (text = null, prefix = null) => textOf(text).startsWith(textOf(prefix)),
  endswith: (text = null, suffix = null) => textOf(text).endsWith(textOf(suffix)),
  strcontains: (text = null, part = null) => textOf(text).includes(textOf(part)),
  strrev: (text = null) => [...textOf(text)].reverse().join(""),
  substr: (text = null, from = null, length = null) => substring([...textOf(text)], numberOf(from), numberOf(length)),
  split: (separator = null, text = null) => textOf(text).split(textOf(separator)),
  replace: (text = null, what = null, by = null) => replaced(textOf(text), textOf(what), textOf(by)),
  indent: (spaces = null, text = null) => textOf(text).replaceAll("\n", `\n${" ".repeat(numberOf(spaces))}`),
  format: (pattern = null, ...values) => formatted(textOf(pattern), values),
  formatlist: (pattern = null, ...values) => formattedList(textOf(pattern), values),
  parseint: (text = null, base = null) => whole(textOf(text), numberOf(base)),
  jsondecode: (text = null) => decoded(textOf(text)),
  base64encode: (text = null) => Buffer.from(textOf(text), "utf8").toString("base64"),
  base64decode: (text = null) => Buffer.from(textOf(text), "base64").toString("utf8"),
  urlencode: (text = null) =>
    encodeURIComponent(textOf(text))
      .replaceAll("%20", "+")
      .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
};

function trimmed(text: string, cut: string, start: boolean, end: boolean): string {
  const signs = [...text];
  const among = new Set(cut);
  while (start && among.has(signs[0] ?? "")) signs.shift();
  while (end && among.has(signs.at(-1) ?? "")) signs.pop();
  return signs.join("");
}

function without(text: string, part: string, atStart: boolean): string {
  if (part === "") return text;
  if (atStart) return text.startsWith(part) ? text.slice(part.length) : text;
  return text.endsWith(part) ? text.slice(0, -part.length) : text;
}

function substring(signs: readonly string[], from: number, length: number): string {
  const start = from < 0 ? signs.length + from : from;
  return signs.slice(start, length < 0 ? undefined : start + length).join("");
}

function replaced(text: string, what: string, by: string): string {
  if (/^\/.*\/$/s.test(what))
    throw new Refused("replace(…) with a pattern is not worked out", "Replace plain text, or do it in TypeScript.");
  return text.replaceAll(what, () => by);
}

/** `%s`, `%d`, `%q`, `%v`, `%t`, `%%`, with widths of whole numbers. */
function formatted(pattern: string, values: readonly Term[]): string {
  let next = 0;
  const text = pattern.replaceAll(
    /%(-|0)?(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (all, flag: string | undefined, width: string | undefined, digits: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (next >= values.length) throw new Refused(`format(${JSON.stringify(pattern)}) has more verbs than values`);
      const plain = shown(all, verb, digits, values[next++] ?? null);
      if (width === undefined) return plain;
      return flag === "-" ? plain.padEnd(Number(width)) : plain.padStart(Number(width), flag === "0" ? "0" : " ");
    },
  );
  if (next < values.length) throw new Refused(`format(${JSON.stringify(pattern)}) has more values than verbs`);
  return text;
}

function shown(all: string, verb: string, digits: string | undefined, value: Term): string {
  switch (verb) {
    case "s":
    case "t":
      return textOf(value);
    case "v":
      return typeof value === "object" ? JSON.stringify(value) : textOf(value);
    case "q":
      return JSON.stringify(textOf(value));
    case "d":
      return String(Math.trunc(numberOf(value)));
    case "f":
      return numberOf(value).toFixed(Number(digits ?? 6));
    case "x":
      return Math.trunc(numberOf(value)).toString(16);
    default:
      throw new Refused(`format(…) does not know ${all}`);
  }
}

function formattedList(pattern: string, values: readonly Term[]): Term {
  const length = Math.max(0, ...values.map((value) => (Array.isArray(value) ? value.length : 0)));
  return Array.from({ length }, (_, index) =>
    formatted(
      pattern,
      values.map((value) => (Array.isArray(value) ? (listOf(value)[index] ?? null) : value)),
    ),
  );
}

function whole(text: string, base: number): number {
  const number = Number.parseInt(text, base);
  if (Number.isNaN(number))
    throw new Refused(`parseint(…): ${JSON.stringify(text)} is no whole number of base ${base}`);
  return number;
}

function decoded(text: string): Term {
  try {
    return JSON.parse(text) as Term;
  } catch (cause) {
    throw new Refused(
      `jsondecode(…): ${JSON.stringify(text)} is no JSON (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
}
