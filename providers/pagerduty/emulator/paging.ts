/** Offset paging. The default of 25 is the trap most clients fall into; v3 lists have their own defaults (oncall.md §1.1, §1.4). */
import { type Exchange, json } from "../../shared/emulator.ts";
import { invalid, Refusal } from "./refusal.ts";

export interface PageSize {
  readonly usual: number;
  readonly most: number;
}

export const PAGE: PageSize = { usual: 25, most: 100 };
export const SHIFT_SCHEDULES_PAGE: PageSize = { usual: 100, most: 1_000 };
const CEILING = 10_000;

/** `render` runs for the rows of the page only. */
export function page<Row>(
  exchange: Exchange,
  name: string,
  rows: readonly Row[],
  render: (row: Row) => unknown,
  size: PageSize = PAGE,
): Response {
  const query = exchange.url.searchParams;
  const limit = Math.min(integer(query.get("limit"), "limit", size.usual), size.most);
  const offset = integer(query.get("offset"), "offset", 0);
  if (offset + limit > CEILING) {
    throw new Refusal(400, 2002, "Arguments Caused Error", [
      ["offset", `Offset plus limit must not exceed ${CEILING}`],
    ]);
  }
  return json(200, {
    [name]: rows.slice(offset, offset + limit).map(render),
    limit,
    offset,
    more: rows.length > offset + limit,
    total: query.get("total") === "true" ? rows.length : null,
  });
}

function integer(text: string | null, name: string, fallback: number): number {
  if (text === null) return fallback;
  if (!/^\d+$/.test(text) || (name === "limit" && Number(text) === 0)) throw invalid(name, `${name} is not valid`);
  return Number(text);
}
