/**
 * What a part of an expression may come to: true, false or an error, or several of these where nobody can tell. CEL's
 * operators absorb errors when the other side decides, and so do these, for every combination that is possible.
 */
import type { Fact } from "../model.ts";

export type Outcome = "true" | "false" | "error";

export interface Possible {
  readonly outcomes: ReadonlySet<Outcome>;
  readonly by: readonly Fact[];
  /** Why it is more than one. */
  readonly why?: string;
}

export function possible(outcomes: readonly Outcome[], by: readonly Fact[] = [], why?: string): Possible {
  return { outcomes: new Set(outcomes), by, ...(why === undefined ? {} : { why }) };
}

export function bothOf(parts: readonly Possible[]): Possible {
  return folded(parts, "false", "true");
}

export function eitherOf(parts: readonly Possible[]): Possible {
  return folded(parts, "true", "false");
}

/** `decisive` on one side decides; else an error on one side is one; else it is the other value. */
function folded(parts: readonly Possible[], decisive: Outcome, other: Outcome): Possible {
  const alone = parts.find(({ outcomes }) => outcomes.size === 1 && outcomes.has(decisive));
  if (alone !== undefined) return alone;
  const may = (outcome: Outcome): boolean => parts.some(({ outcomes }) => outcomes.has(outcome));
  const outcomes: Outcome[] = [];
  if (may(decisive)) outcomes.push(decisive);
  // No part is the decisive one for certain, so all may leave it alone, and then one error is enough.
  if (may("error")) outcomes.push("error");
  if (parts.every((part) => part.outcomes.has(other))) outcomes.push(other);
  return { ...possible(outcomes, factsOf(parts)), ...whyOf(parts) };
}

export function opposite(part: Possible): Possible {
  const outcomes = [...part.outcomes].map(
    (one): Outcome => (one === "error" ? one : one === "true" ? "false" : "true"),
  );
  return { ...part, outcomes: new Set(outcomes) };
}

export function choiceOf(test: Possible, yes: Possible, no: Possible): Possible {
  const branches = [...(test.outcomes.has("true") ? [yes] : []), ...(test.outcomes.has("false") ? [no] : [])];
  const outcomes = branches.flatMap((branch) => [...branch.outcomes]);
  const failed: Outcome[] = test.outcomes.has("error") ? ["error"] : [];
  return { ...possible([...failed, ...outcomes], factsOf([test, ...branches])), ...whyOf([test, ...branches]) };
}

function whyOf(parts: readonly Possible[]): { readonly why?: string } {
  const why = parts.find((part) => part.why !== undefined)?.why;
  return why === undefined ? {} : { why };
}

/** Of all, each attribute once. */
function factsOf(parts: readonly Possible[]): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const { by } of parts) for (const fact of by) if (!facts.has(fact.attribute)) facts.set(fact.attribute, fact);
  return [...facts.values()];
}
