import type { Source } from "../model.ts";

/** Offset in a text → place in its file. Offsets mostly grow, so the search starts where the last one ended. */
export type PlaceOf = (offset: number) => Source;

export function linesOf(text: string, file: string): PlaceOf {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  let line = 0;
  return (offset) => {
    if (offset < (starts[line] ?? 0)) line = 0;
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line += 1;
    return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}
