/** Reads what a caller sent: query and body, field by field, refusing what Opsgenie refuses. */
import type { Exchange } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { isZone } from "../../shared/zone.ts";
import { invalid, Refusal } from "./answer.ts";

export type Fields = ReadonlyMap<string, unknown>;

export function bodyOf(exchange: Exchange): Fields {
  if (exchange.badBody) throw new Refusal(400, "Invalid JSON body");
  return fieldsOf(exchange.body, "body");
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (!isFields(value)) throw invalid(name, "must be an object");
  return new Map(Object.entries(value));
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name, "must be a list");
  return value;
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (typeof value !== "string" || value.trim() === "") throw invalid(name, "may not be empty");
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === "string" ? value : undefined;
}

export function wholeNumber(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw invalid(name, "must be a number");
  return value;
}

export function timeOf(value: unknown, name: string): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(name, "is not a valid date");
  return time;
}

export function zoneOf(zone: string): string {
  if (!isZone(zone)) throw invalid("timezone", "is not a valid time zone");
  return zone;
}

/** Rows are addressed by id, or by name where the query says so. */
export function addressed<Row extends { readonly id: string; readonly name: string }>(
  rows: readonly Row[],
  { url, params }: Exchange,
  what: string,
  parameter = "identifierType",
): Row {
  const by = url.searchParams.get(parameter) ?? "id";
  if (by !== "id" && by !== "name") throw invalid(parameter, "must be id or name");
  const found = rows.find((row) => row[by] === params.identifier);
  if (found === undefined) throw new Refusal(404, `No ${what} exists with ${by} [${params.identifier}]`);
  return found;
}
