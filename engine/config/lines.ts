import type { Source } from "../model.ts";

/** Offset in a text → place in its file. Offsets mostly grow, so the search starts where the last one ended. */
export type PlaceOf = (offset: number) => Source;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export function linesOf(text: string, file: string): PlaceOf {
  const starts = lineStarts(text);
  let line = 0;
  return (offset) => {
    if (offset < (starts[line] ?? 0)) line = 0;
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line += 1;
    return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** Character by character: a match object for each of 40,000 lines takes ten times as long. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) starts.push(at + 1);
  }
  return starts;
}
