/** What a run did, in a comment: what needs a person first, each with its problem and its next step. */
import type { Outcome, StepResult } from "../apply/result.ts";
import { count } from "../words.ts";
import { commandsAgain, commandsQuoted } from "./again.ts";
import { inOrder, outcomesOf, type RunView, resultsAgain, SECTIONS, tookEffect, undoCommand } from "./apply.ts";
import { code, prose } from "./markdown-escape.ts";
import { folded, listSection } from "./markdown-fit.ts";
import { problemLines } from "./markdown-problems.ts";

/** What did not go well has the room; of what did, the count is enough. */
const SHARES: Readonly<Record<Outcome, number>> = {
  failed: 0.35,
  unsettled: 0.15,
  awaiting: 0.1,
  unconfirmed: 0.1,
  skipped: 0.06,
  confirmed: 0.12,
};

/** Sections of a run; `directory` as in `problemItems`. */
export function runSections(view: RunView, room: number, directory = ""): readonly string[] {
  const again = view.again ?? "";
  const results = inOrder(resultsAgain(view.results, again));
  const sections = SECTIONS.flatMap(({ outcome, title, next }) => {
    const items = results
      .filter((result) => result.outcome === outcome)
      .map((result) => resultItem(result, commandsAgain(commandsQuoted(next), again), directory));
    if (items.length === 0) return [];
    const share = Math.floor(room * SHARES[outcome]);
    return [
      outcome === "skipped"
        ? folded(`${count(items.length, "change")} skipped`, items, share, "change")
        : listSection(`### ${title}`, items, share, "change"),
    ];
  });
  const confirmed = results.filter(({ outcome }) => outcome === "confirmed");
  return [
    ...sections,
    ...(confirmed.length === 0
      ? []
      : [
          folded(
            `${count(confirmed.length, "change")} confirmed`,
            confirmed.map(({ action, address }) => `- ${action} ${code(address)}`),
            Math.floor(room * SHARES.confirmed),
            "change",
          ),
        ]),
    ...noteSection(view.notes ?? [], Math.floor(room * 0.06)),
  ];
}

/** How to take it back; nothing where there is nothing to take back. */
export function undoLine({ run, results, again = "" }: RunView): string | undefined {
  if (run === undefined || !tookEffect(results)) return undefined;
  const { confirmed } = outcomesOf(results);
  const what = confirmed === results.length ? "To take it back" : "To take back what took effect";
  return `${what}: ${code(undoCommand(run, again))}. Git goes on declaring it until that is taken back too.`;
}

function resultItem(result: StepResult, next: string, directory: string): string {
  const { action, address, because, note, url, problems = [] } = result;
  const hinted = problems.some(({ hint }) => hint !== undefined && hint !== "");
  return `- ${[
    `${action} ${code(address)}${because === undefined ? "" : `, because ${code(because)} did not succeed`}`,
    ...(note === undefined ? [] : [prose(note)]),
    ...problems.flatMap(({ address: at, ...problem }) =>
      problemLines(at === undefined || at === address ? problem : { ...problem, address: at }, directory),
    ),
    // In code: whoever opens it reads first where it leads.
    ...(url === undefined ? [] : [`open ${code(url)}`]),
    ...(hinted ? [] : [`→ ${prose(next)}`]),
  ].join("<br>\n  ")}`;
}

function noteSection(notes: readonly string[], room: number): readonly string[] {
  if (notes.length === 0) return [];
  return [
    listSection(
      "### Seen after it",
      notes.map((note) => `- ${prose(note)}`),
      room,
      "note",
    ),
  ];
}
