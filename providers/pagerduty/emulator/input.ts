/** Reads what a caller sent: query and body, field by field, refusing what PagerDuty refuses. */
import type { Exchange } from "../../shared/emulator.ts";
import { isZone } from "../../shared/zone.ts";
import { invalid, Refusal } from "./refusal.ts";
import type { Span } from "./spans.ts";

export type Fields = ReadonlyMap<string, unknown>;

/** The object under `name` in the body: `{"user": {…}}`. */
export function bodyObject(exchange: Exchange, name: string): Fields {
  if (exchange.badBody) throw new Refusal(400, 2001, "Invalid JSON");
  return fieldsOf(fieldsOf(exchange.body).get(name), name);
}

export function bodyList(exchange: Exchange, name: string): readonly unknown[] {
  if (exchange.badBody) throw new Refusal(400, 2001, "Invalid JSON");
  return listOf(fieldsOf(exchange.body).get(name), name);
}

export function fieldsOf(value: unknown, name = "base"): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(name, `${name} is required`);
  return new Map(Object.entries(value));
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(name, `${name} must be a non-empty array`);
  return value;
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (typeof value !== "string" || value.trim() === "") throw invalid(name, `${name} can't be blank`);
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === "string" ? value : undefined;
}

/** The id inside `{"id": …, "type": …}`. */
export function referenceOf(fields: Fields, name: string): string {
  return textOf(fieldsOf(fields.get(name), name), "id");
}

export function timeOf(value: unknown, name: string): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(name, `${name} is not a valid time`);
  return time;
}

export function zoneOf(zone: string): string {
  if (!isZone(zone)) throw invalid("time_zone", `${zone} is not a valid time zone`);
  return zone;
}

/** The query's zone, else the given one. */
export function zoneAsked(exchange: Exchange, fallback: string): string {
  const asked = exchange.url.searchParams.get("time_zone");
  return asked === null ? fallback : zoneOf(asked);
}

export function includes(exchange: Exchange, name: string): boolean {
  return exchange.url.searchParams.getAll("include[]").includes(name);
}

/** `since` and `until`; one that is missing is derived from the other, both missing give undefined. */
export function windowAsked(exchange: Exchange, width: number): Span | undefined {
  const query = exchange.url.searchParams;
  const [since, until] = [query.get("since"), query.get("until")];
  if (since === null && until === null) return undefined;
  const start = since === null ? timeOf(until, "until") - width : timeOf(since, "since");
  const end = until === null ? start + width : timeOf(until, "until");
  if (end < start) throw invalid("until", "until must not be before since");
  return { start, end };
}
