/** Whole documents taken out of a file: with all that stands between its `---` and the next one. Pure. */
import type { Edit } from "./edits.ts";
import { type DocumentNode, lineStart } from "./nodes.ts";

/** For files of which something is left; undefined where it cannot be told which `---` is whose. */
export function cutOut(
  text: string,
  documents: readonly DocumentNode[],
  gone: ReadonlySet<number>,
): readonly Edit[] | undefined {
  const marks = marksOf(text, documents);
  if (marks === undefined) return undefined;
  const edits: Edit[] = [];
  const first = marks[0] ?? 0;
  const unmarked = gone.has(0) && !text.startsWith("---", first);
  const left = marks.findIndex((_, document) => !gone.has(document));
  if (unmarked) {
    // It has no `---` of its own: that of the first one to stay goes instead, and what heads the file stays.
    const mark = marks[left] ?? text.length;
    const line = /^---[ \t]*(?:\r\n|\n|\r)?/.exec(text.slice(mark, mark + 80))?.[0] ?? "";
    edits.push({ start: commentsAbove(text, documents[0]?.root?.start ?? 0), end: mark + line.length, text: "" });
  }
  for (const document of gone) {
    const start = marks[document];
    if (start === undefined) return undefined;
    if (unmarked && document < left) continue;
    edits.push({ start, end: marks[document + 1] ?? text.length, text: "" });
  }
  return edits;
}

/** Where each document begins: at its `---`, or the first one at the top. YAML allows none inside a document. */
function marksOf(text: string, documents: readonly DocumentNode[]): readonly number[] | undefined {
  const marks = [...text.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map(({ index }) => index);
  const first = documents[0]?.root?.start;
  const unmarked = first !== undefined && (marks[0] === undefined || marks[0] > first);
  const all = unmarked ? [0, ...marks] : marks;
  return all.length === documents.length ? all : undefined;
}

/** Where the comment begins that stands right above, without a blank line between. */
function commentsAbove(text: string, at: number): number {
  let start = lineStart(text, at);
  while (start > 0) {
    const above = lineStart(text, start - (text.startsWith("\r\n", start - 2) ? 2 : 1));
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}
