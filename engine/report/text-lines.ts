import type { Line } from "./lines.ts";
import type { Paint } from "./paint.ts";

/** A line with its field padded to `width`, so that the values of one change stand under each other; 0 pads nothing. */
export function lineText(line: Line, width: number, paint: Paint): string {
  const field = line.field.padEnd(width);
  if (line.mark === "") return `${field}${width === 0 ? "  " : "   "}${line.text}`;
  const marked = `${line.mark} ${line.text}`;
  return `${field} ${line.mark === "+" ? paint.green(marked) : paint.red(marked)}`;
}
