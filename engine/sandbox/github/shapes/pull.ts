import type { Hub, IssueRow, PullRow, ReviewRow } from "../rows.ts";
import { nodeId, userOf } from "./account.ts";
import { associationOf, labelShape, repoHtml, repoUrl } from "./issue.ts";
import { repositoryShape } from "./repository.ts";
import type { Schemas } from "./schemas.ts";

export interface PullAt extends IssueRow {
  readonly pull: PullRow;
}

/** As it is in lists; `testMerge`: the commit that a merge would make, where that is known. */
export function pullSimpleShape(hub: Hub, row: PullAt) {
  const { pull } = row;
  const url = `${repoUrl(hub)}/pulls/${row.number}`;
  const html = `${repoHtml(hub)}/pull/${row.number}`;
  const issue = `${repoUrl(hub)}/issues/${row.number}`;
  const statuses = `${repoUrl(hub)}/statuses/${pull.headSha}`;
  return {
    url,
    id: row.id,
    node_id: nodeId("PR", row.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: row.number,
    state: row.state,
    locked: false,
    title: row.title,
    user: userOf(hub, row.author),
    body: row.body === "" ? null : row.body,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    closed_at: row.closedAt ?? null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? pull.computed?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: [...row.labels].map((name) => ({ ...labelShape(hub, name), description: "" })),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(hub)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: sideShape(hub, pull.head.owner, pull.head.ref, pull.headSha),
    base: sideShape(hub, hub.owner, pull.base, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoUrl(hub)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(hub, row.author),
    auto_merge: null,
    active_lock_reason: null,
  } satisfies Schemas["pull-request-simple"];
}

/** What only the pull request itself shows. */
export interface PullDetails {
  readonly mergeable: boolean | null;
  readonly state: string;
  readonly commits: number;
  readonly files: number;
}

export function pullShape(hub: Hub, row: PullAt, details: PullDetails) {
  const { merged } = row.pull;
  return {
    ...pullSimpleShape(hub, row),
    merged: merged !== undefined,
    mergeable: details.mergeable,
    rebaseable: details.mergeable,
    mergeable_state: details.state,
    merged_by: merged === undefined ? null : userOf(hub, merged.by),
    comments: [...hub.comments.values()].filter(({ number }) => number === row.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: details.commits,
    additions: details.files,
    deletions: 0,
    changed_files: details.files,
  } satisfies Schemas["pull-request"];
}

function sideShape(hub: Hub, owner: string, ref: string, sha: string) {
  return { label: `${owner}:${ref}`, ref, sha, user: userOf(hub, owner), repo: repositoryShape(hub, owner) };
}

export function reviewShape(hub: Hub, row: ReviewRow) {
  const html = `${repoHtml(hub)}/pull/${row.pull}#pullrequestreview-${row.id}`;
  const pull = `${repoUrl(hub)}/pulls/${row.pull}`;
  return {
    id: row.id,
    node_id: nodeId("PRR", row.id),
    user: userOf(hub, row.login),
    body: row.body,
    state: row.state,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(hub, row.login),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(row.state === "PENDING" ? {} : { submitted_at: row.submittedAt }),
    commit_id: row.commit,
  } satisfies Schemas["pull-request-review"];
}
