/** What of drift the documents say now, file by file, and what a person has to write. */
import { createTwoFilesPatch } from "diff";
import type { FileEdit } from "../adopt/edit/edit-stack.ts";
import type { Address } from "../model.ts";
import type { Problem } from "../problem.ts";
import { count, listed } from "../words.ts";
import { type DriftView, driftLines, driftText } from "./drift.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { problemsData, problemsText } from "./problems.ts";
import { plain } from "./say.ts";
import { widest } from "./text-lines.ts";

export interface AdoptedDriftView extends DriftView {
  readonly dryRun: boolean;
  readonly files: readonly FileEdit[];
  readonly adopted: readonly Address[];
  readonly gone: readonly Address[];
  readonly problems: readonly Problem[];
}

export function adoptedDriftText(view: AdoptedDriftView, options: TextOptions): string {
  if (view.drift.length === 0) return driftText(view, options);
  const paint = paintOf(options);
  const { files, gone, problems, dryRun, again = "" } = view;
  const width = widest(files.map(({ path }) => path));
  const changed = files.map(({ path, before, after }) => `  ${plain(path).padEnd(width)}  ${linesIn(before, after)}`);
  const verb = dryRun ? "Would edit" : "Edited";
  const headline =
    files.length === 0
      ? problems.length === 0
        ? "The documents say it already."
        : "Nothing was edited."
      : `${verb} ${count(files.length, "file")}: planned again, nothing to do about ${files.length === 1 ? "it" : "them"}.`;
  const forgotten =
    gone.length === 0
      ? []
      : [`  ${listed(gone.map(plain), 12)} ${gone.length === 1 ? "is" : "are"} gone, and no longer in state.`];
  const next =
    files.length === 0 || dryRun
      ? []
      : ["", `${paint.bold("Next:")} review and commit it; accord apply${plain(again)} takes it over into state.`];
  return `${[
    ...driftLines(view, paint),
    "",
    paint.bold(headline),
    ...changed,
    ...(dryRun ? [] : forgotten),
    ...(problems.length === 0
      ? []
      : ["", paint.bold("Left by hand"), problemsText({ problems, again }, options).trimEnd()]),
    ...next,
  ].join("\n")}\n`;
}

/** `+2 -1`, as Git counts them. */
function linesIn(before: string, after: string | undefined): string {
  if (after === undefined) return "nothing is left in it: removed";
  const lines = createTwoFilesPatch("", "", before, after, "", "", { context: 0 }).split("\n").slice(4);
  const starting = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return `+${starting("+")} -${starting("-")}`;
}

/** As `git apply` and `patch -p1` take it. */
export function diffOf(files: readonly FileEdit[]): string {
  return files
    .map(({ path, before, after }) => {
      const to = after === undefined ? "/dev/null" : `b/${path}`;
      const patch = createTwoFilesPatch(`a/${path}`, to, before, after ?? "", undefined, undefined, { context: 3 });
      return patch.slice(patch.indexOf("--- "));
    })
    .join("");
}

export function adoptedDriftData(view: AdoptedDriftView) {
  const { dryRun, files, adopted, gone, problems, again = "" } = view;
  return {
    ...{ dryRun, adopted, gone },
    files: files.map((file) => ({
      path: file.path,
      removed: file.after === undefined,
      ...(dryRun ? { diff: diffOf([file]) } : {}),
    })),
    left: problemsData({ problems, again }).problems.map(({ severity: _, ...problem }) => problem),
  };
}
