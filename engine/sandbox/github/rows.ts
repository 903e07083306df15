/** What the emulator remembers beside the repository itself. */
import type { Clock } from "../../outside.ts";
import type { Group } from "./queue.ts";
import type { Merge, Repository } from "./repository.ts";

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: "User" | "Bot" | "Organization";
  readonly name: string;
  /** By which commits are theirs, in lower case. */
  readonly emails: readonly string[];
}

export type Role = "admin" | "maintain" | "write" | "triage" | "read";

/** An app with a token of its own: `github-actions`, or a team's own. */
export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
}

/** Whose token a workflow's job has. */
export const ACTIONS: App = { id: 15_368, slug: "github-actions", name: "GitHub Actions" };

export type Level = "read" | "write";

/** Permission of an installation (`pull_requests`, as the API writes it) → level. */
export type Permissions = Readonly<Record<string, Level>>;

export type Token =
  | { readonly kind: "user"; readonly login: string; readonly expiresAt: number }
  | {
      readonly kind: "installation";
      readonly app: App;
      readonly permissions: Permissions;
      readonly expiresAt: number;
    };

/** What an issue and a pull request have in common; they share numbers, labels and comments. */
export interface IssueRow {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly app?: App;
  readonly createdAt: string;
  title: string;
  body: string;
  state: "open" | "closed";
  updatedAt: string;
  closedAt?: string;
  readonly labels: Set<string>;
  readonly pull?: PullRow;
}

export interface PullRow {
  draft: boolean;
  base: string;
  /** As it was when the head last moved: GitHub's own `base.sha` lags in the same way. */
  baseSha: string;
  readonly head: { readonly owner: string; readonly ref: string };
  headSha: string;
  /** For which head and base it was worked out whether it merges; absent while GitHub computes. */
  computed?: { readonly head: string; readonly base: string; readonly merge: Merge; readonly commit?: string };
  merged?: { readonly at: string; readonly by: string; readonly sha: string; readonly commits: readonly string[] };
}

export interface ReviewRow {
  readonly id: number;
  readonly pull: number;
  readonly login: string;
  readonly commit: string;
  readonly submittedAt: string;
  readonly body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
}

export interface CommentRow {
  readonly id: number;
  readonly number: number;
  readonly login: string;
  readonly app?: App;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
}

export interface AnnotationRow {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export interface CheckRow {
  readonly id: number;
  readonly app: App;
  readonly headSha: string;
  readonly externalId: string;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion?: string;
  startedAt: string;
  completedAt?: string;
  title?: string;
  summary?: string;
  text?: string;
  readonly annotations: AnnotationRow[];
}

export interface ArtifactRow {
  readonly id: number;
  readonly name: string;
  readonly zip: Uint8Array;
  readonly createdAt: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly run: { readonly id: number; readonly branch: string; readonly sha: string; readonly fork: boolean };
}

/** What a branch asks for before anything is merged into it. */
export interface Protection {
  readonly approvals: number;
  readonly dismissStale?: boolean;
  readonly codeOwners?: boolean;
  /** Names of checks that must have succeeded on the head. */
  readonly checks?: readonly string[];
  /** The branch must be up to date with its base. */
  readonly strict?: boolean;
  /** Nothing is merged but by the merge queue. */
  readonly queue?: boolean;
}

export interface Hub {
  readonly clock: Pick<Clock, "now">;
  readonly owner: string;
  readonly name: string;
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly defaultBranch: string;
  readonly repository: Repository;
  /** Owner of a fork → its repository. */
  readonly forks: Map<string, Repository>;
  readonly accounts: Map<string, Account>;
  readonly roles: Map<string, Role>;
  /** `org/slug`, in lower case → logins. */
  readonly teams: Map<string, Set<string>>;
  readonly tokens: Map<string, Token>;
  readonly issues: Map<number, IssueRow>;
  readonly reviews: ReviewRow[];
  readonly comments: Map<number, CommentRow>;
  readonly checks: Map<number, CheckRow>;
  readonly artifacts: Map<number, ArtifactRow>;
  readonly protections: Map<string, Protection>;
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  workflowsOpenPulls: boolean;
  /** Merge groups, those of a branch in their order. */
  readonly queue: Group[];
  /** The next id, or number of an issue. */
  next(of: "id" | "number" | "run"): number;
}

/** GitHub's times have whole seconds. */
export function nowIso(hub: Pick<Hub, "clock">): string {
  return isoOf(hub.clock.now());
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
