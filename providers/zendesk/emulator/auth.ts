/** Who calls: OAuth clients with their tokens, and API tokens while they last (zendesk.md §1.1). */
import { randomBytes } from "node:crypto";
import type { Exchange, Route } from "../../shared/emulator.ts";
import { bodyRoot, optionalText } from "./input.ts";
import type { UserRow } from "./memory.ts";
import { badRequest, forbidden, Refusal } from "./refusal.ts";
import { reply } from "./reply.ts";
import { emailOf, type Tenant } from "./tenant.ts";

export interface Principal {
  readonly user: UserRow;
  /** Undefined for an API token, which may do what its user may. */
  readonly scopes: readonly string[] | undefined;
}

const KNOWN =
  /^(?:read|write|impersonate|auditlogs:read|(?:tickets|users|organizations|hc|apps|triggers|automations|targets|webhooks):(?:read|write))$/;

/** Anonymous is somebody as well, where `users/me` is asked. */
export function principalOf(tenant: Tenant, request: Request): Principal | "anonymous" {
  const { memory, world } = tenant;
  const [scheme = "", value = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer") {
    const token = memory.tokens.find((row) => row.value === value && row.expiresAt > world.wall());
    const user = memory.users.find((row) => row.id === token?.userId && row.active && !row.suspended);
    if (token === undefined || user === undefined) {
      const said = { error: "invalid_token", details: "The access token provided is expired, revoked or malformed." };
      throw new Refusal(401, { error: said.error, error_description: said.details }, said);
    }
    return { user, scopes: token.scopes };
  }
  if (scheme.toLowerCase() !== "basic") return "anonymous";
  const [, email, token] = /^(.+)\/token:(.+)$/.exec(Buffer.from(value, "base64").toString()) ?? [];
  const user = memory.users.find((row) => row.active && !row.suspended && emailOf(row) === email?.toLowerCase());
  if (user === undefined || token === undefined || !memory.apiTokens.includes(token)) return "anonymous";
  return { user, scopes: undefined };
}

/** The trap: nobody in particular may ask who they are (zendesk.md §1). */
export const ANONYMOUS = {
  user: { id: null, url: null, name: "Anonymous user", email: "invalid@example.com", role: "end-user", active: false },
};

/** A token with a scope that there is not is given all the same, and its calls are refused. */
export function mustHaveScope({ scopes }: Principal, method: string, resource: string): void {
  if (scopes === undefined) return;
  const action = method === "GET" ? "read" : "write";
  const area = resource === "audit_logs" ? "auditlogs" : resource;
  if (scopes.every((scope) => KNOWN.test(scope)) && (scopes.includes(action) || scopes.includes(`${area}:${action}`)))
    return;
  const details = `You are missing the following required scopes: ${action}`;
  throw new Refusal(403, { error: "Forbidden", description: details }, { error: "Forbidden", details });
}

/** Agents change end users, and nothing else of what is emulated here; end users nothing at all. */
export function mustBeAdmin({ user }: Principal): void {
  if (user.role !== "admin") throw forbidden("You do not have access to this page. Please contact the account owner.");
}

export function tokenRoute(tenant: Tenant): Route {
  return { method: "POST", path: "/oauth/tokens", handle: (exchange) => give(tenant, exchange) };
}

function give({ memory, world }: Tenant, exchange: Exchange): Response {
  const fields = bodyRoot(exchange);
  if (fields.get("grant_type") !== "client_credentials")
    throw badRequest("unsupported_grant_type", "Only client_credentials");
  const client = memory.clients.find((row) => row.identifier === fields.get("client_id"));
  if (client === undefined || client.secret !== fields.get("client_secret")) {
    const said = { error: "invalid_client", details: "Client authentication failed" };
    throw new Refusal(401, { error: said.error, error_description: said.details }, said);
  }
  const lifetime = fields.get("expires_in") ?? 7_200;
  if (typeof lifetime !== "number" || lifetime < 300 || lifetime > 172_800) {
    throw badRequest("invalid_request", "expires_in must be between 300 and 172800");
  }
  const scope = optionalText(fields, "scope") ?? "read write";
  const value = randomBytes(32).toString("hex");
  const now = world.wall();
  memory.tokens = memory.tokens.filter((row) => row.expiresAt > now);
  memory.tokens.push({ value, userId: client.userId, scopes: scope.split(/\s+/), expiresAt: now + lifetime * 1_000 });
  return reply(201, { access_token: value, token_type: "bearer", scope, expires_in: lifetime });
}
