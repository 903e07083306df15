/** Problems as items of a list in a comment: what, where and what next, a line each. */
import type { Problem } from "../problem.ts";
import { code, prose } from "./markdown-escape.ts";
import { inOrder } from "./problems.ts";

/** `directory`: what the files are called from; a comment names them from the repository's root. */
export function problemItems(problems: readonly Problem[], directory = ""): readonly string[] {
  return inOrder(problems).map((problem) => `- ${problemLines(problem, directory).join("<br>\n  ")}`);
}

export function problemLines(problem: Problem, directory = ""): readonly string[] {
  const { message, source, address, excerpt, hint, requestId } = problem;
  const where = [
    ...(source === undefined ? [] : [code(`${fileIn(directory, source.file)}:${source.line}:${source.column}`)]),
    ...(address === undefined ? [] : [code(address)]),
  ];
  return [
    prose(message),
    ...(where.length === 0 ? [] : [`at ${where.join(", ")}`]),
    ...(excerpt === undefined ? [] : [`in ${code(excerpt.line)}`]),
    ...(requestId === undefined ? [] : [`request ${code(requestId)}`]),
    ...(hint === undefined || hint === "" ? [] : [`→ ${prose(hint)}`]),
  ];
}

/** From the repository's root. */
export function fileIn(directory: string, file: string): string {
  return directory === "" ? file : `${directory}/${file}`;
}
