/** Runs every step of a write in order, so that one refusal does not hide the others, then throws what failed. */
import { type Problem, ProblemError, problemsOf } from "../../../engine/problem.ts";

export async function attemptAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const problems: Problem[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...problemsOf(error));
      if (error.problems.some((problem) => problem.fatal === true)) break;
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
}
