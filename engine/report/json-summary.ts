/** What a reviewer asks first, as data: is it allowed and by whose word not, how many people, how many changes. */
import type { Action, Impact, Plan } from "../model.ts";
import { sideOf } from "./people.ts";
import { countsOf } from "./plan-view.ts";
import { type MoverCounts, moverCounts } from "./populations.ts";
import { deciders, type Ruling, rulingOf } from "./verdicts.ts";

interface SideCount {
  readonly people: number;
  /** How many of them gain or lose something privileged. */
  readonly privileged: number;
}

export interface AccordSummary {
  readonly verdict: Ruling;
  /** Guardrails that deny the plan, or that ask for an approval. */
  readonly by: readonly string[];
  readonly gained: SideCount;
  readonly lost: SideCount;
  /** Whom changed rules take in and let go, and of whom nobody can tell. */
  readonly rules: MoverCounts;
  readonly changes: Readonly<Record<Exclude<Action, "none">, number>>;
}

export function summaryJson(plan: Plan): AccordSummary {
  const { none: _, ...changes } = countsOf(plan.changes);
  return {
    verdict: rulingOf(plan),
    by: deciders(plan),
    gained: sideCount(plan.impact.gained),
    lost: sideCount(plan.impact.lost),
    rules: moverCounts(plan),
    changes,
  };
}

function sideCount(moves: Impact["gained"]): SideCount {
  const { people, privileged } = sideOf(moves);
  return { people, privileged };
}
