/** Buckets of 60 s in tenant time, counted per credential (okta.md §3). */
import type { Tenant } from "./tenant.ts";

/** Last published numbers a minute of a Workforce organisation; /iam is not published. */
const LIMITS: Readonly<Record<string, number>> = {
  "/api/v1/groups": 500,
  "/api/v1/groups/{id}": 1000,
  "/api/v1/apps": 100,
  "/api/v1/apps/{id}": 500,
  "/api/v1/users": 600,
  "/api/v1/users/{id} GET": 2000,
  "/api/v1/users/{id} write": 600,
  "/api/v1/logs": 120,
  "/api/v1/iam": 200,
  "/oauth2/v1/token": 2000,
  "/oauth2/v1/clients": 100,
  "/api/v1": 1200,
};

const WINDOW = 60_000;

export function bucketOf(method: string, pathname: string): string {
  const [, first = "", version = "", collection = "", id, more] = pathname.split("/");
  if (first === "oauth2") return collection === "token" ? "/oauth2/v1/token" : "/oauth2/v1/clients";
  const base = `/${first}/${version}/${collection}`;
  if (collection === "logs" || collection === "iam") return base;
  if (collection !== "groups" && collection !== "apps" && collection !== "users") return "/api/v1";
  if (id === undefined || more !== undefined || (collection === "groups" && id === "rules")) return base;
  if (collection === "users") return `${base}/{id} ${method === "GET" ? "GET" : "write"}`;
  return `${base}/{id}`;
}

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds. */
  readonly reset: number;
  readonly exceeded: boolean;
}

export function countCall(tenant: Tenant, principal: string, bucket: string, now: number): RateState {
  const limit = Math.max(1, Math.floor((LIMITS[bucket] ?? 1200) * tenant.knobs.rateShare));
  const key = `${principal} ${bucket}`;
  const known = tenant.rates.get(key);
  const running = known !== undefined && now < known.start + WINDOW && now >= known.start;
  const window = running ? known : { start: now, used: 0 };
  const exceeded = window.used >= limit;
  const used = exceeded ? window.used : window.used + 1;
  tenant.rates.set(key, { start: window.start, used });
  return { limit, remaining: limit - used, reset: Math.ceil((window.start + WINDOW) / 1000), exceeded };
}

export function rateHeaders(tenant: Tenant, state: RateState): Readonly<Record<string, string>> {
  const shown = (value: number): string => (tenant.knobs.duplicateRateHeaders ? `${value}, ${value}` : String(value));
  return {
    "x-rate-limit-limit": shown(state.limit),
    "x-rate-limit-remaining": shown(state.remaining),
    "x-rate-limit-reset": shown(state.reset),
  };
}
