/**
 * A token bucket a minute and one a second for each domain of requests. A refusal says THROTTLED, and not for how long.
 * The sizes depend on plan and users and are published nowhere: these are the emulator's (assumption).
 */
const LIMITS = [
  { period: 60, size: 600 },
  { period: 1, size: 100 },
] as const;

export interface Rate {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts one request. */
export type CountRequest = (method: string, pathname: string) => Rate;

export function createRate(now: () => number): CountRequest {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (method, pathname) => {
    const domain = domainOf(method, pathname);
    const filled = LIMITS.map(({ period, size }) => {
      const key = `${domain} ${period}`;
      const bucket = buckets.get(key) ?? { tokens: size, at: now() };
      bucket.tokens = Math.min(size, bucket.tokens + ((now() - bucket.at) * size) / (period * 1_000));
      bucket.at = now();
      buckets.set(key, bucket);
      return { period, bucket };
    });
    const empty = filled.find(({ bucket }) => bucket.tokens < 1);
    if (empty === undefined) for (const { bucket } of filled) bucket.tokens -= 1;
    return {
      allowed: empty === undefined,
      headers: {
        "x-ratelimit-state": empty === undefined ? "OK" : "THROTTLED",
        "x-ratelimit-reason": "ACCOUNT",
        "x-ratelimit-period-in-sec": String(empty?.period ?? 60),
      },
    };
  };
}

function domainOf(method: string, pathname: string): string {
  if (/\/(next-)?on-calls$/.test(pathname)) return "schedule-oncalls";
  return method === "GET" && pathname === "/v2/users" ? "search" : "configuration";
}
