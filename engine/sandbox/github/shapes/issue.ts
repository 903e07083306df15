import type { CommentRow, Hub, IssueRow } from "../rows.ts";
import { appShape, nodeId, userOf } from "./account.ts";
import type { Schemas } from "./schemas.ts";

export function labelShape(hub: Hub, name: string): Schemas["label"] {
  // The same name has the same id wherever it is shown.
  const id = 800_000 + [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 100_000, 7);
  const url = `${repoUrl(hub)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId("LA", id), url, name, color: "ededed", default: false, description: "" };
}

export function repoUrl({ apiUrl, owner, name }: Pick<Hub, "apiUrl" | "owner" | "name">): string {
  return `${apiUrl}/repos/${owner}/${name}`;
}

export function repoHtml({ webUrl, owner, name }: Pick<Hub, "webUrl" | "owner" | "name">): string {
  return `${webUrl}/${owner}/${name}`;
}

export function associationOf(hub: Hub, login: string): Schemas["author-association"] {
  if (login.endsWith("[bot]")) return "NONE";
  return hub.roles.has(login.toLowerCase()) ? "MEMBER" : "NONE";
}

export function issueShape(hub: Hub, row: IssueRow) {
  const url = `${repoUrl(hub)}/issues/${row.number}`;
  const pullHtml = `${repoHtml(hub)}/pull/${row.number}`;
  return {
    url,
    repository_url: repoUrl(hub),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: row.pull === undefined ? `${repoHtml(hub)}/issues/${row.number}` : pullHtml,
    id: row.id,
    node_id: nodeId("I", row.id),
    number: row.number,
    title: row.title,
    user: userOf(hub, row.author),
    labels: [...row.labels].map((name) => labelShape(hub, name)),
    state: row.state,
    state_reason: row.state === "closed" ? "completed" : null,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: [...hub.comments.values()].filter(({ number }) => number === row.number).length,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    closed_at: row.closedAt ?? null,
    author_association: associationOf(hub, row.author),
    active_lock_reason: null,
    body: row.body,
    reactions: reactionsShape(`${url}/reactions`),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: row.app === undefined ? null : appShape(hub, row.app),
    ...(row.pull === undefined
      ? {}
      : {
          draft: row.pull.draft,
          pull_request: {
            url: `${repoUrl(hub)}/pulls/${row.number}`,
            html_url: pullHtml,
            diff_url: `${pullHtml}.diff`,
            patch_url: `${pullHtml}.patch`,
            merged_at: row.pull.merged?.at ?? null,
          },
        }),
  } satisfies Schemas["issue"];
}

export function commentShape(hub: Hub, row: CommentRow) {
  const url = `${repoUrl(hub)}/issues/comments/${row.id}`;
  const kind = hub.issues.get(row.number)?.pull === undefined ? "issues" : "pull";
  return {
    url,
    html_url: `${repoHtml(hub)}/${kind}/${row.number}#issuecomment-${row.id}`,
    issue_url: `${repoUrl(hub)}/issues/${row.number}`,
    id: row.id,
    node_id: nodeId("IC", row.id),
    user: userOf(hub, row.login),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    author_association: associationOf(hub, row.login),
    body: row.body,
    reactions: reactionsShape(`${url}/reactions`),
    performed_via_github_app: row.app === undefined ? null : appShape(hub, row.app),
  } satisfies Schemas["issue-comment"];
}

function reactionsShape(url: string) {
  const none = { laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url, total_count: 0, "+1": 0, "-1": 0, ...none } satisfies Schemas["reaction-rollup"];
}
