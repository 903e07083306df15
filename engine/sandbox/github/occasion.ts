/** What starts a workflow: the event's payload, and the ref and commit at which GitHub runs it. */
import { compute } from "./mergeability.ts";
import type { Commit } from "./repository.ts";
import type { CommentRow, Hub, ReviewRow } from "./rows.ts";
import { userOf } from "./shapes/account.ts";
import { accountOf } from "./shapes/commit.ts";
import { commentShape, issueShape, repoHtml } from "./shapes/issue.ts";
import { type PullAt, pullShape, pullSimpleShape, reviewShape } from "./shapes/pull.ts";
import { repositoryShape } from "./shapes/repository.ts";
import { type EndedRun, workflowRunShape, workflowShape } from "./shapes/workflow-run.ts";
import { isPull, syncPulls } from "./sync.ts";

export type Occasion = { /** Login; default: whoever did it. */ readonly sender?: string } & (
  | {
      readonly event: "pull_request" | "pull_request_target";
      readonly number: number;
      /** Default: `opened`, or `closed` once it is. */
      readonly action?: string;
    }
  | {
      readonly event: "pull_request_review";
      readonly number: number /** Default: the last one. */;
      readonly review?: number;
    }
  | {
      readonly event: "issue_comment";
      readonly number: number /** Default: the last one. */;
      readonly comment?: number;
    }
  | {
      readonly event: "push" /** Default: the default one. */;
      readonly branch?: string /** Default: the tip's parent. */;
      readonly before?: string;
    }
  /** Of a pull request that is in the merge queue. */
  | { readonly event: "merge_group"; readonly number: number }
  /** The end of a workflow that ran on a review, or on the merge group, of a pull request. */
  | { readonly event: "workflow_run"; readonly number: number; readonly of: "pull_request_review" | "merge_group" }
  | { readonly event: "schedule"; readonly cron?: string }
  | { readonly event: "workflow_dispatch"; readonly inputs?: Readonly<Record<string, string>> }
);

export interface Started {
  readonly payload: object;
  /** `GITHUB_REF`. */
  readonly ref: string;
  /** `GITHUB_SHA`. */
  readonly sha: string;
  readonly actor: string;
  /** The pull request of an event that has one: `GITHUB_HEAD_REF`, `GITHUB_BASE_REF`. */
  readonly pull?: { readonly head: string; readonly base: string; readonly fork: boolean };
}

export async function start(hub: Hub, occasion: Occasion): Promise<Started> {
  await syncPulls(hub);
  switch (occasion.event) {
    case "pull_request":
    case "pull_request_target":
      return onPull(hub, occasion);
    case "pull_request_review":
      return onReview(hub, occasion);
    case "issue_comment":
      return onComment(hub, occasion);
    case "push":
      return onPush(hub, occasion);
    case "merge_group":
      return onGroup(hub, occasion);
    case "workflow_run":
      return onRun(hub, occasion);
    case "schedule":
    case "workflow_dispatch":
      return byItself(hub, occasion);
  }
}

type Of<E extends Occasion["event"]> = Extract<Occasion, { readonly event: E }>;

async function onPull(hub: Hub, occasion: Of<"pull_request" | "pull_request_target">): Promise<Started> {
  const row = pullOf(hub, occasion.number);
  const actor = occasion.sender ?? row.pull.merged?.by ?? row.author;
  const action = occasion.action ?? (row.state === "closed" ? "closed" : "opened");
  const at = await placeOf(hub, row, occasion.event === "pull_request_target");
  // The payload is written in the moment of the event, when nobody knows yet whether it merges.
  const details = { mergeable: null, state: "unknown", commits: 1, files: 1 };
  const payload = {
    action,
    number: row.number,
    pull_request: inEvent(pullShape(hub, row, details)),
    ...common(hub, actor),
  };
  return { payload, actor, ...at };
}

/** Events show the repository's own properties too. */
function inEvent<S extends ReturnType<typeof pullSimpleShape>>(shape: S): object {
  const side = (one: S["head"]): object => ({ ...one, repo: { ...one.repo, custom_properties: {} } });
  return { ...shape, head: side(shape.head), base: side(shape.base) };
}

async function onReview(hub: Hub, occasion: Of<"pull_request_review">): Promise<Started> {
  const row = pullOf(hub, occasion.number);
  const review = hub.reviews.findLast(
    ({ id, pull }) => pull === row.number && (occasion.review === undefined || id === occasion.review),
  );
  if (review === undefined) throw new Error(`pull request ${row.number} has no such review`);
  const actor = occasion.sender ?? review.login;
  const payload = {
    action: review.state === "DISMISSED" ? "dismissed" : "submitted",
    review: reviewPayload(hub, review),
    pull_request: inEvent(pullSimpleShape(hub, row)),
    ...common(hub, actor),
  };
  return { payload, actor, ...(await placeOf(hub, row, false)) };
}

