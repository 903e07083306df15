/** `/repos/{owner}/{repo}/pulls` and what hangs below it. */
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
import { detailsOf } from "./mergeability.ts";
import { mergePull } from "./merging.ts";
import { atLeast } from "./rights.ts";
import { ACTIONS, type Hub, type IssueRow, nowIso } from "./rows.ts";
import { commitShape } from "./shapes/commit.ts";
import { type PullAt, pullShape, pullSimpleShape } from "./shapes/pull.ts";
import { adoptHead, close, isPull } from "./sync.ts";

const READ = { pull_requests: "read" } as const;
const WRITE = { pull_requests: "write" } as const;
const ONE = "/repos/{owner}/{repo}/pulls/{number}";

export const pullEndpoints: readonly Endpoint[] = [
  { method: "GET", path: "/repos/{owner}/{repo}/pulls", needs: READ, handle: listed },
  { method: "POST", path: "/repos/{owner}/{repo}/pulls", needs: WRITE, handle: opened },
  { method: "GET", path: ONE, needs: READ, handle: async (call) => shown(call.hub, pullIn(call)) },
  { method: "PATCH", path: ONE, needs: WRITE, handle: changed },
  { method: "GET", path: `${ONE}/commits`, needs: { pull_requests: "read", contents: "read" }, handle: commitsListed },
  {
    method: "PUT",
    path: `${ONE}/merge`,
    needs: { contents: "write" },
    handle: (call) => mergePull(call, pullIn(call)),
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/commits/{sha}/pulls",
    needs: { pull_requests: "read", contents: "read" },
    handle: pullsOfCommit,
  },
];

export function pullIn(call: Call): PullAt {
  const row = call.hub.issues.get(numberIn(call, "number"));
  if (row === undefined || !isPull(row)) throw notFound();
  return row;
}

async function shown(hub: Hub, row: PullAt, status = 200): Promise<Response> {
  return json(status, pullShape(hub, row, await detailsOf(hub, row, status === 200)));
}

function listed(call: Call): Response {
  const { hub, url } = call;
  const asked = (name: string, otherwise: string): string => url.searchParams.get(name) ?? otherwise;
  const [state, base, head] = [asked("state", "open"), asked("base", ""), asked("head", "")];
  const rows = [...hub.issues.values()]
    .filter(isPull)
    .filter((row) => state === "all" || row.state === state)
    .filter((row) => base === "" || row.pull.base === base)
    // A head without its owner is left out of account, as GitHub does.
    .filter(({ pull }) => !head.includes(":") || head === `${pull.head.owner}:${pull.head.ref}`)
    .sort((a, b) => (asked("direction", "desc") === "asc" ? a.number - b.number : b.number - a.number));
  return page(
    call,
    rows.map((row) => pullSimpleShape(hub, row)),
  );
}

async function opened(call: Call): Promise<Response> {
  const { hub, caller } = call;
  if (caller.app?.id === ACTIONS.id && !hub.workflowsOpenPulls) {
    throw new Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
  }
  const [title, base, given] = [
    textIn(call, "PullRequest", "title"),
    textIn(call, "PullRequest", "base"),
    textIn(call, "PullRequest", "head"),
  ];
  const [owner, ref] = given.includes(":") ? splitAt(given) : [hub.owner, given];
  const source = owner === hub.owner ? hub.repository : hub.forks.get(owner);
  const baseSha = await hub.repository.ref(`refs/heads/${base}`);
  const headSha = await source?.ref(`refs/heads/${ref}`);
  if (baseSha === undefined) throw invalid("PullRequest", "base", "invalid");
  if (headSha === undefined) throw invalid("PullRequest", "head", "invalid");
  if (caller.app === undefined && owner === hub.owner && !atLeast(hub.roles.get(caller.login.toLowerCase()), "write")) {
    throw new Refusal(403, "Resource not accessible by personal access token");
  }
  const twin = [...hub.issues.values()].find(
    (row) =>
      row.state === "open" && row.pull?.base === base && row.pull.head.ref === ref && row.pull.head.owner === owner,
  );
  if (twin !== undefined) {
    throw invalid("PullRequest", "", "custom", `A pull request already exists for ${owner}:${ref}.`);
  }
  const pull = { draft: call.body.draft === true, base, baseSha, head: { owner, ref }, headSha };
  const row = newIssue(hub, { title, body: optionalTextIn(call, "body") ?? "", caller, pull });
  if (!isPull(row)) throw new Error("a pull request was made without its branch");
  await adoptHead(hub, row, headSha);
  if (baseSha === headSha || (await hub.repository.isAncestor(headSha, baseSha))) {
    hub.issues.delete(row.number);
    await hub.repository.deleteRef(`refs/pull/${row.number}/head`);
    throw invalid("PullRequest", "", "custom", `No commits between ${base} and ${ref}`);
  }
  return shown(hub, row, 201);
}

