/** One API call as handlers see it, and how an endpoint declares what it asks of its caller. */
import type { Exchange, TenantWorld } from "../../shared/emulator.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import type { LogActor, Tenant } from "./tenant.ts";

/** Who is calling, and with which rights. */
export interface Caller {
  /** Rate limits are counted per credential. */
  readonly principal: string;
  readonly actor: LogActor;
  readonly clientId: string | null;
  readonly apiTokenId: string | null;
  /** Set for SSWS tokens: the administrator it acts as. */
  readonly userId: string | null;
  /** Absent for SSWS tokens, which no scope limits. */
  readonly scopes?: readonly string[];
}

export interface Call extends Exchange {
  readonly tenant: Tenant;
  readonly world: TenantWorld;
  readonly caller: Caller;
  /** Tenant time, epoch milliseconds. */
  readonly now: number;
  /** Scheme and host as requested: what links are made of. */
  readonly origin: string;
  readonly requestId: string;
}

/** What part of the tenant an endpoint is about: decides scope and admin role. */
export type Area =
  | "users"
  | "groups"
  | "members"
  | "rules"
  | "apps"
  | "assignments"
  | "grants"
  | "roles"
  | "logs"
  | "schemas"
  | "userTypes"
  | "apiTokens"
  | "org"
  | "self";

export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly area: Area;
  /** A list: a caller without any admin role is told `200 []` instead of 403 (okta.md §0.6). */
  readonly list?: true;
  /** Parameter that may name the calling client: about itself it is told without any role (okta.md §1.7). */
  readonly own?: string;
  readonly handle: (call: Call) => Response | Promise<Response>;
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** The body as an object; Okta answers E0000003 to anything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
