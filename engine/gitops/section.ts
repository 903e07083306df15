/** What a comment says of one stack: a head that is always there, and a body in whatever room there is. */

import type { Plan } from "../model.ts";
import { changeWords, placeWords } from "../report/markdown.ts";
import { code, prose } from "../report/markdown-escape.ts";
import { listSection } from "../report/markdown-fit.ts";
import { problemItems } from "../report/markdown-problems.ts";
import { planSections } from "../report/markdown-sections.ts";
import { peopleSummary } from "../report/people.ts";
import { actsOf } from "../report/plan-view.ts";
import { clipped } from "../report/visible.ts";
import { count } from "../words.ts";
import type { Outlook } from "./model.ts";
import { standingItems } from "./needs.ts";
import { isPlanned, STANCE_SYMBOLS, stanceOf } from "./stance.ts";
import { oneWords } from "./verdict-line.ts";
import { type When, whatNext } from "./what-next.ts";

export interface Section {
  /** Paragraphs below the title. */
  readonly head: string;
  /** In place of title, head and body, where there is no room for them. */
  readonly line: string;
  /** Empty where the head says everything; within the room, if that is at least `LEAST_ROOM`. */
  body(room: number): string;
}

const MOST_REMARKS = 4;
const LONGEST_REMARK = 400;

/** The pull request around it. */
export interface Around {
  readonly when: When;
  /** It is the only stack: its verdict is the comment's. */
  readonly alone: boolean;
  /** No stack waits for anybody. */
  readonly ready: boolean;
}

export function sectionOf(outlook: Outlook, { when, alone, ready }: Around): Section {
  const title = titleOf(outlook);
  const people = isPlanned(outlook) ? peopleOf(outlook.plan) : "";
  return {
    head: [
      ...(alone ? [] : [`## ${title}`]),
      ...(people === "" ? [] : [`**${people}**`]),
      ...placeLines(outlook, alone),
      ...standingLines(outlook),
      ...whatNext(outlook, when, ready),
    ].join("\n\n"),
    line: `- ${title}${people === "" ? "" : `<br>\n  ${people}`}`,
    body: (room) => bodyOf(outlook, room),
  };
}

function titleOf(outlook: Outlook): string {
  return `${STANCE_SYMBOLS[stanceOf(outlook)]} ${placeWords(outlook.target)}: ${lowered(oneWords(outlook, code))}`;
}

/** Of a plan that does nothing, that nobody moves goes without saying. */
function peopleOf(plan: Plan): string {
  return actsOf(plan).length === 0 ? "" : peopleSummary(plan);
}

function placeLines(outlook: Outlook, alone: boolean): readonly string[] {
  if (!isPlanned(outlook)) return alone ? [placeWords(outlook.target)] : [];
  const { plan, target } = outlook;
  const what =
    stanceOf(outlook) === "unchanged"
      ? `${count(plan.changes.length, "resource")}, live as declared`
      : changeWords(plan);
  const partial = plan.complete ? "" : ". Partial: resources were left out";
  return [`${alone ? `${placeWords(target)}: ` : ""}${what}${partial}`];
}

function standingLines(outlook: Outlook): readonly string[] {
  if (!isPlanned(outlook)) return [];
  const shown = outlook.remarks.slice(0, MOST_REMARKS).map((remark) => `- ℹ️ ${prose(clipped(remark, LONGEST_REMARK))}`);
  const rest = outlook.remarks.length - shown.length;
  const items = [
    ...standingItems(outlook.standing),
    ...shown,
    ...(rest > 0 ? [`- … and ${count(rest, "more remark")}`] : []),
  ];
  return items.length === 0 ? [] : [items.join("\n")];
}

function bodyOf(outlook: Outlook, room: number): string {
  switch (outlook.kind) {
    case "failed": {
      const items = problemItems(outlook.problems, outlook.target.directory);
      return listSection(`### ${count(items.length, "problem")}`, items, room, "problem");
    }
    case "planned":
      return planSections(
        { plan: outlook.plan },
        room,
        outlook.standing.met ? { approvals: "✅ Asked for approval" } : {},
      );
    default:
      return "";
  }
}

export function lowered(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
