/** The merge queue: each pull request is merged onto what stands before it, checked there, and only then on the branch. */
import { Refusal } from "./call.ts";
import { blockedBy } from "./mergeability.ts";
import { mergedAs } from "./merging.ts";
import { type Hub, nowIso } from "./rows.ts";
import type { PullAt } from "./shapes/pull.ts";
import { close } from "./sync.ts";

export interface Group {
  readonly number: number;
  readonly baseRef: string;
  readonly baseSha: string;
  /** `refs/heads/gh-readonly-queue/main/pr-7-<base>`. */
  readonly headRef: string;
  readonly headSha: string;
  readonly by: string;
}

export async function enqueue(hub: Hub, row: PullAt, by: string): Promise<Group> {
  const { base } = row.pull;
  const protection = hub.protections.get(base);
  // Its checks run on the group, not on the pull request's own head.
  const why = await blockedBy(hub, row, protection && { ...protection, checks: [] });
  if (why[0] !== undefined) throw new Refusal(405, why[0]);
  const baseRef = `refs/heads/${base}`;
  const tip = await hub.repository.ref(baseRef);
  const before = hub.queue.findLast((group) => group.baseRef === baseRef);
  const baseSha = before?.headSha ?? tip;
  if (baseSha === undefined) throw new Refusal(405, "Base branch was deleted");
  const commits = await hub.repository.commits(baseSha, row.pull.headSha);
  const headSha = await mergedAs(hub, row, { method: "merge", base: baseSha, commits, by });
  const headRef = `refs/heads/gh-readonly-queue/${base}/pr-${row.number}-${baseSha}`;
  await hub.repository.setRef(headRef, headSha);
  const group = { number: row.number, baseRef, baseSha, headRef, headSha, by };
  hub.queue.push(group);
  return group;
}

/** The first in the queue is merged if its checks allow it, else it leaves the queue with all that was built on it. */
export async function settle(hub: Hub, row: PullAt): Promise<"merged" | "removed"> {
  const at = hub.queue.findIndex(({ number }) => number === row.number);
  const group = hub.queue[at];
  if (group === undefined) throw new Error(`pull request ${row.number} is not in the queue`);
  if (hub.queue.findIndex(({ baseRef }) => baseRef === group.baseRef) !== at) {
    throw new Error(`pull request ${row.number} is not the first in the queue`);
  }
  const required = hub.protections.get(row.pull.base)?.checks ?? [];
  const passed = required.every((name) =>
    [...hub.checks.values()]
      .filter((check) => check.headSha === group.headSha && check.name === name)
      .slice(-1)
      .some(({ conclusion }) => conclusion === "success" || conclusion === "neutral" || conclusion === "skipped"),
  );
  const leaving = passed ? [group] : hub.queue.filter(({ baseRef }) => baseRef === group.baseRef);
  for (const one of leaving) {
    hub.queue.splice(hub.queue.indexOf(one), 1);
    await hub.repository.deleteRef(one.headRef);
  }
  if (!passed) return "removed";
  const commits = (await hub.repository.commits(group.baseSha, row.pull.headSha)).map(({ sha }) => sha);
  await hub.repository.setRef(group.baseRef, group.headSha);
  row.pull.merged = { at: nowIso(hub), by: group.by, sha: group.headSha, commits };
  close(hub, row);
  return "merged";
}
