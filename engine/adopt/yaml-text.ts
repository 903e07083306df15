/** A value as YAML that a person would have written: short things on one line, text in blocks, quotes where needed. */
import { scalarOf } from "../config/yaml-scalar.ts";
import type { Value } from "../model.ts";
import { isList, isObject } from "../value.ts";

/** Columns of a line. */
const WIDTH = 100;

/** A mapping as a block, one member a line or more; ends with a line break. */
export function yamlBlock(members: { readonly [key: string]: Value }, indent = 0): string {
  return `${mappingLines(members, indent).join("\n")}\n`;
}

export interface Beside {
  /** Column of the lines below. */
  readonly indent: number;
  /** Columns that the line has already. */
  readonly used: number;
  /** Behind a dash a collection begins on the same line. */
  readonly dash: boolean;
  /** A mapping has its members on lines of their own, short as they may be: its neighbours have. */
  readonly apart?: boolean;
}

/** What stands behind a colon or dash, and after it the lines below. */
export function blockOf(value: Value, { indent, used, dash, apart = false }: Beside): readonly string[] {
  const text = typeof value === "string" ? blockText(value, indent) : undefined;
  if (text !== undefined) return text;
  const short = line(value);
  const fits = used + 1 + short.length <= WIDTH && !(apart && isObject(value));
  if (fits || !hasParts(value)) return [short];
  const lines = partLines(value, indent);
  return dash ? [lines[0]?.trimStart() ?? "", ...lines.slice(1)] : ["", ...lines];
}

/** On a line of its own; in brackets or braces; in quotes of one kind or the other, where those can hold it. */
export { flow as inBrackets, line as onLine, quoted, quotedOnce };

function mappingLines(members: { readonly [key: string]: Value }, indent: number): string[] {
  return Object.entries(members).flatMap(([key, value]) => memberLines(key, value, indent));
}

function memberLines(key: string, value: Value, indent: number): string[] {
  const lead = `${" ".repeat(indent)}${scalar(key)}:`;
  const text = typeof value === "string" ? blockText(value, indent + 2) : undefined;
  if (text !== undefined) return [`${lead} ${text[0]}`, ...text.slice(1)];
  const short = `${lead} ${line(value)}`;
  if (short.length <= WIDTH || !hasParts(value)) return [short];
  return [lead, ...partLines(value, indent + 2)];
}

function partLines(value: Value, indent: number): string[] {
  if (isObject(value)) return mappingLines(value, indent);
  const dash = `${" ".repeat(indent)}- `;
  return (isList(value) ? value : []).flatMap((item) => {
    const text = typeof item === "string" ? blockText(item, indent + 2) : undefined;
    if (text !== undefined) return [`${dash}${text[0]}`, ...text.slice(1)];
    const short = `${dash}${line(item)}`;
    if (short.length <= WIDTH || !hasParts(item)) return [short];
    const [first = "", ...rest] = partLines(item, indent + 2);
    return [`${dash}${first.trimStart()}`, ...rest];
  });
}

function hasParts(value: Value): boolean {
  return isList(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

function line(value: Value): string {
  return typeof value === "string" ? scalar(value, PLAIN_LINE) : flow(value);
}

function flow(value: Value): string {
  if (typeof value === "string") return scalar(value);
  if (isList(value)) return `[${value.map(flow).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${scalar(key)}: ${flow(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Letters, digits and what never means anything to YAML, inside brackets or out. */
const PLAIN = /^[\p{L}\p{N}_/](?:[\p{L}\p{N}._@/+()=;~ -]*[\p{L}\p{N}._@/+()=;~-])?$/u;
/** What a double-quoted text shows only as an escape: controls, line ends of other alphabets, marks that do not print. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u00a0]/u;

/** In a line of its own, a bracket or comma means nothing either. */
const PLAIN_LINE = /^[\p{L}\p{N}_/](?:(?!: | #|\$\{).)*(?<![\s:])$/u;

function scalar(text: string, plain = PLAIN): string {
  if (plain.test(text) && !UNSEEN.test(text) && isText(text)) return text;
  return (/["\\]/.test(text) ? quotedOnce(text) : undefined) ?? quoted(text);
}

function quotedOnce(text: string): string | undefined {
  return UNSEEN.test(text) ? undefined : `'${text.replaceAll("'", "''")}'`;
}

function isText(text: string): boolean {
  const meant = scalarOf(text);
  return "value" in meant && typeof meant.value === "string";
}

function quoted(text: string): string {
  const unseen = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [...JSON.stringify(text)]
    .map((char) => (UNSEEN.test(char) ? char.split("").map(unseen).join("") : char))
    .join("");
}

/** Several lines of text as a literal block, its head first; undefined where quotes are the safer way to write it. */
function blockText(text: string, indent: number): string[] | undefined {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (!body.includes("\n") || /^[ \n]/.test(body) || body.endsWith("\n") || body.endsWith(" ")) return undefined;
  if (UNSEEN.test(body.replaceAll("\n", "")) || /[ \t]$/m.test(body)) return undefined;
  const lines = body.split("\n").map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`));
  return [text === body ? "|-" : "|", ...lines];
}
