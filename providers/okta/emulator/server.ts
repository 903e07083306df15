/** What happens to each request before and after its handler: host, caller, limits, rights, headers, error bodies. */
import { createHash } from "node:crypto";
import { exchangeOf, json, matcher, type Route, type TenantWorld } from "../../shared/emulator.ts";
import type { Call, Caller, Endpoint } from "./call.ts";
import { callerOf } from "./callers.ts";
import { Failure, failureBody, forbidden } from "./failure.ts";
import { OAuthError } from "./oauth-error.ts";
import { organization } from "./org.ts";
import { listed } from "./paging.ts";
import { judge, scopeAllows } from "./permissions.ts";
import { bucketOf, countCall, type RateState, rateHeaders } from "./rate-limits.ts";
import type { Tenant } from "./tenant.ts";
import { issueToken } from "./token-endpoint.ts";

/** One line of `lastRequests`. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  /** Login, client id, or undefined where the credential was refused. */
  readonly actor: string | undefined;
}

interface Visit {
  readonly request: Request;
  readonly url: URL;
  readonly requestId: string;
  actor?: string;
  rate?: RateState;
}

const KEPT_REQUESTS = 5000;

export function serverOf(
  tenant: Tenant,
  world: TenantWorld,
  endpoints: readonly Endpoint[],
  settle: () => void,
  seen: SeenRequest[],
): (request: Request) => Promise<Response> {
  const match = matcher(endpoints.map(routeOf));
  const byRoute = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
  let inFlight = 0;

  const answer = async (visit: Visit): Promise<Response> => {
    const { request, url } = visit;
    if (isAdminHost(url.hostname)) throw new Failure(404, "E0000008", "The requested path was not found");
    if (inFlight > tenant.knobs.concurrency) {
      visit.rate = { limit: 0, remaining: 0, reset: Math.ceil(world.now() / 1000) + 1, exceeded: true };
      throw tooMany();
    }
    if (url.pathname === "/.well-known/okta-organization" && request.method === "GET") return organization(tenant, url);
    if (url.pathname === "/oauth2/v1/token") return token(visit);
    const caller = await callerOf(tenant, world, request);
    visit.actor = caller.actor.alternateId;
    visit.rate = countCall(tenant, caller.principal, bucketOf(request.method, url.pathname), world.now());
    if (visit.rate.exceeded) throw tooMany();
    return handled(visit, caller);
  };

  const token = async (visit: Visit): Promise<Response> => {
    if (visit.request.method !== "POST") throw wrongMethod();
    visit.rate = countCall(tenant, "token", "/oauth2/v1/token", world.now());
    if (visit.rate.exceeded) throw tooMany();
    return issueToken(tenant, world, await exchangeOf(visit.request, {}));
  };

  const handled = async (visit: Visit, caller: Caller): Promise<Response> => {
    const found = match(visit.request.method, visit.url.pathname);
    if (found === "method") throw wrongMethod();
    if (found === undefined) throw new Failure(404, "E0000008", "The requested path was not found");
    const endpoint = byRoute.get(`${found.route.method} ${found.route.path}`);
    if (endpoint === undefined) throw new Failure(404, "E0000008", "The requested path was not found");
    if (!scopeAllows(caller, endpoint)) throw forbidden();
    const own = endpoint.own !== undefined && found.params[endpoint.own] === caller.clientId;
    const verdict = own ? "allowed" : judge(tenant, caller, endpoint);
    if (verdict === "forbidden") throw forbidden();
    if (verdict === "blank") return listed([], [`<${visit.url.href}>; rel="self"`]);

    const exchange = await exchangeOf(visit.request, found.params);
    if (exchange.badBody) throw new Failure(400, "E0000003", "The request body was not well-formed.");
    const call: Call = {
      ...exchange,
      tenant,
      world,
      caller,
      now: world.now(),
      origin: visit.url.origin,
      requestId: visit.requestId,
    };
    return endpoint.handle(call);
  };

  return async (request) => {
    settle();
    tenant.sequence += 1;
    const requestId = requestIdOf(tenant);
    const visit: Visit = { request, url: new URL(request.url), requestId };
    inFlight += 1;
    let response: Response;
    try {
      response = await answer(visit);
    } catch (error) {
      response = refusal(error, requestId);
    } finally {
      inFlight -= 1;
    }
    response.headers.set("date", new Date(world.now()).toUTCString());
    response.headers.set("x-okta-request-id", requestId);
    if (visit.rate !== undefined) {
      for (const [name, value] of Object.entries(rateHeaders(tenant, visit.rate))) response.headers.set(name, value);
    }
    seen.push({
      method: request.method,
      path: `${visit.url.pathname}${visit.url.search}`,
      status: response.status,
      requestId,
      actor: visit.actor,
    });
    if (seen.length > KEPT_REQUESTS) seen.splice(0, seen.length - KEPT_REQUESTS);
    return response;
  };
}

/** The shared matcher wants handlers; ours need more than an Exchange, so it only finds the path. */
function routeOf(endpoint: Endpoint): Route {
  return {
    method: endpoint.method,
    path: endpoint.path,
    handle: () => {
      throw new Error("Okta endpoints are called by the server");
    },
  };
}

/** `acme-admin.okta.com` is the console, not the API (okta.md §1.5). */
function isAdminHost(hostname: string): boolean {
  return hostname.includes(".") && (hostname.split(".")[0] ?? "").endsWith("-admin");
}

function requestIdOf(tenant: Tenant): string {
  return createHash("sha256").update(`${tenant.id} request ${tenant.sequence}`).digest("base64url").slice(0, 27);
}

function tooMany(): Failure {
  return new Failure(429, "E0000047", "API call exceeded rate limit due to too many requests.");
}

function wrongMethod(): Failure {
  return new Failure(405, "E0000022", "The endpoint does not support the provided HTTP method");
}

function refusal(error: unknown, requestId: string): Response {
  if (error instanceof OAuthError) {
    return json(error.status, { error: error.error, error_description: error.message }, { ...error.headers });
  }
  if (error instanceof Failure) return json(error.status, failureBody(error, `oae${requestId.slice(0, 22)}`));
  throw error;
}
