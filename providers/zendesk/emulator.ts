/**
 * A Zendesk account in memory. Request → what became due → credential → rate window → scope and role → route; every refusal
 * is shaped in one place. Behaviour follows zendesk.md; what that marks unconfirmed is marked here too.
 */
import { randomUUID } from "node:crypto";
import { ACME_HOSTS, ACME_TOKENS } from "../shared/acme.ts";
import { type Emulator, type Exchange, matcher, type TenantWorld } from "../shared/emulator.ts";
import { parseExact } from "../shared/exact-json.ts";
import { textOf } from "../shared/request-text.ts";
import { auditRoutes } from "./emulator/audit.ts";
import { ANONYMOUS, mustBeAdmin, mustHaveScope, type Principal, principalOf, tokenRoute } from "./emulator/auth.ts";
import { groupRoutes } from "./emulator/groups.ts";
import { identityRoutes } from "./emulator/identities.ts";
import { jobRoutes, runJobs } from "./emulator/jobs.ts";
import { createLimits } from "./emulator/limits.ts";
import { unassignDue } from "./emulator/member-rules.ts";
import { membershipRoutes, pairRoutes } from "./emulator/memberships.ts";
import { type Memory, memoryFrom } from "./emulator/memory.ts";
import { organizationRoutes } from "./emulator/organizations.ts";
import { noEndpoint, Refusal, refusalResponse, unauthorized } from "./emulator/refusal.ts";
import { reply } from "./emulator/reply.ts";
import { roleRoutes } from "./emulator/roles.ts";
import { CLIENT, seed, TRENT_TOKEN } from "./emulator/seed.ts";
import type { Tenant } from "./emulator/tenant.ts";
import { reindex, userRoutes } from "./emulator/users.ts";

export interface ZendeskEmulator extends Emulator {
  /** For tests that play what no call does: a plan, a setting, tickets. */
  readonly memory: Memory;
}

/** `firstId` is where ids start: beyond 2^53, say. */
export function createZendeskEmulator(world: TenantWorld, saved?: unknown, firstId?: string): ZendeskEmulator {
  const memory = saved === undefined ? seed(world.now(), firstId) : memoryFrom(saved);
  const tenant: Tenant = { memory, world, host: ACME_HOSTS.zendesk };
  const limits = createLimits(
    () => world.now(),
    () => memory.plan,
  );
  const callers = new WeakMap<Request, Principal>();
  const caller = (request: Request): Principal | undefined => callers.get(request);
  const token = tokenRoute(tenant);
  const route = matcher([
    ...userRoutes(tenant, caller, limits),
    ...identityRoutes(tenant, caller),
    ...groupRoutes(tenant, caller),
    ...membershipRoutes(tenant, caller, "group"),
    ...membershipRoutes(tenant, caller, "organization"),
    ...pairRoutes(tenant, caller),
    ...organizationRoutes(tenant, caller, limits),
    ...roleRoutes(tenant, caller),
    ...jobRoutes(tenant),
    ...auditRoutes(tenant),
  ]);

  function advance(): void {
    runJobs(tenant);
    unassignDue(tenant);
    reindex(tenant);
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === token.method && pathname === token.path) return token.handle(await exchangeOf(request, {}));
    // The suffix is optional; addresses inside answers carry it (zendesk.md §1).
    const path = /^\/api\/v2(\/.+?)(?:\.json)?$/.exec(pathname)?.[1];
    if (path === undefined) throw noEndpoint();
    const principal = principalOf(tenant, request);
    if (principal === "anonymous") {
      if (request.method === "GET" && path === "/users/me") return reply(200, ANONYMOUS);
      throw unauthorized();
    }
    const headers = limits.count();
    try {
      const [, resource = ""] = path.split("/");
      mustHaveScope(principal, request.method, resource);
      if (request.method !== "GET" && resource !== "users") mustBeAdmin(principal);
      if (resource === "audit_logs") mustBeAdmin(principal);
      const match = route(request.method, path);
      if (match === undefined || match === "method") throw noEndpoint();
      callers.set(request, principal);
      return withHeaders(await match.route.handle(await exchangeOf(request, match.params)), headers);
    } catch (error) {
      if (error instanceof Refusal) return withHeaders(refusalResponse(error), headers);
      throw error;
    }
  }

  return {
    host: ACME_HOSTS.zendesk,
    memory,
    settings: { subdomain: "acme", clientId: CLIENT.identifier, clientSecret: CLIENT.secret },
    env: { ZENDESK_TOKEN_FOR_C1: ACME_TOKENS.zendeskForC1 },
    actors: { trent: TRENT_TOKEN },
    save: () => structuredClone(memory),
    tick: async () => advance(),
    async fetch(request) {
      advance();
      const response = await handle(request).catch((error: unknown) => {
        if (error instanceof Refusal) return refusalResponse(error);
        throw error;
      });
      response.headers.set("date", new Date(world.now()).toUTCString());
      response.headers.set("x-request-id", randomUUID());
      return response;
    },
  };
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** Ids of any size, as their digits where a number cannot hold them. */
async function exchangeOf(request: Request, params: Readonly<Record<string, string>>): Promise<Exchange> {
  const base = { request, url: new URL(request.url), params };
  const text = await textOf(request);
  if (text === "") return { ...base, body: undefined, badBody: false };
  try {
    return { ...base, body: parseExact(text), badBody: false };
  } catch {
    return { ...base, body: undefined, badBody: true };
  }
}
