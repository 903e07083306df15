/** ⇄ What a push to the base branch brought, pull request by pull request, each with the trees before and after it. */
import type { Pull } from "../../gitops/github.ts";
import type { Sides } from "./flow-plan.ts";
import type { Session } from "./session.ts";

export interface Step extends Sides {
  /** Absent: somebody pushed it without one. */
  readonly pull?: Pull;
  /** The last commit of it. */
  readonly commit: string;
}

/**
 * Commits of one pull request stand together, however it was merged: a merge or a squash is one commit, a rebase as many
 * as it had. Each step is judged by what stood there before it.
 */
export async function stepsOf(
  { github, trees }: Session,
  branch: string,
  before: string,
  after: string,
): Promise<readonly Step[]> {
  const steps: (Step & { readonly before: string; readonly start: string })[] = [];
  let previous = before;
  for (const commit of await trees.firstParents(before, after)) {
    const pulls = await github.pullsOf(commit);
    const pull =
      pulls.find((one) => one.mergedAs === commit && one.base.branch === branch) ??
      pulls.find((one) => one.merged && one.base.branch === branch);
    const last = steps.at(-1);
    if (last !== undefined && last.pull?.number === pull?.number) {
      steps[steps.length - 1] = { ...last, commit, after: await trees.treeOf(commit) };
    } else {
      steps.push({
        ...(pull === undefined ? {} : { pull }),
        ...{ commit, start: previous, before: await trees.treeOf(previous), after: await trees.treeOf(commit) },
      });
    }
    previous = commit;
  }
  return steps;
}
