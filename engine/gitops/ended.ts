/** How applying a stack ended, in a word, and the words for it: of one stack as a headline, of several by number. */
import { allConfirmed, outcomesOf, runWords } from "../report/apply.ts";
import { deciderWords } from "../report/verdicts.ts";
import { count, listed } from "../words.ts";
import type { Ending } from "./model.ts";
import { lackingWords, type Show } from "./needs.ts";

/** What needs a person first comes first. `open`: nothing failed, and not everything is known to be done. */
export const ENDS = ["failed", "refused", "open", "done", "unchanged"] as const;
export type End = (typeof ENDS)[number];

export const END_SYMBOLS: Readonly<Record<End, string>> = {
  failed: "❌",
  refused: "✋",
  open: "⚠️",
  done: "✅",
  unchanged: "✅",
};

export function endOf(ending: Ending): End {
  switch (ending.kind) {
    case "applied": {
      if (allConfirmed(ending.results)) return "done";
      const { failed, unsettled, skipped } = outcomesOf(ending.results);
      return failed + unsettled + skipped > 0 ? "failed" : "open";
    }
    case "denied":
    case "unapproved":
      return "refused";
    default:
      return ending.kind;
  }
}

/** A headline, without its symbol. */
export function endingWords(ending: Ending, show: Show): string {
  switch (ending.kind) {
    case "applied":
      return ending.results.length === 0
        ? "Applied: what the documents say is kept in state"
        : runWords(ending.results);
    case "unchanged":
      return "Nothing to apply";
    case "denied":
      return `Not applied: denied by ${deciderWords(ending.plan, show)}`;
    case "unapproved": {
      const { refusing } = ending.standing;
      if (refusing.length === 0) return `Not applied: needs approval by ${lackingWords([ending.standing], show)}`;
      return `Not applied: ${listed(refusing.map(show), 3)} ${refusing.length === 1 ? "asks" : "ask"} for changes`;
    }
    case "failed":
      return `Not applied: ${count(ending.problems.length, "problem")}`;
  }
}

/** Goes on from a number of stacks. */
export function endWords(end: End, one: boolean): string {
  switch (end) {
    case "failed":
      return "failed";
    case "refused":
      return `${one ? "is" : "are"} not applied`;
    case "open":
      return `${one ? "is" : "are"} not known to be done`;
    case "done":
      return `${one ? "is" : "are"} applied`;
    case "unchanged":
      return `${one ? "has" : "have"} nothing to apply`;
  }
}
