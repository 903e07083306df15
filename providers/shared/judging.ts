/**
 * Three-valued logic for rules that are judged here, keeping what decided: one false side decides an AND alone, one true
 * side an OR, and doubt counts only where nothing decides without it.
 */
import type { Fact } from "../../engine/model.ts";
import type { Judgement } from "../../engine/population.ts";

export function decided(holds: boolean, by: readonly Fact[] = []): Judgement {
  return { holds, by };
}

export function uncertain(why: string, by: readonly Fact[] = []): Judgement {
  return { holds: "uncertain", why, by };
}

export function negated(judgement: Judgement): Judgement {
  return judgement.holds === "uncertain" ? judgement : { ...judgement, holds: !judgement.holds };
}

export function allOf(judgements: readonly Judgement[]): Judgement {
  return combined(judgements, false);
}

export function anyOf(judgements: readonly Judgement[]): Judgement {
  return combined(judgements, true);
}

function combined(judgements: readonly Judgement[], decisive: boolean): Judgement {
  const alone = judgements.find(({ holds }) => holds === decisive);
  if (alone !== undefined) return alone;
  const by = factsOf(judgements);
  const doubt = judgements.find((one) => one.holds === "uncertain");
  return doubt?.holds === "uncertain" ? { ...doubt, by } : { holds: !decisive, by };
}

/** Of all, each attribute once. */
export function factsOf(judgements: readonly { readonly by: readonly Fact[] }[]): readonly Fact[] {
  const known = new Map<string, Fact>();
  for (const { by } of judgements)
    for (const fact of by) if (!known.has(fact.attribute)) known.set(fact.attribute, fact);
  return [...known.values()];
}
