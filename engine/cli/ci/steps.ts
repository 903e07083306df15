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
 * as it had, of which GitHub may know the last one only. What stands before one without a pull request of its own is
 * therefore taken as part of it: it is in the tree that is applied, and has to be within what was approved, in any case.
 * Each step is judged by what stood there before it.
 */
export async function stepsOf(
  { github, trees }: Session,
  branch: string,
  before: string,
  after: string,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let start = before;
  let last: { readonly commit: string; readonly pull?: Pull } | undefined;
  const close = async (): Promise<void> => {
    if (last === undefined) return;
    steps.push({ ...last, before: await trees.treeOf(start), after: await trees.treeOf(last.commit) });
    start = last.commit;
  };
  for (const commit of await trees.firstParents(before, after)) {
    const pulls = (await github.pullsOf(commit)).filter((one) => one.base.branch === branch);
    const pull = pulls.find((one) => one.mergedAs === commit) ?? pulls.find((one) => one.merged);
    if (last?.pull !== undefined && last.pull.number !== pull?.number) await close();
    last = { commit, ...(pull === undefined ? {} : { pull }) };
  }
  await close();
  return steps;
}
