/** Requests per minute of tenant time: one window per account key, one for all keys of a user (oncall.md §1.1). */
export interface RateWindows {
  /** Counts one request; `allowed` false is a 429. */
  count(owner: string, path: string): RateAnswer;
}

export interface RateAnswer {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
const USUAL = 960;
/** `/oncalls` has a tighter limit of its own, whose size is not documented: clients must go by the headers. */
const ONCALLS = 240;

export function createRateWindows(now: () => number): RateWindows {
  const windows = new Map<string, { since: number; used: number }>();
  return {
    count(owner, path) {
      const tight = path === "/oncalls";
      const limit = tight ? ONCALLS : USUAL;
      const key = `${owner} ${tight}`;
      const known = windows.get(key);
      const window = known === undefined || now() - known.since >= MINUTE ? { since: now(), used: 0 } : known;
      windows.set(key, window);
      const allowed = window.used < limit;
      if (allowed) window.used += 1;
      return {
        allowed,
        headers: {
          "ratelimit-limit": String(limit),
          "ratelimit-remaining": String(limit - window.used),
          "ratelimit-reset": String(Math.ceil((window.since + MINUTE - now()) / 1_000)),
        },
      };
    },
  };
}
