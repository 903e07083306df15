/** How far a run is: events in, a bar for a terminal or lines for a log out. Time and printing are the caller's. */
import type { Outcome } from "../apply/result.ts";
import type { Action } from "../model.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { SYMBOLS } from "./rows.ts";
import { plain } from "./say.ts";

export type ProgressEvent =
  /** A stage begins ("Reading okta", "Applying"); `total` where it is known how much there is to do. */
  | { readonly type: "stage"; readonly title: string; readonly total?: number }
  | { readonly type: "begun"; readonly what: string; readonly action?: Action }
  | { readonly type: "ended"; readonly what: string; readonly action?: Action; readonly outcome?: Outcome }
  /** Waiting for a rate limit, for a poll: why nothing seems to happen. */
  | { readonly type: "waiting"; readonly note: string };

export interface Progress {
  readonly title: string;
  readonly total: number | undefined;
  readonly done: number;
  readonly unwell: number;
  readonly active: readonly string[];
  readonly note: string | undefined;
}

export const NO_PROGRESS: Progress = {
  title: "",
  total: undefined,
  done: 0,
  unwell: 0,
  active: [],
  note: undefined,
};

export function advance(progress: Progress, event: ProgressEvent): Progress {
  switch (event.type) {
    case "stage":
      return { ...NO_PROGRESS, title: event.title, total: event.total };
    case "begun":
      return { ...progress, active: [...progress.active, event.what], note: undefined };
    case "ended": {
      const well = event.outcome === undefined || event.outcome === "confirmed";
      return {
        ...progress,
        done: progress.done + 1,
        unwell: progress.unwell + (well ? 0 : 1),
        active: progress.active.filter((what) => what !== event.what),
        note: undefined,
      };
    }
    case "waiting":
      return { ...progress, note: event.note };
  }
}

const BAR = 20;

/** One line, never longer than `columns`, to be drawn over the one before. */
export function barLine(progress: Progress, options: TextOptions & { readonly columns: number }): string {
  const paint = paintOf(options);
  const { total, done, unwell, active } = progress;
  const filled = total === undefined || total === 0 ? 0 : Math.min(BAR, Math.floor((BAR * done) / total));
  const bar = total === undefined ? "" : `${"█".repeat(filled)}${"░".repeat(BAR - filled)} `;
  const numbers = total === undefined ? String(done) : `${done}/${total}`;
  const trouble = unwell === 0 ? "" : `, ${unwell} not confirmed`;
  const now = progress.note ?? (active[0] === undefined ? "" : others(active[0], active.length - 1));
  const text = `${bar}${plain(progress.title)} ${numbers}${trouble}${now === "" ? "" : `  ${plain(now)}`}`;
  const line = cut(text, options.columns);
  return unwell === 0 ? line : paint.yellow(line);
}

function others(first: string, more: number): string {
  return more === 0 ? first : `${first} and ${more} more`;
}

function cut(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}

/** The same for a log: a line where something is worth one, nothing where a bar would only move. */
export function progressLine(event: ProgressEvent, progress: Progress): string | undefined {
  switch (event.type) {
    case "stage":
      return event.total === undefined ? plain(event.title) : `${plain(event.title)} (${event.total})`;
    case "begun":
      return undefined;
    case "ended": {
      const action = event.action === undefined || event.action === "none" ? "" : `${SYMBOLS[event.action]} `;
      const of = progress.total === undefined ? "" : `[${progress.done}/${progress.total}] `;
      return `${of}${action}${plain(event.what)}${event.outcome === undefined ? "" : `  ${event.outcome}`}`;
    }
    case "waiting":
      return `waiting: ${plain(event.note)}`;
  }
}
