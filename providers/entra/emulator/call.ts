/** One API call as handlers see it, and how an endpoint declares what it asks of its caller. */
import type { Exchange } from "../../shared/emulator.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { badRequest } from "./failure.ts";
import type { App, Tenant } from "./tenant.ts";

/** Who is calling: an app with the permissions of its token, or a person at the admin center. */
export type Caller =
  | { readonly kind: "app"; readonly app: App; readonly roles: readonly string[] }
  | { readonly kind: "person"; readonly userId: string };

export interface Call extends Exchange {
  readonly tenant: Tenant;
  readonly caller: Caller;
  /** Tenant time, epoch milliseconds. */
  readonly now: number;
  /** Writes before this are visible. */
  readonly horizon: number;
  /** Scheme and host as requested: what links are made of. */
  readonly origin: string;
  readonly requestId: string;
  /** Notes that an answer shows the past of an object, so that tests may know. */
  lagged(id: string): void;
}

export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /v1.0; an alternate key is a segment of its own: `/groups/(uniqueName)/{key}`. */
  readonly path: string;
  /** Any one suffices; `A+B` takes both. `Directory.ReadWrite.All` is not implied. */
  readonly permissions: readonly string[];
  /** Resource units before modifiers; default 1. */
  readonly units?: number;
  readonly handle: (call: Call) => Response | Promise<Response>;
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** The body as an object, or 400 as Graph says it. */
export function bodyOf(call: Call): Fields {
  if (isFields(call.body)) return call.body;
  throw badRequest(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  );
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

export function mayAlso(caller: Caller, ...permissions: readonly string[]): boolean {
  return caller.kind === "person" || permissions.some((permission) => caller.roles.includes(permission));
}

/** Directory roles of the caller's principal, by template id. A person here is a Global Administrator. */
export function principalOf(caller: Caller): string {
  return caller.kind === "app" ? caller.app.principalId : caller.userId;
}

/** The id inside `@odata.id` or `@odata.bind`; references into another cloud are refused. */
export function referenced(call: Call, value: unknown): string {
  const text = typeof value === "string" ? value : "";
  const match = /^(https?:\/\/[^/]+)\/v1\.0\/(?:directoryObjects|users|groups|servicePrincipals)\/([^/?#]+)$/.exec(
    text,
  );
  const [, origin, id] = match ?? [];
  if (id === undefined || (origin !== call.tenant.graph && origin !== call.origin)) {
    throw badRequest(`Invalid URL format specified in @odata.bind or @odata.id: '${text.slice(0, 200)}'.`);
  }
  return decodeURIComponent(id).toLowerCase();
}
