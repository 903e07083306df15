/** What happens to each request before and after its handler: token, caller, rights, cost, batches, headers, errors. */
import { exchangeOf, json, matcher, type Route, type TenantWorld } from "../../shared/emulator.ts";
import { isFields, textsOf } from "../../shared/narrow.ts";
import type { Call, Caller, Endpoint } from "./call.ts";
import { settleDynamicGroups } from "./dynamic-groups.ts";
import { invokeCommand } from "./exchange.ts";
import { badRequest, denied, errorBody, Failure } from "./failure.ts";
import { ACTORS } from "./seed.ts";
import { nextId, type Tenant } from "./tenant.ts";
import { charge } from "./throttle.ts";
import { issueToken, verifiedClaims } from "./token-endpoint.ts";

/** One line of `lastRequests`; a request inside a batch has one of its own. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  /** Ids of objects that the answer showed as they were, or not yet: what tests call a lagging read. */
  readonly lagged: readonly string[];
}

const KEPT_REQUESTS = 5_000;
const VERSION = "/v1.0";
const MOST_IN_BATCH = 20;

export function serverOf(
  tenant: Tenant,
  world: TenantWorld,
  endpoints: readonly Endpoint[],
  seen: SeenRequest[],
): (request: Request) => Promise<Response> {
  const match = matcher(endpoints.map(routeOf));
  const byRoute = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));

  async function answer(request: Request, url: URL, requestId: string, lagged: Set<string>): Promise<Response> {
    const tokenPath = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(url.pathname);
    if (tokenPath !== null && request.method === "POST") {
      return issueToken(
        tenant,
        world,
        await exchangeOf(request, { tenant: decodeURIComponent(tokenPath[1] ?? "") }),
        requestId,
      );
    }
    if (/^\/adminapi\/beta\/[^/]+\/InvokeCommand$/.test(url.pathname) && request.method === "POST") {
      return invokeCommand(tenant, world, request, url.pathname);
    }
    const caller = callerOf(tenant, world, request);
    if (url.pathname === `${VERSION}/$batch` && request.method === "POST") return batch(request, url);
    return handled(request, url, requestId, caller, lagged);
  }

  async function handled(
    request: Request,
    url: URL,
    requestId: string,
    caller: Caller,
    lagged: Set<string>,
  ): Promise<Response> {
    const found = match(request.method, pathOf(url));
    const endpoint =
      found === undefined || found === "method" ? undefined : byRoute.get(`${request.method} ${found.route.path}`);
    if (found === "method")
      throw new Failure(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
    if (found === undefined || endpoint === undefined) {
      throw new Failure(400, "BadRequest", `Resource not found for the segment '${url.pathname.split("/")[2] ?? ""}'.`);
    }
    if (!allowed(caller, endpoint)) throw denied();
    const headers =
      caller.kind === "app" ? charge(tenant, caller.app.appId, endpoint, url.searchParams, world.now()) : {};
    const exchange = await exchangeOf(request, found.params);
    if (exchange.badBody) throw badRequest("Unable to read JSON request payload.");
    const call: Call = {
      ...exchange,
      url,
      tenant,
      caller,
      now: world.now(),
      horizon: world.now() - tenant.knobs.lagMs,
      origin: url.origin,
      requestId,
      lagged: (id) => void lagged.add(id),
    };
    const response = await endpoint.handle(call);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  }

  /** Each part is authorized, charged and answered alone, and the answers come in no order of ours. */
  async function batch(request: Request, url: URL): Promise<Response> {
    const { body } = await exchangeOf(request, {});
    const parts = isFields(body) && Array.isArray(body.requests) ? body.requests.filter(isFields) : [];
    const ids = parts.map(({ id }) => String(id ?? ""));
    if (parts.length === 0 || parts.length > MOST_IN_BATCH)
      throw badRequest(`Number of batch request steps exceeds the max value of ${MOST_IN_BATCH}.`);
    if (new Set(ids).size < ids.length) throw badRequest("Duplicate request ids in a batch.");
    const answers = new Map<string, { id: string; status: number; headers: Record<string, string>; body?: unknown }>();
    for (const part of parts) {
      const id = String(part.id);
      const failedParent = textsOf(part.dependsOn).some((parent) => (answers.get(parent)?.status ?? 424) >= 400);
      if (failedParent) {
        const failure = new Failure(424, "FailedDependency", "A request that this one depends on failed.");
        answers.set(id, { id, status: 424, headers: {}, body: errorBody(failure, nextId(tenant), null, world.now()) });
        continue;
      }
      const inner = new Request(new URL(`${VERSION}${String(part.url)}`, url.origin), {
        method: String(part.method),
        headers: {
          authorization: request.headers.get("authorization") ?? "",
          ...(isFields(part.headers) ? textHeaders(part.headers) : {}),
          ...(part.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(part.body === undefined ? {} : { body: JSON.stringify(part.body) }),
      });
      const response = await fetch(inner);
      const text = await response.text();
      answers.set(id, {
        id,
        status: response.status,
        headers: Object.fromEntries(
          [...response.headers].map(([name, value]) => [name === "retry-after" ? "Retry-After" : name, value]),
        ),
        ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
      });
    }
    return json(200, { responses: [...answers.values()].reverse() });
  }

  async function fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    settleDynamicGroups(tenant, world.now());
    const requestId = nextId(tenant);
    const lagged = new Set<string>();
    let response: Response;
    try {
      response = await answer(request, url, requestId, lagged);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      response = json(
        error.status,
        errorBody(error, requestId, request.headers.get("client-request-id"), world.now()),
        { ...error.headers },
      );
    }
    response.headers.set("date", new Date(world.now()).toUTCString());
    response.headers.set("request-id", requestId);
    const client = request.headers.get("client-request-id");
    if (client !== null) response.headers.set("client-request-id", client);
    seen.push({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      status: response.status,
      requestId,
      lagged: [...lagged],
    });
    if (seen.length > KEPT_REQUESTS + 500) seen.splice(0, seen.length - KEPT_REQUESTS);
    return response;
  }
  return fetch;
}

/** Below /v1.0, an alternate key as segments of its own: `/groups(uniqueName='k')` → `/groups/(uniqueName)/k`. */
function pathOf(url: URL): string {
  if (!url.pathname.startsWith(`${VERSION}/`)) throw new Failure(404, "BadRequest", "Invalid version.");
  const path = url.pathname.slice(VERSION.length);
  const keyed = /^\/(\w+)\((?:(\w+)=)?(?:'|%27)(.*)(?:'|%27)\)(\/.*)?$/.exec(path);
  if (keyed === null) return path;
  const [, collection, name, key = "", rest = ""] = keyed;
  const value = encodeURIComponent(decodeURIComponent(key).replaceAll("''", "'"));
  return name === undefined ? `/${collection}/${value}${rest}` : `/${collection}/(${name})/${value}${rest}`;
}

function callerOf(tenant: Tenant, world: TenantWorld, request: Request): Caller {
  const [, token = ""] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const actor = Object.entries(ACTORS).find(([, known]) => known === token)?.[0];
  if (actor !== undefined) {
    for (const [id, row] of tenant.users.all()) {
      if (String(row.properties.userPrincipalName).startsWith(`${actor}@`)) return { kind: "person", userId: id };
    }
  }
  const claims = verifiedClaims(tenant, token);
  const app = tenant.apps.get(String(claims?.appid ?? ""));
  const expired = typeof claims?.exp !== "number" || claims.exp * 1_000 <= world.wall();
  if (claims === undefined || app === undefined || app.disabled === true || expired || claims.aud !== tenant.graph) {
    throw new Failure(
      401,
      "InvalidAuthenticationToken",
      expired && claims !== undefined
        ? "Lifetime validation failed, the token is expired."
        : "Access token validation failure. Invalid audience or signature.",
      {
        "www-authenticate":
          'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="invalid_token"',
      },
    );
  }
  // What was consented to when the token was given; a later consent needs a new one.
  return { kind: "app", app, roles: textsOf(claims.roles) };
}

function allowed(caller: Caller, { permissions }: Endpoint): boolean {
  if (caller.kind === "person") return true;
  return permissions.some((permission) => permission.split("+").every((one) => caller.roles.includes(one)));
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function routeOf(endpoint: Endpoint): Route {
  return {
    method: endpoint.method,
    path: endpoint.path,
    handle: () => {
      throw new Error("Graph's endpoints are called by the server");
    },
  };
}
