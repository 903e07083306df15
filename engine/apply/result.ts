import type { Action, Address, FieldChange } from "../model.ts";
import type { Problem } from "../problem.ts";

/** How one change ended. `awaiting`: a person has to act at `url`. `unsettled`: nobody can tell whether it happened. */
export type Outcome = "confirmed" | "unconfirmed" | "failed" | "skipped" | "awaiting" | "unsettled";

export interface StepResult {
  readonly address: Address;
  readonly action: Action;
  readonly outcome: Outcome;
  readonly id?: string;
  readonly problems?: readonly Problem[];
  readonly note?: string;
  /** What took effect of an update, part by part: of one that failed, what arrived all the same. */
  readonly arrived?: readonly FieldChange[];
  /** The replacement failed, and the old object is gone. */
  readonly ended?: boolean;
  /** The vendor's ids of the requests that wrote. */
  readonly requestIds?: readonly string[];
  readonly url?: string;
  /** The failed change that this one was skipped for. */
  readonly because?: Address;
}

const WORST: readonly Outcome[] = ["confirmed", "awaiting", "unconfirmed", "unsettled", "skipped", "failed"];

/** One result for a change that ran in two parts. */
export function worse(a: StepResult, b: StepResult): StepResult {
  const [better, worst] = WORST.indexOf(a.outcome) <= WORST.indexOf(b.outcome) ? [a, b] : [b, a];
  const problems = [...(better.problems ?? []), ...(worst.problems ?? [])];
  const arrived = [...(a.arrived ?? []), ...(b.arrived ?? [])];
  const requestIds = [...(a.requestIds ?? []), ...(b.requestIds ?? [])];
  return {
    ...better,
    ...worst,
    ...(problems.length === 0 ? {} : { problems }),
    ...(arrived.length === 0 ? {} : { arrived }),
    ...(requestIds.length === 0 ? {} : { requestIds }),
  };
}
