/** `--allow NAME@DIGEST`: lets a named denial pass, for the one plan that has this digest. */
import type { Verdict } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { shortDigest } from "./digest.ts";

export interface Override {
  /** `budget:removals` */
  readonly name: string;
  readonly digest: string;
}

/** Only budgets can be let pass; protection and lock-out are lifted where they are declared, in a reviewed change. */
const OVERRIDABLE = /^budget:/;

export function parseOverride(text: string): Override {
  const at = text.lastIndexOf("@");
  const name = text.slice(0, at);
  const digest = text.slice(at + 1);
  if (at > 0 && OVERRIDABLE.test(name) && /^[0-9a-f]{8,64}$/.test(digest)) return { name, digest };
  throw new ProblemError({
    code: "bad-override",
    message: `--allow ${text} names no budget and plan.`,
    hint: "Write --allow budget:<name>@<plan digest>; the plan's report shows both. A guardrail of policies/ is let pass by an exception there.",
  });
}

/** Verdicts with the overridden ones marked. An override that fits nothing is a problem: it was meant for another plan. */
export function applyOverrides(
  verdicts: readonly Verdict[],
  overrides: readonly Override[],
  digest: string,
  reason: string | undefined,
  actor: string,
): readonly Verdict[] {
  if (overrides.length === 0) return verdicts;
  const problems: Problem[] = [];
  if (reason === undefined || reason.trim() === "") {
    problems.push({
      code: "override-without-reason",
      message: "--allow needs a reason, which is recorded.",
      hint: 'Add --reason "…".',
    });
  }
  for (const override of overrides) {
    if (!digest.startsWith(override.digest)) {
      problems.push({
        code: "override-of-another-plan",
        message: `--allow ${override.name} names the plan ${override.digest}; this one is ${shortDigest(digest)}.`,
        hint: "What is planned now is not what was allowed. Look at this plan, and allow it by its own digest.",
      });
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  const names = new Set(overrides.map((override) => override.name));
  return verdicts.map((verdict) =>
    verdict.outcome === "deny" && names.has(verdict.name) ? { ...verdict, overridden: `${actor}: ${reason}` } : verdict,
  );
}
