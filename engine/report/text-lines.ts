import type { Line } from "./lines.ts";
import type { Paint } from "./paint.ts";

/** A line with its field padded to `width`, so that the values of one change stand under each other; 0 pads nothing. */
export function lineText(line: Line, width: number, paint: Paint): string {
  const field = line.field.padEnd(width);
  if (line.mark === "") return `${field}${width === 0 ? "  " : "   "}${line.text}`;
  const marked = `${line.mark} ${line.text}`;
  return `${field} ${line.mark === "+" ? paint.green(marked) : paint.red(marked)}`;
}

/** Width of the fields of one change; a very long one does not push the others away. */
export function fieldWidth(lines: readonly Line[]): number {
  return Math.min(32, widest(lines.map((line) => line.field)));
}

/** Spreading a long list into Math.max overflows the stack. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}
