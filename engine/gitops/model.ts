/**
 * The nouns of the pull-request flow. Plain, readonly data, as in `engine/model.ts`; nothing here knows GitHub's API.
 *
 *   pull request ── merged onto its base ──▶ Outlook of each stack ──▶ Delta ──▶ Showing (signed, in a check run)
 *                                                                                   ▲ at the time of
 *   review ────────────────────────────────────────────────────────────────────────┘ ──▶ Standing ──▶ apply, or not
 */
import type { StepResult } from "../apply/result.ts";
import type { Plan } from "../model.ts";
import type { Problem } from "../problem.ts";

/** One stack in one environment: what has a state, a lease and a ledger of its own. */
export interface Target {
  readonly stack: string;
  readonly environment: string;
  /** From the repository's root, with `/`; empty where the stack is the repository. */
  readonly directory: string;
}

/**
 * What a plan comes to, as an approval sees it: who gains and loses what, and what is written to bring it about. A plan
 * whose elements are all among those that were approved does nothing that nobody approved.
 */
export interface Delta {
  /** SHA-256 over the target, its tenants and the elements. */
  readonly digest: string;
  /** Each a sentence of its own, sorted; the target and its tenants are among them. */
  readonly elements: readonly string[];
}

/** That a plan with this delta was shown on a commit. */
export interface Showing {
  readonly target: Target;
  /** The pull request's head. */
  readonly commit: string;
  readonly digest: string;
  /** ISO time from which on it was to be seen. */
  readonly at: string;
  /** Artifact that holds the elements and the saved plan. */
  readonly artifact?: string;
}

/** Somebody's word on a pull request that is in force: their last one that approves or refuses. */
export interface Word {
  readonly login: string;
  readonly approves: boolean;
  /** ISO time. */
  readonly at: string;
  /** The head that they looked at. */
  readonly commit: string;
}

/** What a stack asks for before it lets a delta pass. */
export interface Need {
  /** Name of the verdict that asks, or `reviews` for what every change takes. */
  readonly name: string;
  /** Group of the guardrail; absent: anybody who may write to the repository. */
  readonly group?: string;
  readonly count: number;
}

/** A need, with those whose approval counts towards it. */
export interface MetNeed extends Need {
  readonly by: readonly string[];
}

/** An approval that does not count, and why not, as a sentence ends, without the full stop. */
export interface Lapsed {
  readonly login: string;
  readonly why: string;
}

/** How far a delta is approved. */
export interface Standing {
  readonly needs: readonly MetNeed[];
  readonly lapsed: readonly Lapsed[];
  /** Who asks for changes: as long as they do, nothing is approved. */
  readonly refusing: readonly string[];
  readonly met: boolean;
}

/** What one look at a pull request says of one target. */
export type Outlook =
  | {
      readonly kind: "planned";
      readonly target: Target;
      readonly plan: Plan;
      /** By which an override names it (`--allow`). */
      readonly digest: string;
      readonly delta: Delta;
      readonly standing: Standing;
      /** Sentences about how it was judged: settings of the pull request that do not hold yet. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: "failed"; readonly target: Target; readonly problems: readonly Problem[] }
  /** Not read with credentials (a fork), or not judged by anything yet (a new stack): what was found offline, and why. */
  | { readonly kind: "withheld"; readonly target: Target; readonly why: string; readonly next: string }
  /** The pull request takes the stack away: its objects stay live and nobody manages them. */
  | { readonly kind: "removed"; readonly target: Target; readonly owned: number };

/** How applying a target of a pull request ended. */
export type Ending =
  /** A run took place; each change has its own outcome. */
  | {
      readonly kind: "applied";
      readonly target: Target;
      readonly run: string;
      readonly results: readonly StepResult[];
      /** What was seen after it, in sentences. */
      readonly notes: readonly string[];
      /** Who approved it. */
      readonly approvedBy: readonly string[];
    }
  /** Live as declared already. */
  | { readonly kind: "unchanged"; readonly target: Target }
  /** Nothing was done: a guardrail or a budget of today denies it. */
  | { readonly kind: "denied"; readonly target: Target; readonly plan: Plan }
  /** Nothing was done: it is not approved, or does more than what was. */
  | { readonly kind: "unapproved"; readonly target: Target; readonly standing: Standing }
  /** Nothing was done, or nobody can tell: a stale plan, a lease that somebody holds, a conflict, a dead credential. */
  | { readonly kind: "failed"; readonly target: Target; readonly problems: readonly Problem[] };
