/** What a run did, in numbers that add up: every change has one outcome, and each that is not confirmed is named. */
import { compareText } from "../address.ts";
import type { Outcome, StepResult } from "../apply/result.ts";
import { count } from "../words.ts";
import { commandsAgain, problemsAgain } from "./again.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { problemLines } from "./problems.ts";
import { SYMBOLS } from "./rows.ts";
import { plain, sentence } from "./say.ts";
import { visible } from "./visible.ts";

export interface RunView {
  /** Name of the run in the ledger: what `apply --undo` takes. */
  readonly run?: string;
  readonly results: readonly StepResult[];
  /** What was seen after it. */
  readonly notes?: readonly string[];
  /** Options that the next command needs too, each after a space: ` --sandbox`. */
  readonly again?: string;
}

export type OutcomeCounts = Readonly<Record<Outcome, number>>;

export function outcomesOf(results: readonly StepResult[]): OutcomeCounts {
  const counts = { confirmed: 0, unconfirmed: 0, failed: 0, skipped: 0, awaiting: 0, unsettled: 0 };
  for (const result of results) counts[result.outcome] += 1;
  return counts;
}

/** What needs a person first comes first. */
export const SECTIONS: readonly { readonly outcome: Outcome; readonly title: string; readonly next: string }[] = [
  { outcome: "failed", title: "Failed", next: "Mend what the system refused, then plan and apply again." },
  {
    outcome: "unsettled",
    title: "Unsettled: nobody can tell whether it happened",
    next: "Look in the system itself; accord import binds the object if it is there.",
  },
  { outcome: "awaiting", title: "Awaiting a person", next: "Open the address, then run accord plan." },
  {
    outcome: "unconfirmed",
    title: "Unconfirmed: sent, but not seen to take effect",
    next: "accord plan shows whether it has by now.",
  },
  { outcome: "skipped", title: "Skipped", next: "The next apply takes it up again." },
];

export function applyText(view: RunView, options: TextOptions): string {
  const paint = paintOf(options);
  const again = view.again ?? "";
  const all = resultsAgain(view.results, again);
  const sections = [
    [headline(all, paint)],
    ...SECTIONS.map(({ outcome, title, next }) => {
      const results = all.filter((result) => result.outcome === outcome);
      return results.length === 0
        ? []
        : [
            paint.bold(title),
            ...inOrder(results).flatMap((result) => resultLines(result, commandsAgain(next, again), paint)),
          ];
    }),
    view.notes === undefined || view.notes.length === 0
      ? []
      : [paint.bold("Notes"), ...view.notes.map((note) => `  · ${sentence(note)}`)],
    view.run === undefined || view.results.length === 0 ? [] : [paint.dim(runLine(view.run, view.results, again))],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

function runLine(run: string, results: readonly StepResult[], again: string): string {
  if (!tookEffect(results)) return `Run ${plain(run)}.`;
  return `Run ${plain(run)}; ${undoCommand(run, again)} takes it back.`;
}

/** Of a run in which nothing took effect there is nothing to take back. */
export function tookEffect(results: readonly StepResult[]): boolean {
  return results.some(({ outcome, action, id, arrived = [], ended }) => {
    const made = action === "create" && id !== undefined;
    return (outcome !== "failed" && outcome !== "skipped") || made || arrived.length > 0 || ended === true;
  });
}

export function undoCommand(run: string, again: string): string {
  return `accord apply --undo ${plain(`${run}${again}`)}`;
}

/** The same as data; `total` is the sum of the counts. */
export function applyData(view: RunView): {
  readonly run?: string;
  readonly total: number;
  readonly counts: OutcomeCounts;
  readonly results: readonly StepResult[];
  readonly notes?: readonly string[];
} {
  return {
    ...(view.run === undefined ? {} : { run: view.run }),
    total: view.results.length,
    counts: outcomesOf(view.results),
    results: inOrder(resultsAgain(view.results, view.again ?? "")),
    ...(view.notes === undefined || view.notes.length === 0 ? {} : { notes: view.notes }),
  };
}

export function resultsAgain(results: readonly StepResult[], again: string): readonly StepResult[] {
  return results.map((result) =>
    result.problems === undefined ? result : { ...result, problems: problemsAgain(result.problems, again) },
  );
}

function headline(results: readonly StepResult[], paint: Paint): string {
  const words = `${runWords(results)}.`;
  return paint.bold(results.length > 0 && allConfirmed(results) ? paint.green(words) : words);
}

export function allConfirmed(results: readonly StepResult[]): boolean {
  return results.every(({ outcome }) => outcome === "confirmed");
}

/** `Applied: 3 of 5 changes confirmed, 1 failed, 1 skipped`. */
export function runWords(results: readonly StepResult[]): string {
  const total = results.length;
  if (total === 0) return "Nothing to apply";
  if (allConfirmed(results)) return `Applied: ${count(total, "change")}, all confirmed`;
  const counts = outcomesOf(results);
  const rest = SECTIONS.filter(({ outcome }) => counts[outcome] > 0).map(
    ({ outcome }) => `${counts[outcome]} ${outcome}`,
  );
  return `Applied: ${counts.confirmed} of ${count(total, "change")} confirmed, ${rest.join(", ")}`;
}

const MARKS: Readonly<Record<Outcome, (paint: Paint) => string>> = {
  confirmed: (paint) => paint.green("✓"),
  failed: (paint) => paint.red("✗"),
  unsettled: (paint) => paint.red("?"),
  awaiting: (paint) => paint.yellow("…"),
  unconfirmed: (paint) => paint.yellow("?"),
  skipped: (paint) => paint.dim("○"),
};

function resultLines(result: StepResult, next: string, paint: Paint): readonly string[] {
  const { action, because, note, url, problems = [] } = result;
  const symbol = action === "none" ? "" : `${SYMBOLS[action]} `;
  const why = because === undefined ? "" : `  because ${plain(because)} did not succeed`;
  // A problem brings its own next step; the section's is for what came without one.
  const hinted = problems.some((problem) => problem.hint !== undefined && problem.hint !== "");
  return [
    `  ${MARKS[result.outcome](paint)} ${symbol}${paint.bold(plain(result.address))}${why}`,
    ...(note === undefined ? [] : [`      ${sentence(note)}`]),
    ...problems.flatMap(({ address, ...problem }) =>
      problemLines(
        address === result.address || address === undefined ? problem : { ...problem, address },
        "·",
        paint,
      ).map((line) => `      ${line}`),
    ),
    ...(url === undefined ? [] : [`      open ${paint.cyan(visible(url))}`]),
    ...(hinted ? [] : [`      → ${next}`]),
  ];
}

export function inOrder(results: readonly StepResult[]): readonly StepResult[] {
  return [...results].sort((a, b) => compareText(a.address, b.address));
}