/** Events write the state in lower case. */
function reviewPayload(hub: Hub, review: ReviewRow): object {
  return { ...reviewShape(hub, review), state: review.state.toLowerCase(), submitted_at: review.submittedAt };
}

async function onComment(hub: Hub, occasion: Of<"issue_comment">): Promise<Started> {
  const row = hub.issues.get(occasion.number);
  const comment: CommentRow | undefined = [...hub.comments.values()].findLast(
    ({ id, number }) => number === occasion.number && (occasion.comment === undefined || id === occasion.comment),
  );
  if (row === undefined || comment === undefined) throw new Error(`#${occasion.number} has no such comment`);
  const actor = occasion.sender ?? comment.login;
  const payload = {
    action: "created",
    issue: issueShape(hub, row),
    comment: commentShape(hub, comment),
    ...common(hub, actor),
  };
  // Whatever it is about, the workflow of the default branch runs.
  return { payload, actor, ...(await tipOf(hub, hub.defaultBranch)) };
}

async function onPush(hub: Hub, occasion: Of<"push">): Promise<Started> {
  const { ref, sha } = await tipOf(hub, occasion.branch ?? hub.defaultBranch);
  const tip = await hub.repository.commit(sha);
  if (tip === undefined) throw new Error(`${ref} is at no commit`);
  const before = occasion.before ?? tip.parents[0] ?? "0".repeat(40);
  const commits = /^0+$/.test(before) ? [tip] : await hub.repository.commits(before, sha);
  const actor = occasion.sender ?? accountOf(hub, tip.author.email)?.login ?? hub.owner;
  const account = hub.accounts.get(actor.toLowerCase());
  const payload = {
    ref,
    before,
    after: sha,
    base_ref: null,
    created: /^0+$/.test(before),
    deleted: false,
    forced: !(/^0+$/.test(before) || (await hub.repository.isAncestor(before, sha))),
    compare: `${repoHtml(hub)}/compare/${before.slice(0, 12)}...${sha.slice(0, 12)}`,
    commits: commits.map((commit) => pushedShape(hub, commit)),
    head_commit: pushedShape(hub, tip),
    pusher: { name: actor, email: account?.emails[0] ?? null },
    ...common(hub, actor),
    repository: pushRepository(hub),
  };
  return { payload, actor, ref, sha };
}

async function onGroup(hub: Hub, occasion: Of<"merge_group">): Promise<Started> {
  const group = hub.queue.find(({ number }) => number === occasion.number);
  if (group === undefined) throw new Error(`pull request ${occasion.number} is not in the queue`);
  const head = await hub.repository.commit(group.headSha);
  if (head === undefined) throw new Error(`${group.headRef} is at no commit`);
  const actor = occasion.sender ?? group.by;
  const person = ({ name, email }: Commit["author"]): object => ({ name, email });
  const payload = {
    action: "checks_requested",
    merge_group: {
      ...{ head_sha: group.headSha, head_ref: group.headRef, base_sha: group.baseSha, base_ref: group.baseRef },
      head_commit: {
        ...{ id: head.sha, tree_id: head.tree, message: head.message, timestamp: head.committer.date },
        ...{ author: person(head.author), committer: person(head.committer) },
      },
    },
    ...common(hub, actor),
  };
  return { payload, actor, ref: group.headRef, sha: group.headSha };
}

/** Whatever has ended, the workflow of the default branch hears of it. */
async function onRun(hub: Hub, { number, of, sender }: Of<"workflow_run">): Promise<Started> {
  const ended = await (of === "merge_group" ? groupRun(hub, number) : reviewRun(hub, number));
  const payload = {
    action: "completed",
    workflow: workflowShape(hub, ended),
    workflow_run: workflowRunShape(hub, ended),
    ...common(hub, sender ?? ended.actor),
  };
  return { payload, actor: sender ?? ended.actor, ...(await tipOf(hub, hub.defaultBranch)) };
}

async function groupRun(hub: Hub, number: number): Promise<EndedRun> {
  const group = hub.queue.find((one) => one.number === number);
  const commit = group && (await hub.repository.commit(group.headSha));
  if (group === undefined || commit === undefined) throw new Error(`pull request ${number} is not in the queue`);
  const branch = group.headRef.replace("refs/heads/", "");
  const head = { owner: hub.owner, branch, commit };
  return { event: "merge_group", name: "accord-queue", actor: group.by, head, pulls: [] };
}

