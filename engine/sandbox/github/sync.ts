/** Brings pull requests up to date with what was pushed: GitHub does it in the push, here it is done before each answer. */

import { type Hub, type IssueRow, nowIso } from "./rows.ts";
import { accountOf } from "./shapes/commit.ts";
import type { PullAt } from "./shapes/pull.ts";

export async function syncPulls(hub: Hub): Promise<void> {
  const open = openPulls(hub);
  if (open.length === 0) return;
  const branches = await hub.repository.refs("refs/heads/");
  const forks = new Map<string, ReadonlyMap<string, string>>();
  for (const row of open) {
    const { owner, ref } = row.pull.head;
    const fork = hub.forks.get(owner);
    if (fork !== undefined && !forks.has(owner)) forks.set(owner, await fork.refs("refs/heads/"));
    const heads = fork === undefined ? branches : forks.get(owner);
    await syncOne(hub, row, heads?.get(`refs/heads/${ref}`), branches.get(`refs/heads/${row.pull.base}`));
  }
}

async function syncOne(hub: Hub, row: PullAt, head: string | undefined, base: string | undefined): Promise<void> {
  if (head === undefined || base === undefined) return close(hub, row);
  const moved = head !== row.pull.headSha;
  if (moved) {
    await adoptHead(hub, row, head);
    row.pull.baseSha = base;
    row.updatedAt = nowIso(hub);
    if (hub.protections.get(row.pull.base)?.dismissStale === true) dismissStale(hub, row);
  }
  // Merged by a push onto the base: GitHub notices.
  if (row.pull.baseSha !== base && (await hub.repository.isAncestor(head, base))) {
    const commits = (await hub.repository.commits(row.pull.baseSha, head)).map(({ sha }) => sha);
    const tip = await hub.repository.commit(base);
    const by = tip === undefined ? undefined : accountOf(hub, tip.committer.email)?.login;
    row.pull.merged = { at: nowIso(hub), by: by ?? row.author, sha: base, commits };
    close(hub, row);
  }
}

/** The head is kept in the repository itself, wherever it was pushed to. */
export async function adoptHead(hub: Hub, row: Pick<PullAt, "number" | "pull">, sha: string): Promise<void> {
  const fork = hub.forks.get(row.pull.head.owner);
  if (fork !== undefined) await hub.repository.fetchFrom(fork.directory, sha);
  await hub.repository.setRef(`refs/pull/${row.number}/head`, sha);
  row.pull.headSha = sha;
  delete row.pull.computed;
}

export function close(hub: Hub, row: IssueRow): void {
  row.state = "closed";
  row.closedAt = nowIso(hub);
  row.updatedAt = row.closedAt;
}

export function openPulls(hub: Hub): readonly PullAt[] {
  return [...hub.issues.values()].filter(isPull).filter(({ state }) => state === "open");
}

export function isPull(row: IssueRow): row is PullAt {
  return row.pull !== undefined;
}

function dismissStale(hub: Hub, row: PullAt): void {
  for (const review of hub.reviews) {
    if (review.pull === row.number && review.state === "APPROVED") review.state = "DISMISSED";
  }
}
