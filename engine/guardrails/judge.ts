/** The guardrails of a stack, asked about a plan. Loaded where a plan changes something: it brings CEL with it. */
import type { Verdict } from "../model.ts";
import { guardrailVerdicts } from "./evaluate.ts";
import { type FactsInput, factsOf } from "./facts.ts";
import { guardrailOf } from "./guardrail.ts";
import type { Written } from "./policies.ts";
import { subjectsOf } from "./subjects.ts";

/** `now`: epoch milliseconds, by which exceptions end. */
export function judgeByGuardrails(guardrails: readonly Written[], input: FactsInput, now: number): readonly Verdict[] {
  return guardrailVerdicts(guardrails.map(guardrailOf), subjectsOf(factsOf(input)), now);
}
