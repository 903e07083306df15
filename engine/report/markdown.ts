/**
 * The plan as a pull-request comment. Read on a phone: short lines, lists, folds; no tables. It never exceeds the limit
 * of a comment: sections have their share of it, changes lose their details first, then their line, and what is left
 * out is counted.
 */

import type { Plan } from "../model.ts";
import { count } from "../words.ts";
import { code, prose } from "./markdown-escape.ts";
import { planSections } from "./markdown-sections.ts";
import { peopleLine } from "./people.ts";
import { actsOf, countsOf, countWords, type PlanView } from "./plan-view.ts";
import { nextStep } from "./text.ts";
import { approvalsOf, approverWords, deciderWords, reservationWords, rulingOf } from "./verdicts.ts";

/** What GitHub takes as the body of a comment. */
const COMMENT_LIMIT = 65_536;
/** The shortest comment that says anything of a plan. */
const SMALLEST_LIMIT = 8_000;

export interface MarkdownOptions {
  /** Characters at most; callers that add a marker of their own leave room for it. */
  readonly limit?: number;
}

export function planMarkdown(view: PlanView, options: MarkdownOptions = {}): string {
  const limit = Math.max(SMALLEST_LIMIT, options.limit ?? COMMENT_LIMIT);
  const head = headline(view);
  const sections = planSections(view, limit - head.length - 3, { closing: closing(view) });
  return `${[head, ...(sections === "" ? [] : [sections])].join("\n\n")}\n`;
}

function headline(view: PlanView): string {
  const { plan } = view;
  const place = placeWords(plan);
  const partial = plan.complete ? "" : "\n\nPartial plan: `--target` or `--exclude` left resources out.";
  if (actsOf(plan).length === 0 && rulingOf(plan) === "allowed") {
    return `## ✅ No changes\n\n${place}: ${count(plan.changes.length, "resource")}, live as declared.${partial}`;
  }
  const people = peopleLine(plan);
  return [
    `## ${verdictTitle(view)}`,
    ...(people === undefined ? [] : [`**${people}**`]),
    `${place}: ${changeWords(plan)}${partial}`,
  ].join("\n\n");
}

function verdictTitle({ plan }: PlanView): string {
  switch (rulingOf(plan)) {
    case "denied":
      return `❌ Denied by ${deciderWords(plan, code)}`;
    case "needs-approval":
      return `✋ Needs approval by ${approverWords(approvalsOf(plan), code)}`;
    case "allowed": {
      const but = reservationWords(plan);
      return but === "" ? "✅ Allowed" : `⚠️ Allowed${but}`;
    }
  }
}

/** `acme-prod`, `acme-prod in eu`, as code. */
export function placeWords({ stack, environment }: { readonly stack: string; readonly environment: string }): string {
  return `${code(stack)}${environment === "default" ? "" : ` in ${code(environment)}`}`;
}

/** `1 to create, 2 to change, 0 to delete`. */
export function changeWords({ mode, changes }: Pick<Plan, "mode" | "changes">): string {
  const modes = { normal: "", "refresh-only": "Refresh only: ", destroy: "Destroy: " } as const;
  return `${modes[mode]}${countWords(countsOf(changes))}`;
}

function closing(view: PlanView): readonly string[] {
  const next = nextStep(view);
  return [
    ...(next === undefined ? [] : [`Next: ${next.startsWith("accord ") ? code(next) : prose(next)}`]),
    ...(view.digest === undefined || rulingOf(view.plan) === "allowed" ? [] : [`Plan digest: ${code(view.digest)}`]),
  ];
}
