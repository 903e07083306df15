/** Zendesk's limits: one budget for the account, learnt from its answers, and paces of single endpoints (zendesk.md §1.3). */
import type { LimitReading } from "../../shared/rate-limit.ts";

/** In flight at once; not documented, so modest. */
export const CONCURRENCY = 5;
/** Share of the account's minute that is left to its other integrations, which draw on the same one. */
export const RESERVE = 0.2;
export const BUCKET = "api";
const MINUTE = 60_000;
/** Suite Team, until the first answer names the plan's own. */
export const FALLBACK = { limit: 200, window: MINUTE };

/** One update of any user a second, and a little for the way. */
export const USER_UPDATES = "user updates";
export const PACES = { [USER_UPDATES]: { limit: 1, window: 1_050 } };
/** Updates of one user, and of one organization. */
export const PACE_OF_ONE = { limit: 5, window: MINUTE };
/** Of the account's 30, which all its integrations share. */
export const JOBS_AT_ONCE = 5;

/** Both spellings are sent; without the seconds to the reset a count says nothing. */
export function readLimit(headers: Headers): LimitReading | undefined {
  const number = (...names: readonly string[]): number | undefined => {
    const text = names.map((name) => headers.get(name)).find((value) => value !== null);
    return text !== undefined && text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
  };
  const limit = number("ratelimit-limit", "x-rate-limit");
  const remaining = number("ratelimit-remaining", "x-rate-limit-remaining");
  const reset = number("ratelimit-reset");
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  return { limit, remaining, resetIn: reset * 1_000 };
}
