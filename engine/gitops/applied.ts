/**
 * The one comment of a pull request once it was applied: how that ended for each stack, what failed first, with the way on
 * and the way back. It takes the place of the plan in the same comment. Pure.
 */
import { code } from "../report/markdown-escape.ts";
import { count } from "../words.ts";
import { linkTo, remarkSection, SHORT_COMMIT, unchangedSection } from "./comment.ts";
import { END_SYMBOLS, ENDS, endingWords, endOf, endWords } from "./ended.ts";
import { endingSection } from "./ending-section.ts";
import { fitted, LIMIT } from "./fitted.ts";
import { COMMENT_MARKER } from "./marker.ts";
import type { Ending } from "./model.ts";
import { byTarget } from "./stance.ts";

export interface AppliedView {
  readonly endings: readonly Ending[];
  /** What was applied: the merge, or the head where it is applied before that. */
  readonly commit: string;
  /** Address of the workflow run. */
  readonly run?: string;
  /** Sentences about the pull request as a whole. */
  readonly remarks: readonly string[];
}

export function appliedComment(view: AppliedView): string {
  const ordered = [...view.endings].sort(
    (a, b) => ENDS.indexOf(endOf(a)) - ENDS.indexOf(endOf(b)) || byTarget(a.target, b.target),
  );
  const alone = ordered.length === 1;
  const told = alone ? ordered : ordered.filter((ending) => endOf(ending) !== "unchanged");
  const quiet = ordered.filter((ending) => !told.includes(ending)).map(({ target }) => target);
  const opening = [`${COMMENT_MARKER}\n## ${appliedLine(ordered, view.remarks)}`, ...remarkSection(view.remarks)];
  const closing = [...unchangedSection(quiet, "with nothing to apply"), originOf(view)];
  const used = [...opening, ...closing].reduce((sum, text) => sum + text.length + 2, 1);
  const sections = told.map((ending) => endingSection(ending, alone));
  const body = fitted(sections, LIMIT - used, (from) => countsOf(told.slice(from)));
  return `${[...opening, ...body, ...closing].join("\n\n")}\n`;
}

function originOf({ commit, run }: AppliedView): string {
  const parts = [
    `At ${code(commit.slice(0, SHORT_COMMIT))}`,
    ...(run === undefined ? [] : [linkTo("the workflow run", run)]),
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}

/** Of one its own headline; of several how many ended how, the worst first. */
function appliedLine(ordered: readonly Ending[], remarks: readonly string[]): string {
  const [first, ...others] = ordered;
  if (first === undefined) return remarks.length === 0 ? "✅ Nothing to apply" : "⚠️ Nothing applied now, but read this";
  const symbol = END_SYMBOLS[endOf(first)];
  if (others.length === 0) return `${symbol} ${endingWords(first, code)}`;
  const all = ordered.length;
  const counts = endCounts(ordered, (number, index) => {
    if (index > 0) return `${number}`;
    return number === all ? `${all} stacks` : `${number} of ${all} stacks`;
  });
  return `${symbol} ${counts.join(", ")}`;
}

function countsOf(endings: readonly Ending[]): string {
  return `${count(endings.length, "more stack")}: ${endCounts(endings, String).join(", ")}`;
}

function endCounts(endings: readonly Ending[], say: (number: number, index: number) => string): readonly string[] {
  return ENDS.map((end) => ({ end, number: endings.filter((one) => endOf(one) === end).length }))
    .filter(({ number }) => number > 0)
    .map(({ end, number }, index) => `${say(number, index)} ${endWords(end, number === 1)}`);
}
