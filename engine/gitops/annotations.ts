/** Remarks on the lines that a pull request is about: what is wrong, what is denied, what somebody has to approve. Pure. */
import { compareText } from "../address.ts";
import type { Source, Verdict } from "../model.ts";
import type { Problem } from "../problem.ts";
import { fileIn } from "../report/markdown-problems.ts";
import { plain, sentence } from "../report/say.ts";
import type { Annotation } from "./github.ts";
import type { Outlook, Target } from "./model.ts";
import { isPlanned, type Planned } from "./stance.ts";

/** Important ones first; what has no line of its own is not among them. */
export function annotationsOf(outlooks: readonly Outlook[]): readonly Annotation[] {
  return outlooks
    .flatMap((outlook) => {
      if (outlook.kind === "failed") return outlook.problems.flatMap((problem) => problemNote(problem, outlook.target));
      return isPlanned(outlook) ? verdictNotes(outlook) : [];
    })
    .sort(
      (a, b) =>
        LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
        compareText(a.source.file, b.source.file) ||
        a.source.line - b.source.line ||
        a.source.column - b.source.column,
    );
}

const LEVELS: readonly Annotation["level"][] = ["failure", "warning", "notice"];

function problemNote({ source, message, hint, address, requestId }: Problem, target: Target): readonly Annotation[] {
  if (source === undefined) return [];
  const more = [
    ...(hint === undefined || hint === "" ? [] : [`→ ${sentence(hint)}`]),
    ...(requestId === undefined ? [] : [`request ${plain(requestId)}`]),
  ];
  return [
    {
      source: fromRoot(source, target),
      level: "failure",
      title: address === undefined ? "Problem" : plain(address),
      message: [sentence(message), ...more].join("\n"),
    },
  ];
}

function verdictNotes({ plan, standing, target }: Planned): readonly Annotation[] {
  const sources = new Map(plan.changes.map(({ address, source }) => [address, source]));
  const met = new Set(standing.needs.filter(({ by, count }) => by.length >= count).map(({ name }) => name));
  return plan.verdicts.flatMap((verdict) => {
    const source = verdict.address === undefined ? undefined : sources.get(verdict.address);
    if (source === undefined || verdict.outcome === "allow") return [];
    const { level, word } = levelOf(verdict, met.has(verdict.name));
    const { hint } = verdict;
    return [
      {
        source: fromRoot(source, target),
        level,
        title: `${word} ${plain(verdict.name)}`,
        message: [sentence(verdict.message), ...(hint === undefined ? [] : [`→ ${sentence(hint)}`])].join("\n"),
      },
    ];
  });
}

function levelOf({ outcome, overridden }: Verdict, met: boolean): { level: Annotation["level"]; word: string } {
  if (outcome === "deny" && overridden === undefined) return { level: "failure", word: "Denied by" };
  if (outcome === "deny") return { level: "warning", word: "Denied, and let pass:" };
  if (outcome !== "approve") return { level: "warning", word: "Warning of" };
  if (met || overridden !== undefined) return { level: "notice", word: "Approved, as asked by" };
  return { level: "warning", word: "Needs approval:" };
}

function fromRoot(source: Source, { directory }: Target): Source {
  return { ...source, file: fileIn(directory, source.file) };
}
