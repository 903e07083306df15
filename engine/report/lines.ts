/** One change, line by line, before any format decides how a line looks: elements, leaves, and text by its lines. */
import { createRequire } from "node:module";
import type { FieldChange, Path, Spec, Value } from "../model.ts";
import { isList, isObject, isRef, isSecret, isUnknown } from "../value.ts";
import { count } from "../words.ts";
import { fieldName, plain, type Say } from "./say.ts";

/** `mark` is what happens to `text`; without one, the text says it (`a → b`). */
export interface Line {
  readonly field: string;
  readonly mark: "+" | "-" | "";
  readonly text: string;
}

/** Edits after which a text counts as rewritten: finding them all would cost the square of its length. */
const MOST_EDITS = 400;
const MOST_TEXT_LINES = 60;
/** Longest value that still reads well with its successor on one line. */
const LONGEST_INLINE = 100;

/** Every declared leaf of an object that comes or goes. */
export function specLines(spec: Spec, mark: "+" | "-" | "", say: Say, limit: number): readonly Line[] {
  const elements: Line[] = [];
  const settings: Line[] = [];
  for (const [path, value] of leavesOf(spec, [])) {
    const field = fieldName(path);
    if (isList(value) && value.length > 0) elements.push(...elementLines(field, value, mark, say, limit));
    else if (isText(value)) settings.push(...textLines(field, mark === "-" ? value : "", mark === "-" ? "" : value));
    else settings.push({ field, mark: "", text: say(value) });
  }
  return [...elements, ...settings];
}

/** What an update does, field by field: who leaves, who comes, then how the rest changes. */
export function fieldLines(fields: readonly FieldChange[], say: Say, limit: number): readonly Line[] {
  const elements = { remove: new Map<string, Value[]>(), add: new Map<string, Value[]>() };
  const settings: Line[] = [];
  for (const change of fields) {
    if (change.op === "set") {
      settings.push(...setLines(change.path, change.before, change.after, say, limit));
      continue;
    }
    const field = fieldName(change.path);
    const list = elements[change.op].get(field);
    if (list === undefined) elements[change.op].set(field, [change.element]);
    else list.push(change.element);
  }
  return [
    ...[...elements.remove].flatMap(([field, list]) => elementLines(field, list, "-", say, limit)),
    ...[...elements.add].flatMap(([field, list]) => elementLines(field, list, "+", say, limit)),
    ...settings,
  ];
}

function setLines(path: Path, before: Value | undefined, after: Value, say: Say, limit: number): readonly Line[] {
  const field = fieldName(path);
  if (isText(after) || (isText(before) && typeof after === "string")) {
    return textLines(field, typeof before === "string" ? before : "", typeof after === "string" ? after : "");
  }
  if (isList(before) && isList(after)) {
    const was = before.map(say);
    const is = after.map(say);
    return [
      ...listDifference(field, was, is, limit),
      ...(sameElements(was, is) ? [{ field, mark: "" as const, text: "(another order)" }] : []),
    ];
  }
  if (isOpen(before) && isOpen(after)) return objectLines(path, before, after, say, limit);
  if (before === undefined) {
    if (isOpen(after)) return specLines(after, "+", say, limit).map((line) => below(field, line));
    return [{ field, mark: "+", text: say(after) }];
  }
  const [from, to] = [say(before), say(after)];
  if (from.length + to.length <= LONGEST_INLINE) return [{ field, mark: "", text: `${from} → ${to}` }];
  return [
    { field, mark: "-", text: from },
    { field, mark: "+", text: to },
  ];
}

function objectLines(path: Path, before: Spec, after: Spec, say: Say, limit: number): readonly Line[] {
  const lines: Line[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const is = Object.hasOwn(after, key) ? after[key] : undefined;
    if (was !== undefined && is !== undefined && say(was) === say(is)) continue;
    if (is !== undefined) lines.push(...setLines([...path, key], was, is, say, limit));
    else if (was !== undefined) lines.push({ field: fieldName([...path, key]), mark: "-", text: say(was) });
  }
  return lines;
}

/** Elements that an ordered list gained and lost, by what they say. */
function listDifference(field: string, was: readonly string[], is: readonly string[], limit: number): readonly Line[] {
  const [before, after] = [new Set(was), new Set(is)];
  return [
    ...capped(
      field,
      "-",
      was.filter((text) => !after.has(text)),
      limit,
    ),
    ...capped(
      field,
      "+",
      is.filter((text) => !before.has(text)),
      limit,
    ),
  ];
}

function sameElements(was: readonly string[], is: readonly string[]): boolean {
  const [before, after] = [new Set(was), new Set(is)];
  return before.size === after.size && was.every((text) => after.has(text));
}

function elementLines(
  field: string,
  list: readonly Value[],
  mark: "+" | "-" | "",
  say: Say,
  limit: number,
): readonly Line[] {
  return capped(field, mark, list.slice(0, limit).map(say), limit, list.length);
}

function capped(
  field: string,
  mark: "+" | "-" | "",
  texts: readonly string[],
  limit: number,
  total = texts.length,
): readonly Line[] {
  const lines: Line[] = texts.slice(0, limit).map((text) => ({ field, mark, text }));
  if (total > limit) lines.push({ field, mark, text: `${total - limit} more` });
  return lines;
}

/** Loaded when a text changes: few plans change one, and it takes as long as printing them. */
const load = createRequire(import.meta.url);

/** Text by its lines, with two around each edit. */
function textLines(field: string, before: string, after: string): readonly Line[] {
  const { structuredPatch }: typeof import("diff/lib/patch/create.js") = load("diff/lib/patch/create.js");
  const patch = structuredPatch("", "", ended(before), ended(after), undefined, undefined, {
    context: 2,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return [{ field, mark: "", text: `rewritten: ${lineCount(before)} → ${lineCount(after)}` }];
  const lines: Line[] = [];
  for (const [index, hunk] of patch.hunks.entries()) {
    if (index > 0) lines.push({ field, mark: "", text: "…" });
    for (const line of hunk.lines) {
      const sign = line[0];
      const mark = sign === "+" || sign === "-" ? sign : "";
      // "\\ No newline at end of file" is the patch format speaking, not the text.
      if (sign !== "\\") lines.push({ field, mark, text: plain(line.slice(1)) });
    }
  }
  if (lines.length === 0) return [{ field, mark: "", text: "(white space at the end)" }];
  const rest = lines.length - MOST_TEXT_LINES;
  return rest <= 0
    ? lines
    : [...lines.slice(0, MOST_TEXT_LINES), { field, mark: "", text: `… ${count(rest, "more line")}` }];
}

/** An end of line at the end is no difference. */
function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function lineCount(text: string): string {
  return count(text === "" ? 0 : ended(text).split("\n").length - 1, "line");
}

function isText(value: Value | undefined): value is string {
  return typeof value === "string" && value.trimEnd().includes("\n");
}

function isOpen(value: Value | undefined): value is Spec {
  return isObject(value) && !isClosed(value) && Object.keys(value).length > 0;
}

/** Objects that mean one thing: a reference, a secret, an unknown. */
function isClosed(value: Value): boolean {
  return isRef(value) || isSecret(value) || isUnknown(value) || (isObject(value) && isUnknown(value.id));
}

function* leavesOf(value: Value, path: Path): Iterable<readonly [Path, Value]> {
  if (isOpen(value)) for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
  else if (path.length > 0) yield [path, value];
}

function below(field: string, line: Line): Line {
  return { ...line, field: `${field}.${line.field}`, mark: line.mark === "" ? "+" : line.mark };
}
