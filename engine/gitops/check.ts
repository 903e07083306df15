/**
 * The check run of a pull request. What its author has to change fails it; what waits for somebody else's word requires
 * an action; what was not planned here is neutral, since merging it applies nothing. Pure.
 */

import { placeWords } from "../report/markdown.ts";
import { code, prose } from "../report/markdown-escape.ts";
import { folded, listSection } from "../report/markdown-fit.ts";
import { problemItems } from "../report/markdown-problems.ts";
import { plain } from "../report/say.ts";
import { clipped } from "../report/visible.ts";
import { count } from "../words.ts";
import { annotationsOf } from "./annotations.ts";
import type { Conclusion, NewCheck } from "./github.ts";
import type { Outlook } from "./model.ts";
import { standingItems } from "./needs.ts";
import { sectionOf } from "./section.ts";
import { inOrderOfStance, isPlanned, type Stance, stanceOf } from "./stance.ts";
import { verdictLine } from "./verdict-line.ts";
import type { When } from "./what-next.ts";

/** More than anybody reads; GitHub takes fifty in each request. */
const MOST_ANNOTATIONS = 300;
/** GitHub takes 65,535 characters. */
const LIMIT = 60_000;
const LONGEST_TITLE = 220;

export interface CheckView {
  readonly outlooks: readonly Outlook[];
  readonly when: When;
  /** Sentences about the pull request as a whole. */
  readonly remarks: readonly string[];
}

export function checkOf(view: CheckView): Pick<NewCheck, "conclusion" | "title" | "summary" | "annotations"> {
  const ordered = inOrderOfStance(view.outlooks);
  const annotations = annotationsOf(ordered);
  return {
    conclusion: conclusionOf(ordered),
    title: clipped(verdictLine(ordered, plain), LONGEST_TITLE),
    summary: summaryOf(view, ordered, annotations.length),
    annotations: annotations.slice(0, MOST_ANNOTATIONS),
  };
}

const CONCLUSIONS: Readonly<Record<Stance, Conclusion>> = {
  denied: "failure",
  failed: "failure",
  refused: "action_required",
  "needs-approval": "action_required",
  withheld: "neutral",
  removed: "success",
  approved: "success",
  unchanged: "success",
};

/** The worst of all stacks'. */
function conclusionOf(outlooks: readonly Outlook[]): Conclusion {
  const all = new Set(outlooks.map((outlook) => CONCLUSIONS[stanceOf(outlook)]));
  const order: readonly Conclusion[] = ["failure", "action_required", "neutral"];
  return order.find((conclusion) => all.has(conclusion)) ?? "success";
}

const WHY: Readonly<Partial<Record<Conclusion, string>>> = {
  failure: "It fails because something has to change in the pull request before it can pass.",
  action_required: "Nothing has to change in the pull request: it waits for somebody's word.",
  neutral: "It is neutral because something was not planned here; merging it applies nothing of that.",
};

function summaryOf(view: CheckView, outlooks: readonly Outlook[], annotations: number): string {
  const around = { when: view.when, alone: false, ready: false };
  const items = outlooks.map((outlook) => {
    const { line } = sectionOf(outlook, around);
    const standing = isPlanned(outlook) ? standingItems(outlook.standing).map((item) => `  ${item}`) : [];
    return [line, ...standing].join("\n");
  });
  const why = WHY[conclusionOf(outlooks)];
  return [
    ...(items.length === 0 ? ["No stack is concerned."] : [listSection("### Stacks", items, LIMIT * 0.5, "stack")]),
    ...placeless(outlooks),
    ...view.remarks.slice(0, 10).map((remark) => prose(clipped(remark, 400))),
    ...(why === undefined ? [] : [why]),
    ...(annotations > MOST_ANNOTATIONS
      ? [
          `${count(annotations - MOST_ANNOTATIONS, "more remark")} would be on lines; the ${MOST_ANNOTATIONS} that matter most are there.`,
        ]
      : []),
    "The comment of the pull request says who gains and loses what.",
  ].join("\n\n");
}

/** What has no line of its own, and so no annotation: budgets, what goes with its document, a system that does not answer. */
function placeless(outlooks: readonly Outlook[]): readonly string[] {
  const items = outlooks.flatMap((outlook) => {
    const place = placeWords(outlook.target);
    if (outlook.kind === "failed") {
      const problems = outlook.problems.filter(({ source }) => source === undefined);
      return problemItems(problems).map((item) => `- ${place}: ${item.slice(2)}`);
    }
    if (!isPlanned(outlook)) return [];
    const placed = new Set(
      outlook.plan.changes.flatMap(({ address, source }) => (source === undefined ? [] : [address])),
    );
    return outlook.plan.verdicts
      .filter(({ outcome, address }) => outcome !== "allow" && (address === undefined || !placed.has(address)))
      .map(
        ({ name, message, overridden }) =>
          `- ${place}: ${code(name)}${overridden === undefined ? "" : " (let pass)"}: ${prose(message)}`,
      );
  });
  return items.length === 0 ? [] : [folded("Said of no line", items, LIMIT * 0.3, "remark")];
}
