/** Writes of many parts: each is tried, and what failed is said once, part by part. */
import { type Problem, ProblemError } from "../../engine/problem.ts";
import { AT_ONCE } from "./in-parallel.ts";

/** Acts on every item and gives the problems of those that failed, by name; a fatal one ends it. */
export function onEach<T>(
  items: readonly T[],
  label: (item: T) => string,
  act: (item: T) => Promise<unknown>,
): Promise<readonly Problem[]> {
  return attempt(items, AT_ONCE, act, (problem, item) => ({
    ...problem,
    message: `${label(item)}: ${problem.message}`,
  }));
}

/** Runs every step of a write in order, so that one refusal does not hide the others, then throws what failed. */
export async function attemptAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  throwAny(
    await attempt(
      steps,
      1,
      (step) => step(),
      (problem) => problem,
    ),
  );
}

export function throwAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}

async function attempt<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<unknown>,
  said: (problem: Problem, item: T) => Problem,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const unforeseen: unknown[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (unforeseen.length > 0 || problems.some((problem) => problem.fatal === true)) return;
      try {
        await act(item);
      } catch (error) {
        if (error instanceof ProblemError) problems.push(...error.problems.map((problem) => said(problem, item)));
        else unforeseen.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  // An abort, or a bug: thrown only now, when no call of ours is still under way.
  if (unforeseen.length > 0) throw unforeseen[0];
  return problems;
}
