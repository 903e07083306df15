/** When to try again, and after how long: pure, so that every rule has a test without a clock. */

export interface Attempt {
  /** 0 where no answer came: dropped, timed out, refused. */
  readonly status: number;
  /** Counts from 1. */
  readonly tries: number;
  /** May the call be sent twice without a second effect? */
  readonly repeatable: boolean;
  /** What the headers of a 429 or 503 ask for, milliseconds. */
  readonly askedWait?: number;
  /** The provider's word that this answer means "not now" and that nothing was done (a lock, a pending schema). */
  readonly notNow?: boolean;
}

/** A 429 is only a matter of patience; everything else is given up sooner. */
const MOST_TRIES_LIMITED = 20;
const MOST_TRIES = 5;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Milliseconds to wait before the next try, or undefined to give up. `jitter` in [0, 1) spreads clients that were
 * refused together; it only ever lengthens a wait.
 */
export function waitBeforeRetry(attempt: Attempt, jitter: number): number | undefined {
  if (attempt.status === 429) {
    if (attempt.tries >= MOST_TRIES_LIMITED) return undefined;
    return (attempt.askedWait ?? backoff(attempt.tries)) + Math.round(jitter * 250);
  }
  if (attempt.notNow === true) {
    return attempt.tries >= MOST_TRIES_LIMITED ? undefined : spread(backoff(attempt.tries + 1), jitter);
  }
  if (!attempt.repeatable || attempt.tries >= MOST_TRIES) return undefined;
  if (attempt.status === 0 || attempt.status === 408 || attempt.status >= 500) {
    return attempt.askedWait ?? spread(backoff(attempt.tries), jitter);
  }
  return undefined;
}

function backoff(tries: number): number {
  return Math.min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT);
}

function spread(wait: number, jitter: number): number {
  return Math.round(wait * (1 + jitter / 2));
}

/** `Retry-After`: seconds or an HTTP date, on the server's clock. */
export function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1_000;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  const serverNow = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(serverNow) ? undefined : Math.max(0, at - serverNow);
}
