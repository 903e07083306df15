/** Resource units in ten seconds and writes in 150, per app and tenant (entra.md §17). */
import type { Endpoint } from "./call.ts";
import { Failure } from "./failure.ts";
import type { Tenant } from "./tenant.ts";

const UNIT_WINDOW = 10_000;
const WRITE_WINDOW = 150_000;

/** Cost of a request, after modifiers. */
export function costOf(endpoint: Endpoint, query: URLSearchParams): number {
  if (endpoint.method !== "GET" && !endpoint.path.endsWith("getByIds")) return 1;
  const top = Number(query.get("$top") ?? "100");
  const modifiers = (query.has("$select") ? -1 : 0) + (query.has("$expand") ? 1 : 0) + (top < 20 ? -1 : 0);
  return Math.max(1, (endpoint.units ?? 1) + modifiers);
}

/** Counts it, or throws the 429; gives the headers of the answer. */
export function charge(
  tenant: Tenant,
  appId: string,
  endpoint: Endpoint,
  query: URLSearchParams,
  now: number,
): Readonly<Record<string, string>> {
  const cost = costOf(endpoint, query);
  const writes = endpoint.method !== "GET" && !endpoint.path.endsWith("getByIds") ? 1 : 0;
  const spent = tenant.spent.get(appId) ?? { windowStart: now, units: 0, writesStart: now, writes: 0 };
  tenant.spent.set(appId, spent);
  if (now - spent.windowStart >= UNIT_WINDOW) Object.assign(spent, { windowStart: now, units: 0 });
  if (now - spent.writesStart >= WRITE_WINDOW) Object.assign(spent, { writesStart: now, writes: 0 });
  const overUnits = spent.units + cost > tenant.knobs.units;
  const overWrites = spent.writes + writes > tenant.knobs.writes;
  if (overUnits || overWrites) {
    const ends = Math.max(
      overUnits ? spent.windowStart + UNIT_WINDOW : 0,
      overWrites ? spent.writesStart + WRITE_WINDOW : 0,
    );
    throw new Failure(429, "TooManyRequests", "Too many requests.", {
      "retry-after": String(Math.max(1, Math.ceil((ends - now) / 1_000))),
      "x-ms-throttle-scope": "Tenant_Application/ReadWrite",
      "x-ms-throttle-information": overWrites ? "WriteLimitExceeded" : "ResourceUnitLimitExceeded",
    });
  }
  spent.units += cost;
  spent.writes += writes;
  const share = Math.max(spent.units / tenant.knobs.units, spent.writes / tenant.knobs.writes);
  return {
    "x-ms-resource-unit": String(cost),
    ...(share > 0.8 ? { "x-ms-throttle-limit-percentage": share.toFixed(2) } : {}),
  };
}
