/** When GitHub is asked again, and after how long: pure, so that every rule has a test without a clock. */

export interface Attempt {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: Headers;
  /** GitHub's own words in a refusal; empty where there are none. */
  readonly message: string;
  /** Counts from 1. */
  readonly tries: number;
  /** May the call be sent twice without a second effect? */
  readonly repeatable: boolean;
}

const MOST_TRIES = 5;
const FIRST_WAIT = 1_000;
/** A job that waits costs money and holds others up: beyond this, saying when the limit ends is worth more. */
const LONGEST_WAIT = 15 * 60_000;
/** What GitHub asks for where a secondary limit comes without `retry-after` (docs.github.com, best practices, 2026-11). */
const SECONDARY_WAIT = 60_000;
const PASSING: ReadonlySet<number> = new Set([0, 500, 502, 503, 504]);

/** Milliseconds to wait before the next try, or undefined to give up. */
export function waitBeforeNextTry(attempt: Attempt): number | undefined {
  if (attempt.tries >= MOST_TRIES) return undefined;
  const limited = limitWait(attempt);
  // A limit is checked before anything is done, so that a write may be sent again too.
  if (limited !== undefined) return limited <= LONGEST_WAIT ? limited : undefined;
  if (!attempt.repeatable || !PASSING.has(attempt.status)) return undefined;
  return retryAfter(attempt.headers) ?? FIRST_WAIT * 2 ** (attempt.tries - 1);
}

/** Milliseconds until a rate limit lets calls through again; undefined where it is none. */
export function limitWait({
  status,
  headers,
  message,
  tries = 1,
}: Pick<Attempt, "status" | "headers" | "message"> & { readonly tries?: number }): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const asked = retryAfter(headers);
  if (asked !== undefined) return asked;
  if (headers.get("x-ratelimit-remaining") === "0") return untilReset(headers) ?? SECONDARY_WAIT;
  if (status === 429 || /secondary rate limit|abuse detection/i.test(message)) return SECONDARY_WAIT * 2 ** (tries - 1);
  return undefined;
}

function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) * 1_000 : undefined;
}

/** By the server's clock, since ours may be wrong; a second more, since it counts in whole ones. */
function untilReset(headers: Headers): number | undefined {
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const now = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(reset) || Number.isNaN(now) ? undefined : Math.max(0, reset * 1_000 - now) + 1_000;
}
