/** From a Request to the tenant's answer: redirect, authentication, budget, ids, rights, handler, system log. */
import { type Emulator, exchangeOf, json, matcher, type Route } from "../../shared/emulator.ts";
import { callerOf, token } from "./auth.ts";
import { type Context, checkId, type Endpoint } from "./endpoint.ts";
import { settle } from "./machinery.ts";
import { blank, type Caller, mayRead, mayWrite } from "./rights.ts";
import { accessReviewEndpoints } from "./routes/access-reviews.ts";
import { appSettingsEndpoints } from "./routes/app-settings.ts";
import { appEndpoints } from "./routes/apps.ts";
import { attributeEndpoints } from "./routes/attributes.ts";
import { automationEndpoints } from "./routes/automations.ts";
import { bundleAutomationEndpoints } from "./routes/bundle-automation.ts";
import { catalogContentEndpoints } from "./routes/catalog-contents.ts";
import { catalogEndpoints } from "./routes/catalogs.ts";
import { conflictEndpoints } from "./routes/conflicts.ts";
import { connectorEndpoints } from "./routes/connectors.ts";
import { entitlementAutomationEndpoints } from "./routes/entitlement-automations.ts";
import { entitlementEndpoints } from "./routes/entitlements.ts";
import { grantEndpoints } from "./routes/grants.ts";
import { managedStateEndpoints } from "./routes/managed-states.ts";
import { ownerEndpoints } from "./routes/owners.ts";
import { peopleEndpoints } from "./routes/people.ts";
import { policyEndpoints } from "./routes/policies.ts";
import { resourceEndpoints } from "./routes/resources.ts";
import { taskEndpoints } from "./routes/tasks.ts";
import { vaultEndpoints } from "./routes/vaults.ts";
import { webhookEndpoints } from "./routes/webhooks.ts";
import { denied, internal, invalid, StatusError, statusResponse } from "./status.ts";
import { record, systemLogEndpoints } from "./system-log.ts";
import type { Tenant } from "./tenant.ts";

const ENDPOINTS: readonly Endpoint[] = [
  ...peopleEndpoints,
  ...appEndpoints,
  ...appSettingsEndpoints,
  ...automationEndpoints,
  ...resourceEndpoints,
  ...entitlementEndpoints,
  ...entitlementAutomationEndpoints,
  ...grantEndpoints,
  ...ownerEndpoints,
  ...catalogEndpoints,
  ...catalogContentEndpoints,
  ...bundleAutomationEndpoints,
  ...policyEndpoints,
  ...conflictEndpoints,
  ...connectorEndpoints,
  ...managedStateEndpoints,
  ...attributeEndpoints,
  ...webhookEndpoints,
  ...vaultEndpoints,
  ...accessReviewEndpoints,
  ...taskEndpoints,
  ...systemLogEndpoints,
];

/** The same for every tenant, and there are hundreds of them. */
const byRoute = new Map<Route, Endpoint>(
  ENDPOINTS.map((endpoint) => [
    { method: endpoint.method, path: endpoint.path, handle: () => json(500, {}) },
    endpoint,
  ]),
);
const match = matcher([...byRoute.keys()]);

const TOKEN_PATH = "/auth/v1/token";
const MINUTE_MS = 60_000;

/** Requests that a minute of tenant time allows; the vendor publishes no limit (c1.md §2), 429 has to be expected. */
export interface Budget {
  perMinute: number;
}

export function router(tenant: Tenant, budget: Budget): Emulator["fetch"] {
  const spend = meter(tenant, budget);

  return async (request) => {
    const url = new URL(request.url);
    const headers = { date: new Date(tenant.now()).toUTCString(), "x-request-id": crypto.randomUUID() };
    const tidy = tidied(url.pathname);
    if (tidy !== undefined)
      return new Response(null, { status: 301, headers: { ...headers, location: tidy + url.search } });
    try {
      const wait = spend();
      if (wait > 0) {
        const limited = new StatusError(429, 8, "too many requests");
        return statusResponse(limited, { ...headers, "retry-after": String(wait) });
      }
      if (url.pathname === TOKEN_PATH && request.method === "POST") {
        return await token(tenant, (await exchangeOf(request, {})).body);
      }
      const caller = await callerOf(tenant, request);
      const found = match(request.method, url.pathname);
      if (found === "method") throw new StatusError(501, 12, "Method Not Allowed");
      const endpoint = found === undefined ? undefined : byRoute.get(found.route);
      if (found === undefined || endpoint === undefined) throw new StatusError(404, 5, "Not Found");
      const exchange = await exchangeOf(request, found.params);
      if (exchange.badBody) throw invalid("proto: syntax error (line 1:1)");
      settle(tenant);
      return json(200, respond(tenant, caller, endpoint, { ...exchange, query: url.searchParams }), headers);
    } catch (error) {
      if (error instanceof StatusError) return statusResponse(error, headers);
      /** A mistake of the emulator's own: it shows as what a real tenant would answer, with the reason. */
      return statusResponse(internal(`emulator: ${error instanceof Error ? error.message : String(error)}`), headers);
    }
  };
}

function respond(
  tenant: Tenant,
  caller: Caller,
  endpoint: Endpoint,
  exchange: Pick<Context, "params" | "query"> & { readonly body: unknown },
): unknown {
  for (const [name, value] of Object.entries(exchange.params)) if (/(^|_)id$/.test(name)) checkId(value, name);
  const appId = exchange.params.app_id ?? exchange.params.connector_app_id ?? ownAppId(endpoint, exchange.params);
  const touched: string[] = Object.entries(exchange.params).flatMap(([name, value]) =>
    name === "role_slug" ? [] : [value],
  );
  const context: Context = {
    tenant,
    caller,
    params: exchange.params,
    query: exchange.query,
    body: exchange.body ?? {},
    touch: (...ids) => void touched.push(...ids),
  };
  if (endpoint.operation === undefined) {
    const answer = endpoint.handle(context);
    return mayRead(tenant, caller, endpoint.area, appId) ? answer : blank(answer, endpoint.area);
  }
  if (!mayWrite(tenant, caller, endpoint.area, appId)) throw denied("permission denied");
  const answer = endpoint.handle(context);
  record(tenant, caller, endpoint.operation, touched);
  return answer;
}

/** `/apps/{id}` is about the app itself. */
function ownAppId(endpoint: Endpoint, params: Readonly<Record<string, string>>): string | undefined {
  return endpoint.area === "apps" ? params.id : undefined;
}

/**
 * An empty path segment redirects to the collection and looks like success (c1.md §2): what a client with an empty id
 * gets. Undefined: the path is fine.
 */
function tidied(pathname: string): string | undefined {
  const tidy = pathname.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  return tidy === pathname ? undefined : tidy;
}

/** Counts requests in minutes of tenant time; answers the seconds to wait, 0 when there is room. */
function meter(tenant: Tenant, budget: Budget): () => number {
  let minute = 0;
  let used = 0;
  return () => {
    const now = tenant.now();
    const current = Math.floor(now / MINUTE_MS);
    if (current !== minute) used = 0;
    minute = current;
    used += 1;
    return used > budget.perMinute ? Math.ceil(((current + 1) * MINUTE_MS - now) / 1000) : 0;
  };
}