function splitAt(head: string): readonly [string, string] {
  const at = head.indexOf(":");
  return [head.slice(0, at), head.slice(at + 1)];
}

/** What an issue and a pull request begin as. */
export function newIssue(
  hub: Hub,
  { title, body, caller, pull }: Pick<IssueRow, "title" | "body" | "pull"> & Pick<Call, "caller">,
): IssueRow {
  refuseLong("Issue", body);
  const at = nowIso(hub);
  const row: IssueRow = {
    ...{ id: hub.next("id"), number: hub.next("number"), author: caller.login, createdAt: at, updatedAt: at },
    ...(caller.app === undefined ? {} : { app: caller.app }),
    ...{ title, body, state: "open", labels: new Set<string>() },
    ...(pull === undefined ? {} : { pull }),
  };
  hub.issues.set(row.number, row);
  return row;
}

const MOST_BODY = 65_536;

export function refuseLong(resource: string, body: string): void {
  if (body.length > MOST_BODY) {
    throw invalid(resource, "body", "custom", `body is too long (maximum is ${MOST_BODY} characters)`);
  }
}

/** Title, body, state: the same for issues. */
export function applyChanges(call: Call, row: IssueRow): void {
  const { hub, body } = call;
  const [title, text, state] = [optionalTextIn(call, "title"), optionalTextIn(call, "body"), body.state];
  if (text !== undefined) refuseLong("Issue", text);
  row.title = title ?? row.title;
  row.body = text ?? row.body;
  row.updatedAt = nowIso(hub);
  if (state === "closed" && row.state === "open") close(hub, row);
  if (state === "open" && row.state === "closed") {
    row.state = "open";
    delete row.closedAt;
  }
}

async function changed(call: Call): Promise<Response> {
  const row = pullIn(call);
  const base = optionalTextIn(call, "base");
  if (call.body.state === "open" && row.pull.merged !== undefined) {
    throw invalid("PullRequest", "state", "invalid", "state cannot be changed. The pull request was merged.");
  }
  applyChanges(call, row);
  if (base !== undefined && base !== row.pull.base) {
    const sha = await call.hub.repository.ref(`refs/heads/${base}`);
    if (sha === undefined) throw invalid("PullRequest", "base", "invalid");
    row.pull.base = base;
    row.pull.baseSha = sha;
    delete row.pull.computed;
  }
  return shown(call.hub, row);
}

/** Ends at 250, whatever the number of pages. */
const MOST_COMMITS = 250;

async function commitsListed(call: Call): Promise<Response> {
  const { hub } = call;
  const { pull } = pullIn(call);
  const commits = await hub.repository.commits(
    pull.merged === undefined ? `refs/heads/${pull.base}` : pull.baseSha,
    pull.headSha,
  );
  return page(
    call,
    commits.slice(0, MOST_COMMITS).map((commit) => commitShape(hub, commit)),
  );
}

/** The merged pull request that brought a commit in; open ones while it is on no default branch. */
async function pullsOfCommit(call: Call): Promise<Response> {
  const { hub, params } = call;
  const commit = await hub.repository.commit(params.sha ?? "");
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${params.sha}`);
  const rows: PullAt[] = [];
  for (const row of [...hub.issues.values()].filter(isPull)) {
    const { merged, base, headSha } = row.pull;
    if (merged !== undefined && (merged.sha === commit.sha || merged.commits.includes(commit.sha))) rows.push(row);
    else if (row.state === "open") {
      const own = await hub.repository.commits(`refs/heads/${base}`, headSha);
      if (own.some(({ sha }) => sha === commit.sha)) rows.push(row);
    }
  }
  return page(
    call,
    rows.map((row) => pullSimpleShape(hub, row)),
  );
}
