import { ProblemError } from "../problem.ts";

const DAY = /^(\d{4}-\d\d-\d\d)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The moment that `--at` means, in epoch milliseconds: a date is its whole day, up to the last moment of it in UTC; a time
 * without a zone is UTC. Never later than now.
 */
export function momentOf(text: string, now: number): number {
  const day = DAY.exec(text);
  const time = TIME.exec(text);
  const begin = Date.parse(day !== null ? `${text}T00:00:00Z` : time?.[1] === undefined ? `${text}Z` : text);
  // JavaScript takes 31 February for a day in March.
  const real = day === null || (!Number.isNaN(begin) && new Date(begin).toISOString().startsWith(text));
  if ((day === null && time === null) || Number.isNaN(begin) || !real) {
    throw new ProblemError({
      code: "usage",
      message: `--at "${text}" is no time.`,
      hint: "A date is its end, in UTC: --at 2026-03-03. A moment: --at 2026-03-03T14:00Z.",
    });
  }
  if (begin > now) {
    throw new ProblemError({
      code: "usage",
      message: `--at ${text} has not come yet.`,
      hint: "Without --at, the answer is live.",
    });
  }
  return Math.min(now, day === null ? begin : begin + 86_400_000 - 1);
}
