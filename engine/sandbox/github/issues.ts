/** Issues, and what pull requests have of them: comments and labels. */
import { json } from "../../../providers/shared/emulator.ts";
import {
  type Call,
  type Endpoint,
  invalid,
  notFound,
  numberIn,
  optionalTextIn,
  page,
  Refusal,
  textIn,
} from "./call.ts";
import { applyChanges, newIssue, refuseLong } from "./pulls.ts";
import { atLeast } from "./rights.ts";
import { type CommentRow, type IssueRow, nowIso } from "./rows.ts";
import { commentShape, issueShape, labelShape } from "./shapes/issue.ts";

const READ = { issues: "read", pull_requests: "read" } as const;
const WRITE = { issues: "write", pull_requests: "write" } as const;
const LIST = "/repos/{owner}/{repo}/issues";
const ONE = `${LIST}/{number}`;
const COMMENT = `${LIST}/comments/{id}`;

export const issueEndpoints: readonly Endpoint[] = [
  { method: "GET", path: LIST, needs: { issues: "read" }, handle: listed },
  { method: "POST", path: LIST, needs: { issues: "write" }, handle: opened },
  { method: "GET", path: ONE, needs: READ, handle: (call) => json(200, issueShape(call.hub, issueIn(call))) },
  { method: "PATCH", path: ONE, needs: WRITE, handle: changed },
  { method: "GET", path: `${ONE}/comments`, needs: READ, handle: commentsListed },
  { method: "POST", path: `${ONE}/comments`, needs: WRITE, handle: commented },
  { method: "GET", path: COMMENT, needs: READ, handle: (call) => json(200, commentShape(call.hub, commentIn(call))) },
  { method: "PATCH", path: COMMENT, needs: WRITE, handle: commentChanged },
  { method: "DELETE", path: COMMENT, needs: WRITE, handle: commentDeleted },
  { method: "GET", path: `${ONE}/labels`, needs: READ, handle: labelsListed },
  { method: "POST", path: `${ONE}/labels`, needs: WRITE, handle: labelled },
  { method: "DELETE", path: `${ONE}/labels/{name}`, needs: WRITE, handle: unlabelled },
];

function issueIn(call: Call): IssueRow {
  const row = call.hub.issues.get(numberIn(call, "number"));
  if (row === undefined) throw notFound();
  return row;
}

/** Pull requests are among them. */
function listed(call: Call): Response {
  const { hub, url } = call;
  const state = url.searchParams.get("state") ?? "open";
  const labels = (url.searchParams.get("labels") ?? "").split(",").filter((name) => name !== "");
  const rows = [...hub.issues.values()]
    .filter((row) => state === "all" || row.state === state)
    .filter((row) => labels.every((label) => row.labels.has(label)))
    .sort((a, b) => (url.searchParams.get("direction") === "asc" ? a.number - b.number : b.number - a.number));
  return page(
    call,
    rows.map((row) => issueShape(hub, row)),
  );
}

function opened(call: Call): Response {
  const { hub, caller } = call;
  const row = newIssue(hub, {
    title: textIn(call, "Issue", "title"),
    body: optionalTextIn(call, "body") ?? "",
    caller,
  });
  // Without the right to triage they are dropped without a word.
  if (mayTriage(call)) for (const name of labelsIn(call)) row.labels.add(name);
  return json(201, issueShape(hub, row));
}

function changed(call: Call): Response {
  const row = issueIn(call);
  if (!mayTriage(call) && row.author !== call.caller.login)
    throw new Refusal(403, "Must have admin rights to Repository.");
  applyChanges(call, row);
  return json(200, issueShape(call.hub, row));
}

function commentsListed(call: Call): Response {
  const { number } = issueIn(call);
  const rows = [...call.hub.comments.values()].filter((row) => row.number === number);
  return page(
    call,
    rows.map((row) => commentShape(call.hub, row)),
  );
}

function commented(call: Call): Response {
  const { hub, caller } = call;
  const { number } = issueIn(call);
  const body = textIn(call, "IssueComment", "body");
  refuseLong("IssueComment", body);
  const at = nowIso(hub);
  const row: CommentRow = {
    ...{ id: hub.next("id"), number, login: caller.login, createdAt: at, updatedAt: at, body },
    ...(caller.app === undefined ? {} : { app: caller.app }),
  };
  hub.comments.set(row.id, row);
  return json(201, commentShape(hub, row));
}

function commentIn(call: Call): CommentRow {
  const row = call.hub.comments.get(numberIn(call, "id"));
  if (row === undefined) throw notFound();
  return row;
}

/** People who may push may change the comments of others; an app only its own. */
function ownCommentIn(call: Call): CommentRow {
  const row = commentIn(call);
  if (row.login === call.caller.login || (call.caller.app === undefined && mayPush(call))) return row;
  throw new Refusal(
    403,
    call.caller.app === undefined ? "Must have admin rights to Repository." : "Resource not accessible by integration",
  );
}

function commentChanged(call: Call): Response {
  const row = ownCommentIn(call);
  const body = textIn(call, "IssueComment", "body");
  refuseLong("IssueComment", body);
  row.body = body;
  row.updatedAt = nowIso(call.hub);
  return json(200, commentShape(call.hub, row));
}

function commentDeleted(call: Call): Response {
  call.hub.comments.delete(ownCommentIn(call).id);
  return new Response(null, { status: 204 });
}

function labelsListed(call: Call): Response {
  return page(
    call,
    [...issueIn(call).labels].map((name) => labelShape(call.hub, name)),
  );
}

function labelled(call: Call): Response {
  const row = issueIn(call);
  if (!mayTriage(call)) throw notFound();
  for (const name of labelsIn(call)) row.labels.add(name);
  return json(
    200,
    [...row.labels].map((name) => labelShape(call.hub, name)),
  );
}

function unlabelled(call: Call): Response {
  const row = issueIn(call);
  if (!mayTriage(call)) throw notFound();
  if (!row.labels.delete(call.params.name ?? "")) throw new Refusal(404, "Label does not exist");
  return json(
    200,
    [...row.labels].map((name) => labelShape(call.hub, name)),
  );
}

/** Those that are new are made. */
function labelsIn({ body }: Call): readonly string[] {
  const { labels = [] } = body;
  if (!Array.isArray(labels)) throw invalid("Label", "labels", "invalid");
  return labels.map((label: unknown) => {
    if (typeof label === "string" && label !== "" && label.length <= 50) return label;
    throw invalid("Label", "name", "invalid");
  });
}

function mayTriage({ hub, caller }: Call): boolean {
  return caller.app !== undefined || atLeast(hub.roles.get(caller.login.toLowerCase()), "triage");
}

function mayPush({ hub, caller }: Call): boolean {
  return atLeast(hub.roles.get(caller.login.toLowerCase()), "write");
}
