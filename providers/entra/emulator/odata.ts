/** Lists as Graph gives them: `$select`, `$top`, `$filter`, paging by `@odata.nextLink`. */
import { json } from "../../shared/emulator.ts";
import type { Call } from "./call.ts";
import { badRequest } from "./failure.ts";
import { matches } from "./filter.ts";
import type { Properties } from "./tenant.ts";

const DEFAULT_TOP = 100;
const MOST = 999;

/** Chosen properties; without `$select` the default ones. Unset ones are null where they were asked for. */
export function selected(call: Call, row: Properties, defaults: readonly string[]): Properties {
  const asked = call.url.searchParams.get("$select");
  const names = asked === null ? defaults : asked.split(",").map((name) => name.trim());
  const always = asked === null ? [] : ["id"];
  return Object.fromEntries(
    [...new Set([...always, ...names])].flatMap((name) =>
      name === "id" || names.includes(name) ? [[name, row[name] ?? emptyOf(name)]] : [],
    ),
  );
}

const COLLECTIONS = [
  "groupTypes",
  "businessPhones",
  "otherMails",
  "proxyAddresses",
  "passwordCredentials",
  "keyCredentials",
  "resourceBehaviorOptions",
  "resourceProvisioningOptions",
];

function emptyOf(name: string): unknown {
  return COLLECTIONS.includes(name) ? [] : null;
}

export function filtered(call: Call, rows: Iterable<Properties>): readonly Properties[] {
  const filter = call.url.searchParams.get("$filter");
  const advanced =
    call.request.headers.get("consistencylevel")?.toLowerCase() === "eventual" &&
    call.url.searchParams.get("$count") === "true";
  if (filter === null) return [...rows];
  const test = matches(filter, advanced);
  return [...rows].filter(test);
}

export function page(
  call: Call,
  rows: readonly Properties[],
  context: string,
  view: (row: Properties) => unknown,
): Response {
  const query = call.url.searchParams;
  const top = Number(query.get("$top") ?? DEFAULT_TOP);
  if (!Number.isInteger(top) || top < 1 || top > MOST) {
    throw badRequest(`Invalid page size specified: '${query.get("$top")}'. Must be between 1 and ${MOST} inclusive.`);
  }
  const size = query.has("$expand") ? Math.min(top, 100) : top;
  const start = startOf(query.get("$skiptoken"));
  const shown = rows.slice(start, start + size);
  const next = new URL(call.url);
  next.searchParams.set("$skiptoken", Buffer.from(`after ${start + size}`).toString("base64url"));
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#${context}`,
    ...(start + size < rows.length ? { "@odata.nextLink": linkOf(next) } : {}),
    value: shown.map(view),
  });
}

/** `$` stays as it is in Graph's own links. */
export function linkOf(url: URL): string {
  return url.href.replaceAll("%24", "$");
}

function startOf(token: string | null): number {
  if (token === null) return 0;
  const [, number] = /^after (\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  if (number === undefined) throw badRequest("The specified page token value has expired or is invalid.");
  return Number(number);
}
