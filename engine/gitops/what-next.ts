/** What becomes of a stack when the pull request is merged, and what its reader can do about it now. */
import { shortDigest } from "../plan/digest.ts";
import { code, prose } from "../report/markdown-escape.ts";
import { codes } from "../report/markdown-people.ts";
import { actsOf } from "../report/plan-view.ts";
import { count } from "../words.ts";
import type { Outlook } from "./model.ts";
import { lackingWords, unmetOf } from "./needs.ts";
import { type Planned, stanceOf } from "./stance.ts";

/** When a pull request is applied. */
export type When = "on-merge" | "in-queue" | "on-command";

const MOMENTS: Readonly<Record<When, string>> = {
  "on-merge": "On merge",
  "in-queue": "In the merge queue",
  "on-command": "On `/accord apply`",
};

const GO: Readonly<Record<When, string>> = {
  "on-merge": "merge this pull request.",
  "in-queue": "add this pull request to the merge queue.",
  "on-command": "comment `/accord apply`, then merge.",
};

/** Paragraphs: what happens at that moment; what to do next. `ready`: nothing else in the pull request waits for anybody. */
export function whatNext(outlook: Outlook, when: When, ready: boolean): readonly string[] {
  const nothing = (why: string): string => `**${MOMENTS[when]}:** nothing is applied${why}`;
  switch (outlook.kind) {
    case "failed":
      return [nothing(": there is no plan."), next("mend this, and push.")];
    case "withheld":
      return [prose(outlook.why), nothing(" that was not shown here before."), next(prose(outlook.next))];
    case "removed":
      return removedWords(outlook.owned, nothing);
    case "planned":
      return plannedWords(outlook, when, nothing, ready);
  }
}

function plannedWords(
  outlook: Planned,
  when: When,
  nothing: (why: string) => string,
  ready: boolean,
): readonly string[] {
  const { delta, standing, digest } = outlook;
  const named = code(shortDigest(delta.digest));
  const approves = `Approving this pull request approves delta ${named}.`;
  switch (stanceOf(outlook)) {
    case "denied":
      return [
        nothing(": guardrails deny it."),
        next("change the stack as the denials say, and push."),
        `Plan digest, by which an override names it: ${code(shortDigest(digest))}.`,
      ];
    case "refused": {
      const lacking = unmetOf([standing]).length === 0 ? "" : `, and ${lackingWords([standing], code)} too`;
      const verbs = standing.refusing.length === 1 ? "approves, or the review is" : "approve, or their reviews are";
      return [`${nothing(` until ${codes(standing.refusing, 3)} ${verbs} dismissed${lacking}.`)} ${approves}`];
    }
    case "needs-approval":
      return [`${nothing(` until it is approved by ${lackingWords([standing], code)}.`)} ${approves}`];
    case "unchanged":
      return [];
    default: {
      const bound = standing.needs.length === 0 ? "" : `, and nothing beyond the approved delta ${named}`;
      const first = when === "in-queue" ? " before it is merged" : "";
      return [`**${MOMENTS[when]}:** ${actWords(outlook)}${first}${bound}.`, ...(ready ? [next(GO[when])] : [])];
    }
  }
}

function actWords({ plan }: Planned): string {
  const acts = actsOf(plan).length;
  if (acts === 0) return "what the documents say of their objects is kept in state";
  return `${count(acts, "change")} ${acts === 1 ? "is" : "are"} applied`;
}

function removedWords(owned: number, nothing: (why: string) => string): readonly string[] {
  if (owned === 0) return [nothing(": there is nothing to take away.")];
  return [
    `${nothing(".")} Whoever has access by them keeps it, and no guardrail looks at it any more.`,
    next(
      `where that is not meant, keep ${code("accord.yaml")}, remove the documents only and have that applied; remove the stack after it.`,
    ),
  ];
}

function next(words: string): string {
  return `**Next:** ${words}`;
}
