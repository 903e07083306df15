/**
 * What calls cost and how much there is of it (entra.md §17). Units of reads and the count of writes are kept apart; the
 * one unit that each write costs besides fits into what is left to others. The smallest tenant size is assumed.
 */
import type { BucketSeed } from "../../shared/rate-limit.ts";

export const UNITS = "resource units";
export const WRITES = "writes";
export const AUDITS = "directoryAudits";

export const SEEDS: Readonly<Record<string, BucketSeed>> = {
  [UNITS]: { limit: 3_500, window: 10_000 },
  [WRITES]: { limit: 3_000, window: 150_000 },
  [AUDITS]: { limit: 5, window: 10_000 },
};

/** Share of each window left to people and other apps. */
export const RESERVE = 0.3;
export const CONCURRENCY = 8;

/** Share of a limit above which Graph names it in `x-ms-throttle-limit-percentage`: 0.8 to 1.8. */
export function slowDown(headers: Headers): number {
  const share = Number(headers.get("x-ms-throttle-limit-percentage") ?? "0");
  if (!Number.isFinite(share) || share < 0.8) return 0;
  return share < 1 ? 500 : 2_000;
}

const COSTS: readonly (readonly [RegExp, number])[] = [
  [/^\/users(?:\/delta)?$/, 2],
  [/^\/groups\/[^/]+\/members/, 3],
  [/\/transitiveMembers/, 5],
  [/^\/directoryObjects\/getByIds$/, 3],
  [/^\/subscribedSkus$/, 3],
  [/\/memberOf/, 2],
  [/^\/applications/, 2],
  [/\/appRoleAssign/, 2],
];

/** Units of a read: its base cost, less one for `$select` and for a page under 20, one more for `$expand`. */
export function unitsOf(address: string): number {
  const [pathname = "", query = ""] = address.split("?");
  const base = COSTS.find(([pattern]) => pattern.test(pathname))?.[1] ?? 1;
  const asked = new URLSearchParams(query);
  const top = Number(asked.get("$top") ?? "100");
  return Math.max(1, base - (asked.has("$select") ? 1 : 0) - (top < 20 ? 1 : 0) + (asked.has("$expand") ? 1 : 0));
}
