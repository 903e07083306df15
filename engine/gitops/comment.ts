/**
 * The one comment of a pull request, about all of its stacks. Opens with the verdict for the whole and with all people
 * whom it concerns; then stack by stack, what needs somebody first. Pure: the same pull request has the same text, so that
 * a comment is only edited where it says something else.
 */
import type { Plan } from "../model.ts";
import { placeWords } from "../report/markdown.ts";
import { code, prose } from "../report/markdown-escape.ts";
import { folded, listSection } from "../report/markdown-fit.ts";
import { peopleSummary } from "../report/people.ts";
import { actsOf } from "../report/plan-view.ts";
import { clipped } from "../report/visible.ts";
import { count } from "../words.ts";
import { fitted, LIMIT } from "./fitted.ts";
import { COMMENT_MARKER } from "./marker.ts";
import type { Outlook, Target } from "./model.ts";
import { sectionOf } from "./section.ts";
import { inOrderOfStance, isPlanned, STANCES, type Stance, stanceOf } from "./stance.ts";
import { verdictLine } from "./verdict-line.ts";
import type { When } from "./what-next.ts";

export interface CommentView {
  readonly outlooks: readonly Outlook[];
  /** The pull request's head, and the branch that it was planned as merged onto. */
  readonly commit: string;
  readonly base: string;
  readonly when: When;
  /** Address of the workflow run. */
  readonly run?: string;
  /** Name of the artifact with the saved plans. */
  readonly artifact?: string;
  /** Sentences about the pull request as a whole. */
  readonly remarks: readonly string[];
}

/** Of these nobody has to do anything before it is merged. */
const READY: readonly Stance[] = ["approved", "unchanged", "removed"];

export function commentOf(view: CommentView): string {
  const ordered = inOrderOfStance(view.outlooks);
  const alone = ordered.length === 1;
  const told = alone ? ordered : ordered.filter((outlook) => stanceOf(outlook) !== "unchanged");
  const opening = [
    `${COMMENT_MARKER}\n## ${verdictLine(ordered, code)}`,
    ...(alone ? [] : totalOf(ordered)),
    ...remarkSection(view.remarks),
  ];
  const closing = [
    ...unchangedSection(
      ordered.filter((outlook) => !told.includes(outlook)).map(({ target }) => target),
      "without changes",
    ),
    originOf(view),
  ];
  const used = [...opening, ...closing].reduce((sum, text) => sum + text.length + 2, 1);
  const ready = ordered.every((outlook) => READY.includes(stanceOf(outlook)));
  const sections = told.map((outlook) => sectionOf(outlook, { when: view.when, alone, ready }));
  const body = fitted(sections, LIMIT - used, (from) => countsOf(told.slice(from)));
  return `${[...opening, ...body, ...closing].join("\n\n")}\n`;
}

/** All people of all stacks: one login is one person, in however many of them. */
function totalOf(outlooks: readonly Outlook[]): readonly string[] {
  const plans = outlooks.filter(isPlanned).map(({ plan }) => plan);
  const [first] = plans;
  if (first === undefined || plans.every((plan) => actsOf(plan).length === 0)) return [];
  const all: Plan = {
    ...first,
    changes: plans.flatMap(({ changes }) => changes),
    impact: {
      gained: plans.flatMap(({ impact }) => impact.gained),
      lost: plans.flatMap(({ impact }) => impact.lost),
    },
    populations: plans.flatMap(({ populations = [] }) => populations),
  };
  return [`**${peopleSummary(all)}**`];
}

export function remarkSection(remarks: readonly string[]): readonly string[] {
  if (remarks.length === 0) return [];
  const items = remarks.map((remark) => `- ${prose(clipped(remark, 400))}`);
  return [listSection("ℹ️ To know:", items, 3_000, "remark")];
}

/** Of what does nothing the names are enough. */
export function unchangedSection(targets: readonly Target[], what: string): readonly string[] {
  if (targets.length === 0) return [];
  const items = targets.map((target) => `- ${placeWords(target)}`);
  return [folded(`✅ ${count(targets.length, "stack")} ${what}`, items, 3_000, "stack")];
}

const COUNTED: Readonly<Record<Stance, string>> = {
  denied: "denied",
  failed: "without a plan",
  refused: "with changes asked for",
  "needs-approval": "waiting for approval",
  removed: "removed",
  withheld: "not planned here",
  approved: "approved or allowed",
  unchanged: "without changes",
};

/** `12 more stacks: 3 denied, 9 waiting for approval`. */
function countsOf(outlooks: readonly Outlook[]): string {
  const parts = STANCES.flatMap((stance) => {
    const number = outlooks.filter((outlook) => stanceOf(outlook) === stance).length;
    return number === 0 ? [] : [`${number} ${COUNTED[stance]}`];
  });
  return `${count(outlooks.length, "more stack")}: ${parts.join(", ")}`;
}

export const SHORT_COMMIT = 7;

function originOf({ commit, base, run, artifact }: Pick<CommentView, "commit" | "base" | "run" | "artifact">): string {
  const parts = [
    `Planned at ${code(commit.slice(0, SHORT_COMMIT))}, as merged onto ${code(base)}`,
    ...(run === undefined ? [] : [linkTo("the workflow run", run)]),
    ...(artifact === undefined ? [] : [`saved plan in ${code(artifact)}`]),
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}

/** A link only where the address cannot end it. */
export function linkTo(words: string, url: string): string {
  return /^https:\/\/[\w.:/?=&%-]+$/.test(url) ? `[${words}](${url})` : `${words}: ${code(url)}`;
}
