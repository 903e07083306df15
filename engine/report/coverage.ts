/** How much of each kind is managed. */
import type { Coverage } from "../adopt/standing.ts";
import { shortKind } from "../plan/tenants.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { plain } from "./say.ts";
import { widest } from "./text-lines.ts";

type Column = "managed" | "adopted" | "unmanaged" | "unmanageable";

function total({ managed, adopted, unmanaged, unmanageable }: Coverage): number {
  return managed + adopted + unmanaged + unmanageable;
}

/** A row for each kind that has objects or cannot say, its head first. */
export function coverageLines(
  coverage: readonly Coverage[],
  columns: readonly Column[],
  options: TextOptions,
): readonly string[] {
  const paint = paintOf(options);
  const rows = coverage.filter((row) => !row.listed || total(row) > 0);
  const names = rows.map(({ instance, kind }) => `  ${plain(`${instance}/${shortKind(kind)}`)}`);
  const width = Math.max("Coverage".length, widest(names));
  const cell = (text: string, column: string): string => text.padStart(column.length + 2);
  return [
    paint.bold(`${"Coverage".padEnd(width)}${columns.map((column) => cell(column, column)).join("")}`),
    ...rows.map((row, index) => {
      const name = (names[index] ?? "").padEnd(width);
      if (!row.listed) return `${name}  ${paint.dim("kept by id, cannot be surveyed")}`;
      return `${name}${columns.map((column) => cell(String(row[column]), column)).join("")}`;
    }),
  ];
}
