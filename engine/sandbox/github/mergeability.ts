/** Whether a pull request would be merged now, worked out as GitHub does: later than it is first asked. */
import { ownersOf } from "./code-owners.ts";
import { atLeast } from "./rights.ts";
import { type Hub, isoOf, type Protection } from "./rows.ts";
import type { PullAt, PullDetails } from "./shapes/pull.ts";

/** The first look after a push says that nobody knows yet, and has it worked out; an answer to a write is no look. */
export async function detailsOf(hub: Hub, row: PullAt, isLook: boolean): Promise<PullDetails> {
  const { pull } = row;
  const base = (await hub.repository.ref(`refs/heads/${pull.base}`)) ?? pull.baseSha;
  const from = pull.merged === undefined ? base : pull.baseSha;
  const commits = pull.merged?.commits.length ?? (await hub.repository.commits(from, pull.headSha)).length;
  const files = (await hub.repository.changed(pull.baseSha, pull.headSha)).length;
  if (row.state === "closed") return { mergeable: null, state: "unknown", commits, files };
  const known = pull.computed;
  const isFresh = known !== undefined && known.head === pull.headSha && known.base === base;
  if (!isFresh) {
    if (isLook) await compute(hub, row, base);
    return { mergeable: null, state: "unknown", commits, files };
  }
  if (known.merge === "conflict") return { mergeable: false, state: "dirty", commits, files };
  return { mergeable: true, state: await stateOf(hub, row, base), commits, files };
}

/** Makes `refs/pull/N/merge`, which is what a workflow for a pull request checks out. */
export async function compute(hub: Hub, row: PullAt, base: string): Promise<void> {
  const { pull } = row;
  const merge = await hub.repository.mergeTree(base, pull.headSha);
  if (merge === "conflict") {
    pull.computed = { head: pull.headSha, base, merge };
    return;
  }
  const signature = { name: "GitHub", email: "noreply@github.com", date: isoOf(hub.clock.now()) };
  const message = `Merge ${pull.headSha} into ${base}`;
  const commit = await hub.repository.writeCommit({
    ...{ tree: merge.tree, parents: [base, pull.headSha], message },
    ...{ author: signature, committer: signature },
  });
  await hub.repository.setRef(`refs/pull/${row.number}/merge`, commit);
  pull.computed = { head: pull.headSha, base, merge, commit };
}

async function stateOf(hub: Hub, row: PullAt, base: string): Promise<string> {
  const protection = hub.protections.get(row.pull.base);
  if (row.pull.draft) return "draft";
  if ((await blockedBy(hub, row, protection)).length > 0) return "blocked";
  if (protection?.strict === true && !(await hub.repository.isAncestor(base, row.pull.headSha))) return "behind";
  return failing(hub, row).length > 0 ? "unstable" : "clean";
}

/** What stands in the way of a merge, in GitHub's words. */
export async function blockedBy(hub: Hub, row: PullAt, protection: Protection | undefined): Promise<readonly string[]> {
  if (protection === undefined) return [];
  const words = lastWords(hub, row);
  const why: string[] = [];
  if ([...words.values()].includes("CHANGES_REQUESTED")) why.push("Changes have been requested by a reviewer.");
  const approving = [...words].filter(([, state]) => state === "APPROVED").map(([login]) => login);
  if (approving.length < protection.approvals) {
    why.push(`At least ${protection.approvals} approving review is required by reviewers with write access.`);
  }
  if (protection.codeOwners === true) {
    for (const owners of await ownersOf(hub, row)) {
      if (!owners.some((owner) => approving.includes(owner))) why.push("Waiting on code owner review.");
    }
  }
  const missing = (protection.checks ?? []).filter((name) => !succeeded(hub, row.pull.headSha, name));
  for (const name of missing) why.push(`Required status check "${name}" is expected.`);
  return why;
}

/** Of each person with write access, the last that says yes or no. */
function lastWords(hub: Hub, row: PullAt): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { pull, login, state } of hub.reviews) {
    if (pull !== row.number || !atLeast(hub.roles.get(login.toLowerCase()), "write")) continue;
    if (state === "DISMISSED") words.delete(login);
    else if (state === "APPROVED" || state === "CHANGES_REQUESTED") words.set(login, state);
  }
  return words;
}

function newestChecks(hub: Hub, sha: string): ReadonlyMap<string, string> {
  const newest = new Map<string, string>();
  for (const { headSha, name, conclusion = "" } of hub.checks.values()) {
    if (headSha === sha) newest.set(name, conclusion);
  }
  return newest;
}

const PASSING: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);

function succeeded(hub: Hub, sha: string, name: string): boolean {
  return PASSING.has(newestChecks(hub, sha).get(name) ?? "");
}

function failing(hub: Hub, { pull }: PullAt): readonly string[] {
  return [...newestChecks(hub, pull.headSha)]
    .filter(([, conclusion]) => !PASSING.has(conclusion))
    .map(([name]) => name);
}
