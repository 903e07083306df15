/** GitHub's answers → the nouns of the port: only the fields that are read, and loudly where one is missing. */
import { ProblemError } from "../../problem.ts";
import type { Check, Issue, Permission, Pull, Review } from "../github.ts";

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw unexpected(what, "is not an object");
}

/** The items of a list, each an object. */
export function rowsOf(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value)) throw unexpected(what, "is not a list");
  return value.map((item: unknown) => fieldsOf(item, what));
}

export function textOf(fields: Fields, name: string, what: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw unexpected(what, `has no text "${name}"`);
}

export function numberOf(fields: Fields, name: string, what: string): number {
  const value = fields[name];
  if (typeof value === "number") return value;
  throw unexpected(what, `has no number "${name}"`);
}

/** Of an account; empty where GitHub knows none (an e-mail of nobody, an account that was deleted). */
export function loginOf(fields: Fields, name: string): string {
  const account = fields[name];
  return isFields(account) && typeof account.login === "string" ? account.login : "";
}

/** Of a pull request, whether it came alone or in a list. */
export function pullOf(value: unknown): Pull {
  const what = "a pull request";
  const pull = fieldsOf(value, what);
  const { head, base } = { head: fieldsOf(pull.head, what), base: fieldsOf(pull.base, what) };
  const mergedAs = typeof pull.merge_commit_sha === "string" && merged(pull) ? pull.merge_commit_sha : undefined;
  const mergeable = mergeableOf(pull);
  return {
    number: numberOf(pull, "number", what),
    title: textOf(pull, "title", what),
    author: loginOf(pull, "user"),
    open: textOf(pull, "state", what) === "open",
    merged: merged(pull),
    draft: pull.draft === true,
    head: { branch: textOf(head, "ref", what), commit: textOf(head, "sha", what) },
    base: { branch: textOf(base, "ref", what), commit: textOf(base, "sha", what) },
    // The repository of a fork that was deleted is null: still a fork.
    fork: !isFields(head.repo) || !isFields(base.repo) || head.repo.id !== base.repo.id,
    labels: rowsOf(pull.labels ?? [], what).map((label) => textOf(label, "name", what)),
    ...(mergedAs === undefined ? {} : { mergedAs }),
    ...(mergeable === undefined ? {} : { mergeable }),
    url: textOf(pull, "html_url", what),
  };
}

/** Lists tell it by the time alone. */
function merged(pull: Fields): boolean {
  return pull.merged === true || typeof pull.merged_at === "string";
}

/** `clean`, `unstable` (a check that is not required) and `has_hooks` merge; all others do not. */
function mergeableOf(pull: Fields): Pull["mergeable"] {
  const state = pull.mergeable_state;
  if (typeof pull.mergeable !== "boolean" || typeof state !== "string" || state === "unknown") return undefined;
  return { allowed: pull.mergeable && ["clean", "unstable", "has_hooks"].includes(state), state };
}

const REVIEW_STATES: Readonly<Record<string, Review["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
  PENDING: "pending",
};

export function reviewOf(value: unknown): Review {
  const what = "a review";
  const review = fieldsOf(value, what);
  const state = REVIEW_STATES[textOf(review, "state", what)];
  if (state === undefined) throw unexpected(what, `has the unknown state "${String(review.state)}"`);
  return {
    login: loginOf(review, "user"),
    person: isFields(review.user) && review.user.type === "User",
    state,
    // One that is still being written was not given yet.
    at: state === "pending" ? "" : textOf(review, "submitted_at", what),
    // The commit may be gone from the repository: then it is about none that is there.
    commit: typeof review.commit_id === "string" ? review.commit_id : "",
  };
}

export function checkOf(value: unknown): Check {
  const what = "a check run";
  const check = fieldsOf(value, what);
  const output = isFields(check.output) ? check.output : {};
  return {
    id: numberOf(check, "id", what),
    conclusion: typeof check.conclusion === "string" ? check.conclusion : textOf(check, "status", what),
    at: typeof check.completed_at === "string" ? check.completed_at : "",
    text: typeof output.text === "string" ? output.text : "",
  };
}

const PERMISSIONS: readonly Permission[] = ["admin", "maintain", "write", "triage", "read", "none"];

/** The role where it is one of GitHub's own, else (a custom role) what it amounts to at least. */
export function permissionOf(value: unknown): Permission {
  const what = "a permission";
  const answer = fieldsOf(value, what);
  const known = [answer.role_name, answer.permission].flatMap((name) => PERMISSIONS.find((one) => one === name) ?? []);
  if (known[0] === undefined) throw unexpected(what, `is the unknown "${String(answer.permission)}"`);
  return known[0];
}

export function issueOf(value: unknown): Issue {
  const what = "an issue";
  const issue = fieldsOf(value, what);
  return {
    number: numberOf(issue, "number", what),
    title: textOf(issue, "title", what),
    body: typeof issue.body === "string" ? issue.body : "",
    url: textOf(issue, "html_url", what),
  };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unexpected(what: string, wrong: string): ProblemError {
  return new ProblemError({
    code: "github-answer",
    message: `GitHub's answer for ${what} ${wrong}.`,
    hint: "Check that GITHUB_API_URL is the address of GitHub's API; if it is, please report this.",
  });
}
