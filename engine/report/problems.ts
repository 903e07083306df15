/** Problems as text and as data: what is wrong, where, and what next; sorted by file, warnings after what stops. */
import { compareText } from "../address.ts";
import type { Excerpt, Problem } from "../problem.ts";
import { count } from "../words.ts";
import { problemsAgain } from "./again.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { plain, sentence } from "./say.ts";
import { visible } from "./visible.ts";

/** Characters of a line that are shown around the place. */
const LONGEST_EXCERPT = 100;

export interface ProblemsView {
  readonly problems: readonly Problem[];
  readonly warnings?: readonly Problem[];
  /** Options that the commands in hints need too, each after a space: ` --sandbox`. */
  readonly again?: string;
}

export function problemsText(view: ProblemsView, options: TextOptions): string {
  const paint = paintOf(options);
  const again = view.again ?? "";
  const problems = problemsAgain(view.problems, again);
  const warnings = problemsAgain(view.warnings ?? [], again);
  const blocks = [
    ...inOrder(problems).map((problem) => problemLines(problem, paint.red("✗"), paint)),
    ...inOrder(warnings).map((problem) => problemLines(problem, paint.yellow("!"), paint)),
  ];
  if (blocks.length === 0) return "";
  const totals = [
    ...(problems.length === 0 ? [] : [paint.red(count(problems.length, "problem"))]),
    ...(warnings.length === 0 ? [] : [paint.yellow(count(warnings.length, "warning"))]),
  ];
  return `${[...blocks.map((lines) => lines.join("\n")), `${totals.join(", ")}.`].join("\n\n")}\n`;
}

export interface ProblemData extends Problem {
  readonly severity: "error" | "warning";
}

export function problemsData(view: ProblemsView): { readonly problems: readonly ProblemData[] } {
  const again = view.again ?? "";
  return {
    problems: [
      ...inOrder(problemsAgain(view.problems, again)).map((problem) => ({ ...problem, severity: "error" as const })),
      ...inOrder(problemsAgain(view.warnings ?? [], again)).map((problem) => ({
        ...problem,
        severity: "warning" as const,
      })),
    ],
  };
}

/** The lines of one problem; the place as `file:line:col`, which editors and terminals open. */
export function problemLines(problem: Problem, symbol: string, paint: Paint): readonly string[] {
  const { source, address, excerpt, hint, requestId } = problem;
  const where = [
    ...(source === undefined ? [] : [paint.cyan(`${plain(source.file)}:${source.line}:${source.column}`)]),
    ...(address === undefined ? [] : [plain(address)]),
  ];
  return [
    `${symbol} ${sentence(problem.message)}`,
    ...(where.length === 0 ? [] : [`    ${where.join("  ")}`]),
    ...(excerpt === undefined ? [] : excerptLines(excerpt, paint).map((line) => `      ${line}`)),
    ...(requestId === undefined ? [] : [paint.dim(`    request ${plain(requestId)}`)]),
    ...(hint === undefined || hint === "" ? [] : [`    → ${sentence(hint)}`]),
  ];
}

/** The line as it stands, and carets below what is meant. */
function excerptLines({ line, from, to }: Excerpt, paint: Paint): readonly string[] {
  const start = Math.max(0, from - LONGEST_EXCERPT / 2);
  const shown = (a: number, b: number): string => visible(line.slice(a, b));
  const before = `${start > 0 ? "…" : ""}${shown(start, from)}`;
  const marked = shown(from, Math.min(to, start + LONGEST_EXCERPT));
  const rest = shown(Math.max(from, to), start + LONGEST_EXCERPT);
  const after = `${rest}${start + LONGEST_EXCERPT < line.length ? "…" : ""}`;
  return [
    `${before}${marked}${after}`,
    `${" ".repeat(before.length)}${paint.red("^".repeat(Math.max(1, marked.length)))}`,
  ];
}

/** By file and place; what has no place comes first, since it tends to explain the rest. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      compareText(a.source?.file ?? "", b.source?.file ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
}
