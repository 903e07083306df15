/** Is the plan allowed, and by whose word not: what every report opens with, and what each guardrail said. */
import type { Plan, Verdict } from "../model.ts";
import { count, listed } from "../words.ts";

type Judged = Pick<Plan, "verdicts">;

/** Denials that stand: those that nobody let pass. */
export function denialsOf(plan: Judged): readonly Verdict[] {
  return plan.verdicts.filter((verdict) => verdict.outcome === "deny" && verdict.overridden === undefined);
}

export function overriddenOf(plan: Judged): readonly Verdict[] {
  return plan.verdicts.filter((verdict) => verdict.outcome === "deny" && verdict.overridden !== undefined);
}

/** Approvals that are asked for and that nobody has given. */
export function approvalsOf(plan: Judged): readonly Verdict[] {
  return plan.verdicts.filter((verdict) => verdict.outcome === "approve" && verdict.overridden === undefined);
}

/** What guardrails object to and an exception lets pass. */
export function exceptedOf(plan: Judged): readonly Verdict[] {
  return plan.verdicts.filter((verdict) => verdict.outcome === "allow");
}

export function warningsOf(plan: Judged): readonly Verdict[] {
  return plan.verdicts.filter((verdict) => verdict.outcome === "warn");
}

/** In a word, for machines. */
export type Ruling = "allowed" | "needs-approval" | "denied";

export function rulingOf(plan: Judged): Ruling {
  if (denialsOf(plan).length > 0) return "denied";
  return approvalsOf(plan).length > 0 ? "needs-approval" : "allowed";
}

/** Guardrails whose word decides; none where the plan is allowed. */
export function deciders(plan: Judged): readonly string[] {
  const ruling = rulingOf(plan);
  if (ruling === "allowed") return [];
  return [...new Set((ruling === "denied" ? denialsOf(plan) : approvalsOf(plan)).map(({ name }) => name))];
}

/** Names in a headline; the sections below name them all. */
const MOST_NAMED = 3;

/** `budget:removals and budget:emptying`, as the format shows a name. */
export function deciderWords(plan: Judged, show: (name: string) => string): string {
  return listed(deciders(plan).map(show), MOST_NAMED);
}

/** `2 of security`, each group once with the most that anybody asks of it. */
export function approverWords(verdicts: readonly Verdict[], show: (name: string) => string): string {
  const most = new Map<string, number>();
  for (const { approvers } of verdicts) {
    if (approvers !== undefined) most.set(approvers.group, Math.max(approvers.count, most.get(approvers.group) ?? 0));
  }
  return listed(
    [...most].map(([group, number]) => `${number} of ${show(group)}`),
    MOST_NAMED,
  );
}

/** `, with 1 overridden denial and 2 warnings`; nothing where nobody objected. */
export function reservationWords(plan: Judged): string {
  const but = [
    ...(overriddenOf(plan).length > 0 ? [count(overriddenOf(plan).length, "overridden denial")] : []),
    ...(exceptedOf(plan).length > 0 ? [count(exceptedOf(plan).length, "exception")] : []),
    ...(warningsOf(plan).length > 0 ? [count(warningsOf(plan).length, "warning")] : []),
  ];
  return but.length === 0 ? "" : `, with ${listed(but)}`;
}
