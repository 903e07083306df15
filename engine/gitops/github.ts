/**
 * What the flow needs of GitHub, in its own words. `octokit.ts` is the only file that knows the library; times are ISO,
 * logins as GitHub writes them. Every method throws a ProblemError that says what, where and what next: a permission
 * that is missing by its name in a workflow (`checks: write`), never a status alone.
 */
import type { Source } from "../model.ts";

export interface GitHub {
  /** `owner/name`. */
  readonly repository: string;
  pull(number: number): Promise<Pull>;
  /** Merged or open pull requests that a commit belongs to, or is the merge of. */
  pullsOf(commit: string): Promise<readonly Pull[]>;
  openPulls(base: string): Promise<readonly Pull[]>;
  /** Oldest first, dismissed ones included. */
  reviews(number: number): Promise<readonly Review[]>;
  /** Logins of all who wrote or committed something in it, where GitHub knows them; `complete` false where it does not. */
  hands(number: number): Promise<{ readonly logins: readonly string[]; readonly complete: boolean }>;
  /** Oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
  createComment(number: number, body: string): Promise<Comment>;
  /** False where it is not there any more. */
  updateComment(id: number, body: string): Promise<boolean>;
  deleteComment(id: number): Promise<void>;
  /** Check runs of that name on a commit, oldest first. */
  checks(commit: string, name: string): Promise<readonly Check[]>;
  /** Annotations beyond what one request takes are sent in further ones. */
  createCheck(check: NewCheck): Promise<void>;
  permission(login: string): Promise<Permission>;
  /** `team`: `org/slug`. A team that cannot be read is a problem, never "no". */
  isInTeam(team: string, login: string): Promise<boolean>;
  /** Files of the newest artifact of that name that a run of the base branch or of this pull request made. */
  artifact(name: string): Promise<ReadonlyMap<string, Uint8Array> | "expired" | "missing">;
  addLabel(number: number, label: string): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** Open issues (pull requests are none) with this label. */
  openIssues(label: string): Promise<readonly Issue[]>;
  createIssue(issue: NewIssue): Promise<Issue>;
  updateIssue(
    number: number,
    issue: Partial<Pick<NewIssue, "title" | "body">> & { readonly open?: boolean },
  ): Promise<void>;
  /** The open pull request from a branch of this repository, if there is one. */
  pullFrom(branch: string): Promise<Pull | undefined>;
  createPull(pull: NewPull): Promise<Pull>;
  updatePull(
    number: number,
    pull: Partial<Pick<NewPull, "title" | "body">> & { readonly open?: boolean },
  ): Promise<void>;
}

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly open: boolean;
  readonly merged: boolean;
  readonly draft: boolean;
  /** Its branch in this repository, or in a fork. */
  readonly head: { readonly branch: string; readonly commit: string };
  readonly base: { readonly branch: string; readonly commit: string };
  readonly fork: boolean;
  readonly labels: readonly string[];
  /** Commit that the merge made; absent before. */
  readonly mergedAs?: string;
  /** Whether GitHub would merge it now: reviews, code owners, required checks and conflicts. Absent while it computes. */
  readonly mergeable?: { readonly allowed: boolean; readonly state: string };
  readonly url: string;
}

export interface Review {
  readonly login: string;
  /** People only: what a bot says approves nothing. */
  readonly person: boolean;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  readonly at: string;
  /** The head that it is about. */
  readonly commit: string;
}

export interface Comment {
  readonly id: number;
  /** Written by whoever this client is; only those are ever edited. */
  readonly ours: boolean;
  readonly body: string;
  readonly login: string;
  readonly at: string;
  readonly url: string;
}

export type Conclusion = "success" | "failure" | "neutral" | "action_required" | "skipped";

export interface Check {
  readonly id: number;
  readonly conclusion: string;
  /** ISO time at which it was done. */
  readonly at: string;
  readonly text: string;
}

export interface NewCheck {
  readonly name: string;
  readonly commit: string;
  readonly conclusion: Conclusion;
  readonly title: string;
  /** Markdown, each at most 65,535 characters. */
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

/** A remark on a line of a file of the repository. */
export interface Annotation {
  readonly source: Source;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

export type Permission = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
}

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export interface NewPull {
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly base: string;
}