async function reviewRun(hub: Hub, number: number): Promise<EndedRun> {
  const { pull, author } = pullOf(hub, number);
  const commit = await hub.repository.commit(pull.headSha);
  if (commit === undefined) throw new Error(`the head of pull request ${number} is no commit`);
  const actor = hub.reviews.findLast((review) => review.pull === number)?.login ?? author;
  const base = { number, base: pull.base, baseSha: (await tipOf(hub, pull.base)).sha };
  return {
    ...{ event: "pull_request_review", name: "accord-reviewed", actor },
    head: { owner: pull.head.owner, branch: pull.head.ref, commit },
    pulls: pull.head.owner === hub.owner ? [base] : [],
  };
}

/** In a push, and only there, times of a repository are numbers. */
function pushRepository(hub: Hub): object {
  const shape = repositoryShape(hub);
  const seconds = Math.floor(Date.parse(shape.created_at) / 1_000);
  return {
    ...{ ...shape, custom_properties: {}, created_at: seconds, pushed_at: Math.floor(hub.clock.now() / 1_000) },
    ...{ stargazers: 0, master_branch: hub.defaultBranch, organization: hub.owner },
    owner: { ...shape.owner, name: hub.owner, email: null },
  };
}

function pushedShape(hub: Hub, commit: Commit): object {
  const person = ({ name, email, date }: Commit["author"]): object => {
    const account = accountOf(hub, email);
    return { name, email, date, ...(account === undefined ? {} : { username: account.login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repoHtml(hub)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [],
    removed: [],
    modified: [],
  };
}

async function byItself(hub: Hub, occasion: Of<"schedule" | "workflow_dispatch">): Promise<Started> {
  const at = await tipOf(hub, hub.defaultBranch);
  // A schedule runs in the name of whoever last changed its cron line.
  const actor = occasion.sender ?? hub.owner;
  const workflow = ".github/workflows/accord.yml";
  const payload =
    occasion.event === "schedule"
      ? { schedule: occasion.cron ?? "17 3 * * *", workflow, ...common(hub, actor) }
      : { inputs: occasion.inputs ?? {}, ref: at.ref, workflow, ...common(hub, actor) };
  return { payload, actor, ...at };
}

function common(hub: Hub, sender: string): object {
  const { webUrl, owner, apiUrl } = hub;
  const { id, node_id: nodeId, avatar_url: avatar } = userOf(hub, owner);
  const url = `${apiUrl}/orgs/${owner}`;
  return {
    repository: { ...repositoryShape(hub), custom_properties: {} },
    organization: {
      ...{ login: owner, id, node_id: nodeId, url, repos_url: `${url}/repos`, events_url: `${url}/events` },
      ...{ hooks_url: `${url}/hooks`, issues_url: `${url}/issues`, members_url: `${url}/members{/member}` },
      ...{ public_members_url: `${url}/public_members{/member}`, avatar_url: avatar, description: "" },
      html_url: `${webUrl}/${owner}`,
    },
    sender: userOf(hub, sender),
  };
}

function pullOf(hub: Hub, number: number): PullAt {
  const row = hub.issues.get(number);
  if (row === undefined || !isPull(row)) throw new Error(`there is no pull request ${number}`);
  return row;
}

async function tipOf(hub: Hub, branch: string): Promise<{ readonly ref: string; readonly sha: string }> {
  const ref = `refs/heads/${branch}`;
  const sha = await hub.repository.ref(ref);
  if (sha === undefined) throw new Error(`there is no branch ${branch}`);
  return { ref, sha };
}

/** A workflow runs on the merge of head and base; once that is made, and for `pull_request_target`, on the base. */
async function placeOf(hub: Hub, row: PullAt, onBase: boolean): Promise<Pick<Started, "ref" | "sha" | "pull">> {
  const { pull } = row;
  const about = { pull: { head: pull.head.ref, base: pull.base, fork: pull.head.owner !== hub.owner } };
  const base = await tipOf(hub, pull.base);
  if (onBase || pull.merged !== undefined) return { ...base, ...about };
  if (pull.computed?.head !== pull.headSha || pull.computed.base !== base.sha) await compute(hub, row, base.sha);
  const sha = pull.computed?.commit;
  if (sha === undefined) throw new Error(`pull request ${row.number} has conflicts: GitHub runs no workflow for it`);
  return { ref: `refs/pull/${row.number}/merge`, sha, ...about };
}
