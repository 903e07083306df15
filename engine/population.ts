/**
 * Whom a rule takes in, judged here over the directory as it is, since a vendor tells only afterwards. In three values:
 * where its own semantics are not documented, a guess would be about somebody's access.
 */
import type { Fact, ObjectName } from "./model.ts";

/** `by`: what of the person decided, so that a reviewer sees why; of an uncertain one, what was known all the same. */
export type Judgement =
  | { readonly holds: boolean; readonly by: readonly Fact[] }
  | { readonly holds: "uncertain"; readonly by: readonly Fact[]; readonly why: string };

/** One person before a rule. */
export interface Judged {
  readonly id: string;
  readonly login: string;
  readonly judgement: Judgement;
  /** By the rule as it is live; absent where there is none, or where it is the same. */
  readonly before?: Judgement;
}

/** What whoever a rule takes in holds by it. */
export interface PopulationTarget {
  /** In the words of the kind's edges: "member of prod-eng". */
  readonly entitlement: string;
  /** Where that is an object: what it gives comes with it. `self` is the rule's own object. */
  readonly object?: "self" | ObjectName;
  /**
   * Vendor id of who holds it now → by the rule alone: such a person leaves when it lets go. Absent where nobody could
   * ask; the live rule is judged instead.
   */
  readonly holders?: ReadonlyMap<string, boolean>;
}

/** Everybody whom a rule is about, each judged, and what it gives. */
export interface Population {
  readonly people: readonly Judged[];
  readonly targets: readonly PopulationTarget[];
  /** What else the vendor does in view of so many: a circuit breaker that stops it. Sentences. */
  readonly remarks?: (leaving: number, entering: number) => readonly string[];
}

/** How many people the vendor itself says a rule matches. */
export interface Counted {
  readonly people: number;
  /** Why another number than was predicted need not mean anything, in a sentence. */
  readonly caveat?: string;
}
