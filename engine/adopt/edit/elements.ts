/** Elements of a list and members of a mapping: taken out of their text, and put beside others. Pure. */
import type { Value } from "../../model.ts";
import { blockOf, inBrackets } from "../yaml-text.ts";
import type { Edit } from "./edits.ts";
import { type ItemNode, type ListNode, lineEnd, lineStart, type MapNode, nextLine } from "./nodes.ts";
import { lastOf } from "./write-node.ts";

/** What is added: with a key, to a mapping. */
export interface Entry {
  readonly key?: string;
  readonly value: Value;
}

/** Undefined where what is left would have to be written anew. */
export function takenOut(
  text: string,
  node: ListNode | MapNode,
  out: ReadonlySet<number>,
): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const at of out) {
    const edit = node.flow ? outOfBrackets(text, node, at, out) : outOfBlock(text, node, at);
    if (edit === undefined) return undefined;
    edits.push(edit);
  }
  return edits;
}

/** Its lines, with what is said beside it. The first one of several that begin behind a dash leaves its place to the next. */
function outOfBlock(text: string, { items }: ListNode | MapNode, at: number): Edit | undefined {
  const item = items[at];
  const next = items[at + 1];
  if (item === undefined) return undefined;
  const start = lineStart(text, item.start);
  if (/^[ ]*$/.test(text.slice(start, item.start))) return { start, end: nextLine(text, lastOf(item.value)), text: "" };
  return next === undefined ? undefined : { start: item.start, end: next.start, text: "" };
}

function outOfBrackets(
  text: string,
  { items }: ListNode | MapNode,
  at: number,
  out: ReadonlySet<number>,
): Edit | undefined {
  const item = items[at];
  if (item === undefined) return undefined;
  const next = items.slice(at + 1).every((_, index) => out.has(at + 1 + index)) ? undefined : items[at + 1];
  const before = items[at - 1];
  const end = item.value.end;
  const start = lineStart(text, item.start);
  const rest = /^[ \t]*,?[ \t]*(?:#[^\r\n]*)?$/.exec(text.slice(end, lineEnd(text, end)));
  // On lines of its own: they go, and its comment with them.
  if (rest !== null && /^[ \t]*$/.test(text.slice(start, item.start)))
    return { start, end: nextLine(text, end), text: "" };
  if (next !== undefined && !/[#\r\n]/.test(text.slice(end, next.start)))
    return { start: item.start, end: next.start, text: "" };
  // Nobody stays behind it: with the comma before it.
  if (next === undefined && before !== undefined && !/[#\r\n]/.test(text.slice(before.value.end, item.start)))
    return { start: before.value.end, end, text: "" };
  // Between lines: with the comma that follows it.
  const comma = /^[ \t]*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: item.start, end: end + comma, text: "" };
}

/** Behind the element `at`; -1: before all of them. In brackets, those that go are no neighbours. */
export function addedBehind(
  text: string,
  node: ListNode | MapNode,
  at: number,
  entries: readonly Entry[],
  { out, end }: { readonly out: ReadonlySet<number>; readonly end: string },
): readonly Edit[] {
  const stays = (_: unknown, index: number): boolean => !node.flow || !out.has(index);
  const first = node.items.find(stays);
  const item = node.flow ? node.items.slice(0, at + 1).findLast(stays) : node.items[at];
  if (first === undefined) return [];
  if (node.flow) return [intoBrackets(text, node, item, first, entries, end)];
  const column = node.start - lineStart(text, node.start);
  const margin = " ".repeat(column);
  const apart = node.type === "list" && node.items.some(({ value }) => value.type === "map" && !value.flow);
  const lines = entries.flatMap((entry) => blockLines(entry, column, apart));
  const block = lines.map((line) => `${margin}${line}${end}`.replace(/^[ ]+(?=[\r\n])/, "")).join("");
  if (item === undefined) {
    const start = lineStart(text, first.start);
    return /^[ ]*$/.test(text.slice(start, first.start))
      ? [{ start, end: start, text: block }]
      : [{ start: first.start, end: first.start, text: `${block.slice(column)}${margin}` }];
  }
  const start = nextLine(text, lastOf(item.value));
  return [{ start, end: start, text: block, lines: end }];
}

function blockLines({ key, value }: Entry, column: number, apart: boolean): readonly string[] {
  const lead = key === undefined ? "-" : `${inBrackets(key)}:`;
  const [head = "", ...below] = blockOf(value, {
    ...{ indent: column + 2, used: column + lead.length },
    ...{ dash: key === undefined, apart },
  });
  return [head === "" ? lead : `${lead} ${head}`, ...below.map((line) => line.slice(column))];
}

function intoBrackets(
  text: string,
  { items }: ListNode | MapNode,
  item: ItemNode | undefined,
  first: ItemNode,
  entries: readonly Entry[],
  end: string,
): Edit {
  const words = entries.map(
    ({ key, value }) => `${key === undefined ? "" : `${inBrackets(key)}: `}${inBrackets(value)}`,
  );
  const beside = item ?? first;
  const margin = text.slice(lineStart(text, beside.start), beside.start);
  const alone = /^[ \t]*$/.test(margin);
  if (item === undefined) {
    const separator = alone ? `,${end}${margin}` : ", ";
    return { start: first.start, end: first.start, text: words.map((word) => `${word}${separator}`).join("") };
  }
  const stop = item.value.end;
  const rest = text.slice(stop, lineEnd(text, stop));
  // One to a line, as it was: behind the comment of the one before.
  const line = /^(?:[ \t]*(,))?([ \t]*(?:#[^\r\n]*)?)$/.exec(rest);
  if (!alone || line === null) return { start: stop, end: stop, text: words.map((word) => `, ${word}`).join("") };
  const ended = line[1] === "," || item !== items.at(-1);
  const added = words.map((word, index) => `${end}${margin}${word}${ended || index < words.length - 1 ? "," : ""}`);
  return { start: stop, end: stop + rest.length, text: `,${line[2]}${added.join("")}` };
}
