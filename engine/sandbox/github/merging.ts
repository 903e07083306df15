/** `PUT …/merge`: a merge commit, one commit, or each commit anew. */
import { json } from "../../../providers/shared/emulator.ts";
import { type Call, Refusal } from "./call.ts";
import { blockedBy } from "./mergeability.ts";
import type { Commit, Signature } from "./repository.ts";
import { atLeast } from "./rights.ts";
import { type Hub, isoOf, nowIso } from "./rows.ts";
import type { PullAt } from "./shapes/pull.ts";
import { close } from "./sync.ts";

export type Method = "merge" | "squash" | "rebase";

export async function mergePull(call: Call, row: PullAt): Promise<Response> {
  const { hub, caller, body } = call;
  const role = hub.roles.get(caller.login.toLowerCase());
  if (caller.app === undefined && !atLeast(role, "write"))
    throw new Refusal(403, "Must have push access to repository.");
  if (row.state === "closed" || row.pull.draft) throw new Refusal(405, "Pull Request is not mergeable");
  if (typeof body.sha === "string" && body.sha !== row.pull.headSha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  const why = await blockedBy(hub, row, hub.protections.get(row.pull.base));
  if (why[0] !== undefined) throw new Refusal(405, why[0]);
  if (hub.protections.get(row.pull.base)?.queue === true) {
    throw new Refusal(405, "Repository rule violations found\n\nChanges must be made through the merge queue\n\n");
  }
  const method = methodOf(body.merge_method);
  const base = await hub.repository.ref(`refs/heads/${row.pull.base}`);
  if (base === undefined) throw new Refusal(405, "Base branch was deleted");
  const commits = await hub.repository.commits(base, row.pull.headSha);
  const title = typeof body.commit_title === "string" ? body.commit_title : undefined;
  const sha = await mergedAs(hub, row, { method, base, commits, by: caller.login, title });
  await hub.repository.setRef(`refs/heads/${row.pull.base}`, sha);
  await hub.repository.deleteRef(`refs/pull/${row.number}/merge`);
  row.pull.merged = { at: nowIso(hub), by: caller.login, sha, commits: commits.map((one) => one.sha) };
  close(hub, row);
  return json(200, { sha, merged: true, message: "Pull Request successfully merged" });
}

interface Merging {
  readonly method: Method;
  readonly base: string;
  readonly commits: readonly Commit[];
  readonly by: string;
  readonly title?: string | undefined;
}

/** The base branch's new tip. */
export async function mergedAs(hub: Hub, row: PullAt, { method, base, commits, by, title }: Merging): Promise<string> {
  if (method === "rebase") return rebased(hub, base, commits);
  const merge = await hub.repository.mergeTree(base, row.pull.headSha);
  if (merge === "conflict") throw conflict();
  const author = signatureOf(hub, by);
  const committer = webFlow(hub);
  if (method === "squash") {
    const message = `${title ?? `${row.title} (#${row.number})`}\n\n${commits.map((one) => `* ${one.message}`).join("\n\n")}`;
    const writer = signatureOf(hub, row.author);
    return hub.repository.writeCommit({ tree: merge.tree, parents: [base], author: writer, committer, message });
  }
  const { owner, ref } = row.pull.head;
  const message = `${title ?? `Merge pull request #${row.number} from ${owner}/${ref}`}\n\n${row.title}`;
  return hub.repository.writeCommit({
    tree: merge.tree,
    parents: [base, row.pull.headSha],
    author,
    committer,
    message,
  });
}

/** Each commit's change on top of the one before, as `git cherry-pick` would, without a working tree. */
async function rebased(hub: Hub, base: string, commits: readonly Commit[]): Promise<string> {
  const { repository } = hub;
  let tip = await repository.commit(base);
  for (const commit of commits) {
    if (commit.parents.length !== 1 || tip === undefined) throw conflict("This branch can't be rebased");
    const { parents, author } = commit;
    // Both hang from the commit's own parent, which so becomes the merge's base.
    const ours = await repository.writeCommit({ ...tip, parents });
    const merge = await repository.mergeTree(ours, commit.sha);
    if (merge === "conflict") throw conflict();
    const committer = webFlow(hub);
    const made = await repository.writeCommit({
      ...{ tree: merge.tree, parents: [tip.sha], author, committer, message: commit.message },
    });
    tip = await repository.commit(made);
  }
  return tip?.sha ?? base;
}

function methodOf(given: unknown): Method {
  if (given === undefined) return "merge";
  if (given === "merge" || given === "squash" || given === "rebase") return given;
  throw new Refusal(422, "Invalid request.\n\nInvalid value for merge_method");
}

function conflict(message = "Pull Request is not mergeable"): Refusal {
  return new Refusal(405, message);
}

function signatureOf(hub: Hub, login: string): Signature {
  const account = hub.accounts.get(login.toLowerCase());
  const email = account?.emails[0] ?? `${account?.id ?? 0}+${login}@users.noreply.github.com`;
  return { name: account?.name ?? login, email, date: isoOf(hub.clock.now()) };
}

export function webFlow(hub: Hub): Signature {
  return { name: "GitHub", email: "noreply@github.com", date: isoOf(hub.clock.now()) };
}
