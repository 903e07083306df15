/** Reads what a caller sent: query and body, field by field, refusing what Zendesk refuses. */
import type { Exchange } from "../../shared/emulator.ts";
import { badRequest, invalid } from "./refusal.ts";

export type Fields = ReadonlyMap<string, unknown>;

/** The object under `name` in the body: `{"user": {…}}`. */
export function bodyObject(exchange: Exchange, name: string): Fields {
  return fieldsOf(bodyRoot(exchange).get(name), name);
}

export function bodyList(exchange: Exchange, name: string): readonly Fields[] {
  const list = bodyRoot(exchange).get(name);
  if (!Array.isArray(list)) throw badRequest("RecordMissing", `Parameter ${name} is required`);
  if (list.length > 100) throw badRequest("TooManyValues", `No more than 100 ${name} at once`);
  return list.map((item) => fieldsOf(item, name));
}

export function bodyRoot(exchange: Exchange): Fields {
  if (exchange.badBody) throw badRequest("Unprocessable", "Server could not parse JSON");
  const type = exchange.request.headers.get("content-type") ?? "";
  // Without it Zendesk reads no body at all (zendesk.md §1).
  return type.includes("application/json") ? fieldsOf(exchange.body, "body") : new Map();
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("RecordMissing", `Parameter ${name} is required`);
  }
  return new Map(Object.entries(value));
}

export function requiredText(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (typeof value !== "string" || value.trim() === "")
    throw invalid(name, "BlankValue", `${title(name)}: cannot be blank`);
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === "string" ? value : undefined;
}

/** Undefined where it is not sent; null empties it. */
export function textOrNull(fields: Fields, name: string): string | null | undefined {
  const value = fields.get(name);
  if (value === null || value === "") return fields.has(name) ? null : undefined;
  return typeof value === "string" ? value : undefined;
}

export function flag(fields: Fields, name: string): boolean | undefined {
  const value = fields.get(name);
  return typeof value === "boolean" ? value : undefined;
}

export function texts(fields: Fields, name: string): string[] | undefined {
  const value = fields.get(name);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** An id, as digits; undefined where it is not sent. */
export function idIn(fields: Fields, name: string): string | null | undefined {
  const value = fields.get(name);
  if (value === null) return null;
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d+$/.test(value) ? value : undefined;
}

export function idsAsked(exchange: Exchange, name = "ids"): readonly string[] {
  const asked = (exchange.url.searchParams.get(name) ?? "").split(",").filter((id) => id !== "");
  if (asked.length > 100) throw badRequest("TooManyValues", "No more than 100 ids at once");
  return asked;
}

function title(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
