/** Pages by `limit` and `after`, announced in `Link` header lines (okta.md §2). */

import { TextResponse } from "../../shared/text-response.ts";
import type { Call } from "./call.ts";
import { Failure } from "./failure.ts";

export interface PageRules {
  readonly default: number;
  readonly max: number;
  /** Parameters that the `next` link loses (okta.md §4.4: `expand` of group members). */
  readonly drops?: readonly string[];
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly links: readonly string[];
  /** Address of the next page, for bodies that carry it. */
  readonly next?: string;
}

/**
 * The cursor names the last item seen and, should that be gone, its position. A larger `limit` than the maximum is
 * clamped silently, as the service does.
 */
export function pageOf<T>(call: Call, all: readonly T[], key: (item: T) => string, rules: PageRules): Page<T> {
  const limit = Math.min(limitOf(call.url, rules.default), rules.max);
  const start = startOf(call.url.searchParams.get("after"), all, key);
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const links = [`<${call.url.href}>; rel="self"`];
  if (last === undefined || start + limit >= all.length) return { items, links };
  const next = new URL(call.url);
  for (const name of rules.drops ?? []) next.searchParams.delete(name);
  next.searchParams.set("after", Buffer.from(`${start + limit} ${key(last)}`).toString("base64url"));
  return { items, links: [...links, `<${next.href}>; rel="next"`], next: next.href };
}

/** IAM endpoints page by a link in the body, a hundred at a time. */
export function bodyPage<T>(
  call: Call,
  all: readonly T[],
  key: (item: T) => string,
): { readonly items: readonly T[]; readonly links: Readonly<Record<string, unknown>> } {
  const { items, next } = pageOf(call, all, key, { default: 100, max: 100 });
  return { items, links: next === undefined ? {} : { next: { href: next } } };
}

/** A list answer: one header line per link. */
export function listed(body: unknown, links: readonly string[]): Response {
  const headers = new Headers({ "content-type": "application/json" });
  for (const link of links) headers.append("link", link);
  return new TextResponse(JSON.stringify(body), { status: 200, headers });
}

export function limitOf(url: URL, fallback: number): number {
  const asked = url.searchParams.get("limit");
  if (asked === null) return fallback;
  const limit = Number(asked);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Failure(400, "E0000001", "Api validation failed: limit", ["limit: The limit is out of range"]);
  }
  return limit;
}

function startOf<T>(after: string | null, all: readonly T[], key: (item: T) => string): number {
  if (after === null) return 0;
  const [position, id] = Buffer.from(after, "base64url").toString().split(" ");
  const expected = Number(position);
  if (id === undefined || !Number.isInteger(expected)) throw new Failure(400, "E0000029", "Invalid paging request.");
  const before = all[expected - 1];
  if (before !== undefined && key(before) === id) return expected;
  const found = all.findIndex((item) => key(item) === id);
  return found === -1 ? expected : found + 1;
}
