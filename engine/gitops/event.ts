/** What happened on GitHub, from the payload that a workflow run is given, in the few words that the flow knows. Pure. */
import { ProblemError } from "../problem.ts";
import { isRecord } from "../state/shape.ts";

export type HubEvent =
  /** Opened, pushed to, reviewed: to be looked at anew. `closed`: it is over, merged or not. */
  | { readonly kind: "pull"; readonly number: number; readonly closed: boolean; readonly merged: boolean }
  /** Reviewed, and named by its head alone, as GitHub does for a pull request from a fork. */
  | { readonly kind: "reviewed"; readonly commit: string }
  /** A comment that begins with `/accord`. */
  | {
      readonly kind: "command";
      readonly number: number;
      readonly words: readonly string[];
      readonly login: string;
      readonly comment: number;
    }
  | { readonly kind: "push"; readonly branch: string; readonly before: string; readonly after: string }
  | {
      readonly kind: "queue";
      /** Where the queue keeps the commit that would become the base. */
      readonly ref: string;
      readonly base: string;
      readonly before: string;
      readonly after: string;
      readonly number: number;
    }
  | { readonly kind: "schedule" }
  /** Something that is not about the flow: nothing to do, and no error. */
  | { readonly kind: "other"; readonly what: string };

const COMMAND = /^\/accord\b(.*)$/m;
/** `gh-readonly-queue/main/pr-12-<commit>`: the base branch, the pull request, and what its group stands on. */
const QUEUED = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-([0-9a-f]+)$/;

export function hubEvent(name: string, payload: unknown): HubEvent {
  if (!isRecord(payload)) throw unreadable(name, "it is no object");
  switch (name) {
    case "pull_request":
    case "pull_request_target":
    case "pull_request_review":
      return pullEvent(name, payload);
    case "issue_comment":
      return commentEvent(payload);
    case "push": {
      const branch = /^refs\/heads\/(.+)$/.exec(text(payload, "ref", name))?.[1];
      if (branch === undefined || payload.deleted === true) return { kind: "other", what: "a push to no branch" };
      return { kind: "push", branch, before: text(payload, "before", name), after: text(payload, "after", name) };
    }
    case "merge_group": {
      const group = record(payload, "merge_group", name);
      if (payload.action !== "checks_requested")
        return { kind: "other", what: `merge_group ${String(payload.action)}` };
      const ref = text(group, "head_ref", name);
      const number = QUEUED.exec(ref)?.[2];
      if (number === undefined) throw unreadable(name, "its head_ref names no pull request");
      const base = text(group, "base_ref", name).replace(/^refs\/heads\//, "");
      const [before, after] = [text(group, "base_sha", name), text(group, "head_sha", name)];
      return { kind: "queue", ref, base, before, after, number: Number(number) };
    }
    case "workflow_run":
      return relayed(payload);
    case "schedule":
    case "workflow_dispatch":
      return { kind: "schedule" };
    default:
      return { kind: "other", what: name };
  }
}

/**
 * Of a review and of a merge group GitHub runs the workflow that the pull request itself brings. So those workflows are
 * empty, and their end starts one of the default branch, which hears here what happened.
 */
function relayed(payload: Readonly<Record<string, unknown>>): HubEvent {
  const name = "workflow_run";
  const run = record(payload, name, name);
  const [event, commit] = [text(run, "event", name), text(run, "head_sha", name)];
  switch (event) {
    case "pull_request_review": {
      const first: unknown = Array.isArray(run.pull_requests) ? run.pull_requests[0] : undefined;
      if (!isRecord(first) || typeof first.number !== "number") return { kind: "reviewed", commit };
      return { kind: "pull", number: first.number, closed: false, merged: false };
    }
    case "merge_group": {
      const ref = `refs/heads/${text(run, "head_branch", name)}`;
      const [, base, number, before] = QUEUED.exec(ref) ?? [];
      if (base === undefined || before === undefined) throw unreadable(name, "its head_branch names no pull request");
      return { kind: "queue", ref, base, before, after: commit, number: Number(number) };
    }
    default:
      return { kind: "other", what: `the end of a workflow on ${event}` };
  }
}

function pullEvent(name: string, payload: Readonly<Record<string, unknown>>): HubEvent {
  const pull = record(payload, "pull_request", name);
  if (typeof pull.number !== "number") throw unreadable(name, "its pull_request has no number");
  const closed = pull.state === "closed";
  return { kind: "pull", number: pull.number, closed, merged: closed && pull.merged === true };
}

function commentEvent(payload: Readonly<Record<string, unknown>>): HubEvent {
  const name = "issue_comment";
  const issue = record(payload, "issue", name);
  const comment = record(payload, "comment", name);
  if (!isRecord(issue.pull_request)) return { kind: "other", what: "a comment on an issue" };
  const said = COMMAND.exec(text(comment, "body", name))?.[1];
  // An edited comment is no new word: who reads the log sees one that was never said.
  if (said === undefined || payload.action !== "created") return { kind: "other", what: "a comment" };
  if (typeof issue.number !== "number" || typeof comment.id !== "number") throw unreadable(name, "it has no number");
  const login = text(record(comment, "user", name), "login", name);
  const words = said
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  return { kind: "command", number: issue.number, words, login, comment: comment.id };
}

function record(of: Readonly<Record<string, unknown>>, key: string, name: string): Readonly<Record<string, unknown>> {
  const value = of[key];
  if (isRecord(value)) return value;
  throw unreadable(name, `it has no ${key}`);
}

function text(of: Readonly<Record<string, unknown>>, key: string, name: string): string {
  const value = of[key];
  if (typeof value === "string") return value;
  throw unreadable(name, `it has no ${key}`);
}

function unreadable(name: string, why: string): ProblemError {
  return new ProblemError({
    code: "unreadable-event",
    message: `The payload of the event ${name} cannot be used: ${why}.`,
    hint: "Run it in a GitHub workflow, or name the pull request: --pull 12.",
  });
}
