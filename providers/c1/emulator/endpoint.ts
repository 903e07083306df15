/** What a route is made of, and what every handler needs: pages, masks, required fields. */
import { isFields } from "../../shared/narrow.ts";
import { isKsuid } from "./ksuid.ts";
import type { Json, Made, Message, Shape } from "./message.ts";
import type { Area, Caller } from "./rights.ts";
import { invalid } from "./status.ts";
import type { Tenant } from "./tenant.ts";

export interface Context {
  readonly tenant: Tenant;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; an empty body is `{}`. */
  readonly body: unknown;
  /** Names an object in the system log's entry about this write. */
  touch(...ids: readonly string[]): void;
}

export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly area: Area;
  /** What the system log calls it; absent on reads. */
  readonly operation?: string;
  handle(context: Context): unknown;
}

type Method = Endpoint["method"];
type Handle = Endpoint["handle"];

export const reads = (method: Method, path: string, area: Area, handle: Handle): Endpoint => ({
  method,
  path,
  area,
  handle,
});

export const writes = (method: Method, path: string, area: Area, operation: string, handle: Handle): Endpoint => ({
  method,
  path,
  area,
  operation,
  handle,
});

/** A path parameter that is there because the route matched. */
export function param(context: Context, name: string): string {
  return context.params[name] ?? "";
}

const DEFAULT_PAGE = 25;
const MAX_PAGE = 100;
/** A page may return more than a small request (c1.md §2). */
const MIN_PAGE = 10;

export interface PageRequest {
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** GET lists take `page_size` and `page_token` in the query. */
export function queriedPage(context: Context): PageRequest {
  const size = context.query.get("page_size") ?? "0";
  if (!/^\d+$/.test(size)) throw invalid("invalid page_size: value must be an integer");
  return { pageSize: Number(size), pageToken: context.query.get("page_token") ?? "" };
}

export function page<Row>(
  asked: PageRequest,
  source: { scan(from: number): Iterable<{ readonly position: number; readonly row: Row }> },
  keep: (row: Row) => boolean,
  view: (row: Row) => unknown,
): { readonly list: readonly unknown[]; readonly nextPageToken: string } {
  const size = Math.min(MAX_PAGE, Math.max(MIN_PAGE, asked.pageSize || DEFAULT_PAGE));
  const list: unknown[] = [];
  for (const { position, row } of source.scan(positionOf(asked.pageToken ?? ""))) {
    if (!keep(row)) continue;
    if (list.length === size) return { list, nextPageToken: tokenOf(position) };
    list.push(view(row));
  }
  return { list, nextPageToken: "" };
}

/** Lets `page` walk rows that are no table. */
export function listed<Row>(rows: readonly Row[]): {
  scan(from: number): Iterable<{ position: number; row: Row }>;
} {
  return { scan: (from) => rows.slice(from).map((row, index) => ({ position: from + index, row })) };
}

const tokenOf = (position: number): string => Buffer.from(`p${position}`).toString("base64url");

function positionOf(token: string): number {
  if (token === "") return 0;
  const match = /^p(\d+)$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalid("invalid page token");
  return Number(match[1]);
}

/** A required field of a create. */
export function required<T extends string>(value: T | undefined, field: string): T {
  if (value === undefined || value === "") throw invalid(`invalid ${field}: value length must be at least 1 runes`);
  return value;
}

/** An id in a path or body; the tenant checks its form before it looks anything up. */
export function checkId(value: string, field: string): string {
  if (!isKsuid(value)) throw invalid(`invalid ${field}: value does not match regex pattern "^[a-zA-Z0-9]{27}$"`);
  return value;
}

type FieldsOf<M> = M extends Message<infer F> ? F : never;

/**
 * The fields that an update sets: `{"<wrapper>": {…}, "updateMask": "a,b"}`. A masked field that the body leaves out
 * becomes its zero; without a mask all given ones count (c1.md §2). A flat body is refused as unknown fields.
 */
export function updated<F extends Readonly<Record<string, Shape<unknown>>>>(
  body: unknown,
  wrapper: string,
  type: Message<F>,
  current: Partial<Made<F>>,
  writable: readonly (keyof F & string)[],
): Partial<Made<F>> {
  if (!isFields(body)) throw invalid("invalid request: value must be an object");
  for (const name of Object.keys(body)) {
    if (![wrapper, "updateMask", "expandMask", "overrideAccessRequestsDefaults"].includes(name)) {
      throw invalid(`proto: (line 1:1): unknown field "${name}"`);
    }
  }
  const given = type.given(body[wrapper] ?? {}, wrapper);
  const mask = typeof body.updateMask === "string" ? body.updateMask.split(",").filter((path) => path !== "") : [];
  const paths = mask.length > 0 ? mask.map(topLevel) : writable.filter((name) => given[name] !== undefined);
  const patch: Record<string, unknown> = {};
  for (const path of paths) {
    const name = writable.find((one) => one === path);
    if (name === undefined) throw invalid(`invalid update_mask: path "${path}" cannot be updated`);
    const value = given[name] ?? type.fields[name]?.zero();
    patch[name] = name === "annotations" ? mergedAnnotations(current[name], value) : value;
    if (value !== null) for (const other of otherArms(type, name)) patch[other] = null;
  }
  return patch as Partial<Made<F>>;
}

const topLevel = (path: string): string => path.trim().split(".")[0] ?? "";

function otherArms<F extends FieldsOf<Message<Readonly<Record<string, Shape<unknown>>>>>>(
  type: Message<F>,
  name: string,
): readonly string[] {
  return type.oneOf
    .filter((group) => group.some((arm) => arm === name))
    .flatMap((group) => group.filter((a) => a !== name));
}

/** Sent keys are set, `""` deletes, unsent ones stay (c1.md §4). */
function mergedAnnotations(before: unknown, sent: unknown): Readonly<Record<string, Json>> {
  const merged: Record<string, Json> = {};
  for (const part of [before, sent]) {
    if (!isFields(part)) continue;
    for (const [key, value] of Object.entries(part)) {
      if (value === "") delete merged[key];
      else if (typeof value === "string") merged[key] = value;
    }
  }
  checkAnnotations(merged);
  return merged;
}

export function checkAnnotations(annotations: Readonly<Record<string, Json>> | undefined): void {
  const entries = Object.entries(annotations ?? {});
  if (entries.length > 16) throw invalid("invalid annotations: at most 16 keys");
  for (const [key, value] of entries) {
    if (!/^[A-Za-z][A-Za-z0-9._/-]{0,127}$/.test(key) || key.startsWith("c1/")) {
      throw invalid(`invalid annotations["${key}"]: key is malformed or reserved`);
    }
    if (!/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]{0,256}$/.test(String(value))) {
      throw invalid(`invalid annotations["${key}"]: value must be at most 256 URL-safe ASCII characters`);
    }
  }
  if (JSON.stringify(annotations ?? {}).length > 4096) throw invalid("invalid annotations: more than 4 KB");
}
