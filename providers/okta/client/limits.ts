/** Which of Okta's rate-limit buckets a call counts in, and what an answer says about it (okta.md §3). */
import type { BucketSeed, LimitReading } from "../../shared/rate-limit.ts";

/** Low on purpose: licences differ tenfold, every credential gets half of it, and the first answer corrects it. */
export const SEEDS: Readonly<Record<string, BucketSeed>> = {
  "/apps": { limit: 10, window: 60_000 },
  "/logs": { limit: 10, window: 60_000 },
};
export const FALLBACK: BucketSeed = { limit: 20, window: 60_000 };

/** The most specific bucket counts: everything below a group but the group itself shares one. */
export function bucketOf(method: string, path: string): string {
  const [, , , area, id, below] = (path.split("?")[0] ?? "").split("/");
  if (path.startsWith("/oauth2/v1/clients")) return "/oauth2/v1/clients";
  if (!path.startsWith("/api/v1/")) return "/api/v1";
  const exact = id !== undefined && below === undefined;
  switch (area) {
    case "groups":
      return exact && id !== "rules" ? "/groups/{id}" : "/groups";
    case "apps":
      return exact ? "/apps/{id}" : "/apps";
    case "users":
      if (!exact) return "/users";
      return method === "GET" ? "/users/{id}" : "/users/{id} write";
    case "logs":
      return "/logs";
    case "iam":
      return "/iam";
    default:
      return "/api/v1";
  }
}

/** Headers that arrive twice are joined by a comma and tell nothing. */
export function readLimit(headers: Headers): LimitReading | undefined {
  const limit = count(headers, "x-rate-limit-limit");
  const remaining = count(headers, "x-rate-limit-remaining");
  const resetIn = untilReset(headers);
  // A limit of 0 is the concurrency limit's way of speaking, not the bucket's.
  if (limit === undefined || limit === 0 || remaining === undefined || resetIn === undefined) return undefined;
  return { limit, remaining, resetIn };
}

/** The limit of calls at once, which all clients of the organization share, speaks as a bucket of nothing. */
export function isCrowded(headers: Headers): boolean {
  return count(headers, "x-rate-limit-limit") === 0 && count(headers, "x-rate-limit-remaining") === 0;
}

/** A 429's wait on the server's clock, a second more than it says; short where only too many calls ran at once. */
export function askedWait(headers: Headers): number | undefined {
  if (isCrowded(headers)) return 1_000;
  const resetIn = untilReset(headers);
  return resetIn === undefined ? undefined : Math.max(resetIn, 0) + 1_000;
}

function untilReset(headers: Headers): number | undefined {
  const reset = count(headers, "x-rate-limit-reset");
  const now = Date.parse(headers.get("date") ?? "");
  return reset === undefined || Number.isNaN(now) ? undefined : reset * 1_000 - now;
}

function count(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
