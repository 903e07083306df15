/** Cursor pages where `page[size]` is asked for, numbered pages else (zendesk.md §1.4). */
import type { Exchange } from "../../shared/emulator.ts";
import { badRequest } from "./refusal.ts";
import { reply } from "./reply.ts";

interface Row {
  readonly id: string;
}

const MOST = 100;
const CEILING = 10_000;

/** `beside` gives the sideloads of the rows on the page. */
export function page<R extends Row>(
  exchange: Exchange,
  name: string,
  rows: readonly R[],
  shape: (row: R) => unknown,
  beside: (rows: readonly R[]) => Readonly<Record<string, unknown>> = () => ({}),
): Response {
  const query = exchange.url.searchParams;
  // An empty query switches a list back to numbers, silently (zendesk.md §1.4).
  const byCursor = query.has("page[size]") && query.get("query") !== "";
  const { part, rest } = byCursor ? cursorPage(exchange, rows) : numberedPage(exchange, rows);
  return reply(200, { [name]: part.map(shape), ...beside(part), ...rest });
}

interface Part<R> {
  readonly part: readonly R[];
  readonly rest: Readonly<Record<string, unknown>>;
}

function cursorPage<R extends Row>({ url }: Exchange, rows: readonly R[]): Part<R> {
  const size = Math.min(Math.max(Number(url.searchParams.get("page[size]")) || MOST, 1), MOST);
  const after = url.searchParams.get("page[after]");
  const last = after === null ? undefined : idIn(after);
  const start = last === undefined ? 0 : rows.findIndex((row) => row.id === last) + 1;
  const part = rows.slice(start, start + size);
  const more = start + size < rows.length;
  const [first, final] = [part[0], part.at(-1)];
  const linked = (name: string, cursor: string | null): string | null => {
    if (cursor === null) return null;
    const next = new URL(url);
    next.searchParams.delete("page[after]");
    next.searchParams.set(`page[${name}]`, cursor);
    return next.href;
  };
  const afterCursor = final === undefined ? null : cursorOf(final);
  const beforeCursor = first === undefined ? null : cursorOf(first);
  return {
    part,
    rest: {
      meta: { has_more: more, after_cursor: afterCursor, before_cursor: beforeCursor },
      links: { next: more ? linked("after", afterCursor) : null, prev: linked("before", beforeCursor) },
    },
  };
}

function numberedPage<R>({ url }: Exchange, rows: readonly R[]): Part<R> {
  const size = Math.min(Math.max(Number(url.searchParams.get("per_page")) || MOST, 1), MOST);
  const number = Math.max(Number(url.searchParams.get("page")) || 1, 1);
  if (number * size > CEILING) throw badRequest("InvalidPaginationDepth", "Offset pages end at 10,000 records");
  const linked = (to: number): string => {
    const next = new URL(url);
    next.searchParams.set("page", String(to));
    return next.href;
  };
  return {
    part: rows.slice((number - 1) * size, number * size),
    rest: {
      next_page: number * size < rows.length ? linked(number + 1) : null,
      previous_page: number > 1 ? linked(number - 1) : null,
      count: rows.length,
    },
  };
}

function cursorOf(row: Row): string {
  return Buffer.from(`{"id":"${row.id}"}`).toString("base64url");
}

function idIn(cursor: string): string {
  const id = /"id":"(\d+|[0-9a-f]+)"/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (id === undefined) throw badRequest("InvalidCursor", "The cursor is not valid");
  return id;
}
