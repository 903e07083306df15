/** Problems as text and as data: what is wrong, where, and what next; sorted by file, warnings after what stops. */
import { compareText } from "../address.ts";
import type { Problem } from "../problem.ts";
import { count } from "../words.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { plain, sentence } from "./say.ts";

export interface ProblemsView {
  readonly problems: readonly Problem[];
  readonly warnings?: readonly Problem[];
}

export function problemsText(view: ProblemsView, options: TextOptions): string {
  const paint = paintOf(options);
  const { problems, warnings = [] } = view;
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
  return {
    problems: [
      ...inOrder(view.problems).map((problem) => ({ ...problem, severity: "error" as const })),
      ...inOrder(view.warnings ?? []).map((problem) => ({ ...problem, severity: "warning" as const })),
    ],
  };
}

/** The lines of one problem; the place as `file:line:col`, which editors and terminals open. */
export function problemLines(problem: Problem, symbol: string, paint: Paint): readonly string[] {
  const { source, address, hint, requestId } = problem;
  const where = [
    ...(source === undefined ? [] : [paint.cyan(`${plain(source.file)}:${source.line}:${source.column}`)]),
    ...(address === undefined ? [] : [plain(address)]),
  ];
  return [
    `${symbol} ${sentence(problem.message)}`,
    ...(where.length === 0 ? [] : [`    ${where.join("  ")}`]),
    ...(requestId === undefined ? [] : [paint.dim(`    request ${plain(requestId)}`)]),
    ...(hint === undefined || hint === "" ? [] : [`    → ${sentence(hint)}`]),
  ];
}

/** By file and place; what has no place comes first, since it tends to explain the rest. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      compareText(a.source?.file ?? "", b.source?.file ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
}
