/** Connectors as actors in other systems: every call goes out with the connector's own token. */
import { writeExact } from "../../shared/exact-json.ts";
import { isFields } from "../../shared/narrow.ts";
import type { Tenant } from "./tenant.ts";

export type Item = Readonly<Record<string, unknown>>;

/** A text field of something another system answered; empty where it is absent or no text. */
export function textOf(value: unknown, key: string): string {
  const field = isFields(value) ? value[key] : undefined;
  return typeof field === "string" ? field : "";
}

/** Why a call failed, in the words a connector's status shows. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
}

/** The other system asks to come back later; a connector does (the vendor's libraries wait and try again). */
export class RateLimited extends Error {
  override readonly name = "RateLimited";
}

export interface Call {
  readonly method?: "GET" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly authorization?: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** Instead of `body`, where a form is asked for. */
  readonly form?: Readonly<Record<string, string>>;
}

/** `accept` names statuses that are an answer to the caller. */
export async function call(tenant: Tenant, asked: Call, accept: readonly number[] = []): Promise<Response> {
  const headers = new Headers({
    accept: asked.accept ?? "application/json",
    "user-agent": "ConductorOne",
  });
  if (asked.authorization !== undefined) headers.set("authorization", asked.authorization);
  const init: RequestInit = { headers, method: asked.method ?? "GET" };
  if (asked.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = writeExact(asked.body);
  }
  if (asked.form !== undefined) init.body = new URLSearchParams(asked.form);
  const response = await reached(tenant, new Request(asked.url, init));
  if (response.status === 429) throw new RateLimited(`${new URL(asked.url).host} asks to come back later`);
  if (!response.ok && !accept.includes(response.status)) {
    throw new ConnectorError(`${asked.method ?? "GET"} ${new URL(asked.url).pathname} answered ${response.status}`);
  }
  return response;
}

async function reached(tenant: Tenant, request: Request): Promise<Response> {
  try {
    return await tenant.world.fetch(request);
  } catch (error) {
    throw new ConnectorError(`cannot reach ${new URL(request.url).host}`, { cause: error });
  }
}
