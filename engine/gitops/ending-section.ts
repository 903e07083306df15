/** What a comment says of one stack that was to be applied: what to do next, how to take it back, what is missing first. */

import { placeWords } from "../report/markdown.ts";
import { code } from "../report/markdown-escape.ts";
import { listSection } from "../report/markdown-fit.ts";
import { codes } from "../report/markdown-people.ts";
import { problemItems } from "../report/markdown-problems.ts";
import { runSections, undoLine } from "../report/markdown-run.ts";
import { verdictSection } from "../report/markdown-sections.ts";
import { denialsOf } from "../report/verdicts.ts";
import { count } from "../words.ts";
import { END_SYMBOLS, endingWords, endOf } from "./ended.ts";
import type { Ending } from "./model.ts";
import { standingItems } from "./needs.ts";
import { lowered, type Section } from "./section.ts";

const AGAIN = "run the workflow again: it plans anew, and applies what is within what was approved.";
const MOST_APPROVERS = 10;

export function endingSection(ending: Ending, alone: boolean): Section {
  const place = placeWords(ending.target);
  const title = `${END_SYMBOLS[endOf(ending)]} ${place}: ${lowered(endingWords(ending, code))}`;
  const origin = originOf(ending);
  const first = alone
    ? [origin === "" ? place : `${place}: ${origin}`]
    : [`## ${title}`, ...(origin === "" ? [] : [origin])];
  return {
    head: [...first, ...nextSteps(ending)].join("\n\n"),
    line: `- ${title}`,
    body: (room) => bodyOf(ending, room),
  };
}

/** `run r-7f3c, approved by ben`. */
function originOf(ending: Ending): string {
  if (ending.kind !== "applied") return "";
  const { run, approvedBy } = ending;
  return `run ${code(run)}${approvedBy.length === 0 ? "" : `, approved by ${codes(approvedBy, MOST_APPROVERS)}`}`;
}

/** Paragraphs. */
function nextSteps(ending: Ending): readonly string[] {
  switch (ending.kind) {
    case "unchanged":
      return [];
    case "applied": {
      const undo = undoLine({ ...ending, again: againOf(ending) });
      return [
        ...(endOf(ending) === "done" ? [] : [next(`see to what is said below, then ${AGAIN}`)]),
        ...(undo === undefined ? [] : [undo]),
      ];
    }
    case "unapproved":
      return [
        "Nothing was applied.",
        standingItems(ending.standing).join("\n"),
        next(`get it approved, then ${AGAIN}`),
      ];
    case "denied":
      return ["Nothing was applied.", next("change the stack as the denials say, in another pull request.")];
    case "failed": {
      const moved = ending.problems.every(({ code }) => code === "stale-plan");
      return [moved ? next(AGAIN) : next(`mend what is said below, then ${AGAIN}`)];
    }
  }
}

/** Options by which a command finds the stack from the repository's root. */
function againOf({ target: { directory, environment } }: Ending): string {
  return `${directory === "" ? "" : ` --dir ${directory}`}${environment === "default" ? "" : ` --env ${environment}`}`;
}

function bodyOf(ending: Ending, room: number): string {
  switch (ending.kind) {
    case "applied":
      return runSections({ ...ending, again: againOf(ending) }, room, ending.target.directory).join("\n\n");
    case "denied":
      return verdictSection("❌ Denied", denialsOf(ending.plan), room).join("\n\n");
    case "failed": {
      const items = problemItems(ending.problems, ending.target.directory);
      return listSection(`### ${count(items.length, "problem")}`, items, room, "problem");
    }
    default:
      return "";
  }
}

function next(words: string): string {
  return `**Next:** ${words}`;
}
