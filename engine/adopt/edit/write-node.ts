/** One value written in the place of another, as its neighbours are written: in brackets or as a block, quoted or not. */
import type { Value } from "../../model.ts";
import { isList, isObject } from "../../value.ts";
import { blockOf, inBrackets, onLine, quoted, quotedOnce } from "../yaml-text.ts";
import type { Edit } from "./edits.ts";
import { lineStart, type Node, nextLine, type TextNode } from "./nodes.ts";

/** Where a value stands. */
export interface Place {
  /** Inside brackets or braces. */
  readonly flow: boolean;
  /** Column of the key or dash before it. */
  readonly indent: number;
  /** Behind a dash a collection begins on the same line. */
  readonly dash: boolean;
  /** Behind the colon or dash, and the anchor. */
  readonly after: number;
  /** Line break of the file. */
  readonly end: string;
}

export function writeOver(text: string, node: Node, value: Value, place: Place): readonly Edit[] {
  if (place.flow) return [{ start: node.start, end: node.end, text: spaced(node, scalarLike(node, value, true)) }];
  if (node.type === "text" && typeof value === "string") {
    const over = overText(text, node, value, place.end);
    if (over !== undefined) return over;
  }
  const [head = "", ...below] = written(text, node, value, place);
  const lines = below.map((line) => `${line}${place.end}`).join("");
  if (node.type === "text") {
    return [
      { start: node.start, end: headEnd(text, node), text: head },
      { start: node.body, end: node.end, text: lines, lines: place.end },
    ];
  }
  const last = lastOf(node);
  // What is said beside a mapping of one line is about it; beside a list of one, about its element.
  const line = lineStart(text, node.start);
  const oneLine = node.type === "map" && lineStart(text, last) === line && line <= place.after;
  if ((node.type === "list" || node.type === "map") && !node.flow && !oneLine) {
    const end = nextLine(text, last);
    if (lineStart(text, node.start) <= place.after)
      return [{ start: node.start, end, text: `${head}${place.end}${lines}` }];
    // Its lines go, and whatever is said above them stays.
    return [
      { start: place.after, end: place.after, text: head === "" ? "" : ` ${head}` },
      { start: lineStart(text, node.start), end, text: lines, lines: place.end },
    ];
  }
  const over = { start: head === "" ? place.after : node.start, end: node.end, text: spaced(node, head) };
  if (lines === "") return [over];
  const at = nextLine(text, node.end);
  return [over, { start: at, end: at, text: lines, lines: place.end }];
}

/** What stands behind the colon or dash, and the lines below. */
function written(text: string, node: Node, value: Value, { indent, after, dash }: Place): readonly string[] {
  if (node.type === "scalar" && node.style !== "plain" && typeof value === "string" && !value.includes("\n"))
    return [scalarLike(node, value, false)];
  const line = lineStart(text, after);
  const apart = dash && node.type === "map" && !node.flow;
  const beside = dash && node.type !== "empty" && lineStart(text, node.start) === line;
  return blockOf(value, { indent: beside ? node.start - line : indent + 2, used: after - line, dash, apart });
}

/** Offset of the last character of a node, as far as lines are concerned: block text ends where the next line begins. */
export function lastOf(node: Node): number {
  if (node.type === "text") return Math.max(node.start, node.end - 1);
  if ((node.type === "list" || node.type === "map") && !node.flow) {
    const last = node.items.at(-1);
    return last === undefined ? node.end : last.value.type === "empty" ? last.value.end : lastOf(last.value);
  }
  return node.end;
}

/** Behind a colon or dash that has nothing behind it. */
function spaced(node: Node, written: string): string {
  return node.type === "empty" && written !== "" ? ` ${written}` : written;
}

/** In the quotes that were there. */
function scalarLike(node: Node, value: Value, flow: boolean): string {
  if (node.type === "scalar" && typeof value === "string") {
    if (node.style === "double") return quoted(value);
    if (node.style === "single") return quotedOnce(value) ?? quoted(value);
  }
  return flow || isList(value) || isObject(value) ? inBrackets(value) : onLine(value);
}

function headEnd(text: string, node: TextNode): number {
  const head = /^[|>][-+0-9]*/.exec(text.slice(node.start, node.start + 4));
  return node.start + (head?.[0].length ?? 1);
}

/** Longest line of text that is folded anew. */
const FOLD = 100;

/** Block text stays block text: its head but for the sign that says how it ends, and its margin. */
function overText(text: string, node: TextNode, value: string, end: string): readonly Edit[] | undefined {
  const stop = headEnd(text, node);
  const head = text.slice(node.start, stop);
  const body = value.replace(/\n+$/, "");
  const breaks = value.length - body.length;
  const stated = /[0-9]/.exec(head)?.[0];
  if (body === "" || node.indent < 1 || /[\r\u0085\u2028\u2029\ufeff]|[^\t\n\x20-\ud7ff\ue000-\u{10ffff}]/u.test(value))
    return undefined;
  if (stated === undefined && /^[ \n]/.test(body)) return undefined;
  const lines = node.folded ? foldedLines(body) : body.split("\n");
  if (lines === undefined) return undefined;
  const sign = breaks === 0 ? "-" : breaks === 1 ? "" : "+";
  // Blank lines that are there already would come to mean something.
  if (sign === "+" && /^[ \t]*[\r\n]/.test(text.slice(node.end))) return undefined;
  const margin = " ".repeat(node.indent);
  const written = lines.map((line) => (line === "" ? end : `${margin}${line}${end}`)).join("");
  const ended = /[\r\n]$/.test(text.slice(0, node.end)) || breaks > 0;
  const whole = written + end.repeat(Math.max(0, breaks - 1));
  return [
    { start: node.start, end: stop, text: `${head[0]}${stated ?? ""}${sign}` },
    { start: node.body, end: node.end, text: ended ? whole : whole.slice(0, -end.length) },
  ];
}

/** Paragraphs of a folded text, a blank line for each line break of it; undefined where folding would change it. */
function foldedLines(body: string): readonly string[] | undefined {
  const paragraphs = body.split("\n");
  if (paragraphs.some((one) => /^[ \t]|[ \t]$| {2}|\t/.test(one))) return undefined;
  return paragraphs.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...foldedAt(one)]);
}

function foldedAt(paragraph: string): readonly string[] {
  if (paragraph === "") return [];
  const lines = [""];
  for (const word of paragraph.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + word.length < FOLD) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
