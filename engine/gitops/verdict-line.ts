/** One line for the whole pull request: of how many stacks which do not pass, and by whose word. */
import { denialsOf, reservationWords } from "../report/verdicts.ts";
import { count, listed } from "../words.ts";
import type { Outlook } from "./model.ts";
import { approversOf, lackingWords, type Show } from "./needs.ts";
import { inOrderOfStance, isPlanned, type Planned, STANCE_SYMBOLS, STANCES, type Stance, stanceOf } from "./stance.ts";

/** Names in a headline; the sections below name them all. */
const MOST_NAMED = 3;

/** Symbol first; `show` is how the format shows a name. */
export function verdictLine(outlooks: readonly Outlook[], show: Show): string {
  const ordered = inOrderOfStance(outlooks);
  const [first, ...others] = ordered;
  if (first === undefined) return "✅ No stack is concerned";
  if (others.length === 0) return `${symbolOf(first)} ${oneWords(first, show)}`;
  const groups = STANCES.flatMap((stance): readonly (readonly [Stance, readonly Outlook[]])[] => {
    const those = ordered.filter((outlook) => stanceOf(outlook) === stance);
    return those.length === 0 ? [] : [[stance, those]];
  });
  const [worst, ...rest] = groups;
  if (worst === undefined) return "✅ No stack is concerned";
  const [stance, those] = worst;
  const all = those.length === ordered.length;
  const number = all ? `${ordered.length}` : `${those.length} of ${ordered.length}`;
  return [
    `${symbolOf(first)} ${number} stacks ${manyWords(stance, those, show)}`,
    ...rest.map(([other, some]) => `${some.length} ${manyWords(other, some, show)}`),
  ].join(", ");
}

function symbolOf(outlook: Outlook): string {
  const stance = stanceOf(outlook);
  const doubtful = isPlanned(outlook) && stance === "approved" && reservationWords(outlook.plan) !== "";
  return doubtful ? "⚠️" : STANCE_SYMBOLS[stance];
}

/** What is said of one stack, as a headline; its symbol is not in it. */
export function oneWords(outlook: Outlook, show: Show): string {
  switch (outlook.kind) {
    case "failed":
      return `Cannot be planned: ${count(outlook.problems.length, "problem")}`;
    case "withheld":
      return "Not planned here";
    case "removed":
      return outlook.owned === 0
        ? "The stack is removed; it owned nothing"
        : `The stack is removed: ${count(outlook.owned, "object")} ${outlook.owned === 1 ? "stays" : "stay"} live, managed by nobody`;
    case "planned":
      return plannedWords(outlook, show);
  }
}

function plannedWords(outlook: Planned, show: Show): string {
  const { plan, standing } = outlook;
  switch (stanceOf(outlook)) {
    case "denied":
      return `Denied by ${deniers([outlook], show)}`;
    case "refused":
      return `${listed(standing.refusing.map(show), MOST_NAMED)} ${standing.refusing.length === 1 ? "asks" : "ask"} for changes`;
    case "needs-approval":
      return `Needs approval by ${lackingWords([standing], show)}`;
    case "unchanged":
      return `No changes${reservationWords(plan)}`;
    default: {
      const by = approversOf(standing);
      const word = by.length === 0 ? "Allowed" : `Approved by ${listed(by.map(show), MOST_NAMED)}`;
      return `${word}${reservationWords(plan)}`;
    }
  }
}

/** Goes on from a number of stacks. */
function manyWords(stance: Stance, outlooks: readonly Outlook[], show: Show): string {
  const one = outlooks.length === 1;
  const planned = outlooks.filter(isPlanned);
  switch (stance) {
    case "denied":
      return `${one ? "is" : "are"} denied by ${deniers(planned, show)}`;
    case "failed":
      return "cannot be planned";
    case "refused": {
      const who = [...new Set(planned.flatMap(({ standing }) => standing.refusing))];
      return `${one ? "has" : "have"} changes asked for by ${listed(who.map(show), MOST_NAMED)}`;
    }
    case "needs-approval":
      return `${one ? "needs" : "need"} approval by ${lackingWords(
        planned.map(({ standing }) => standing),
        show,
      )}`;
    case "removed":
      return `${one ? "is" : "are"} removed`;
    case "withheld":
      return `${one ? "is" : "are"} not planned here`;
    case "approved": {
      const word = planned.some(({ standing }) => approversOf(standing).length > 0) ? "approved" : "allowed";
      return `${one ? "is" : "are"} ${word}`;
    }
    case "unchanged":
      return one ? "changes nothing" : "change nothing";
  }
}

function deniers(outlooks: readonly Planned[], show: Show): string {
  const names = outlooks.flatMap(({ plan }) => denialsOf(plan).map(({ name }) => name));
  return listed([...new Set(names)].map(show), MOST_NAMED);
}
