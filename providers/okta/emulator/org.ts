/** The organisation itself: metadata, settings, API tokens, own roles. */
import { json } from "../../shared/emulator.ts";
import type { Call, Endpoint } from "./call.ts";
import { Failure, notFound } from "./failure.ts";
import { listed } from "./paging.ts";
import { type ApiToken, type Tenant, timestamp } from "./tenant.ts";

/** Unauthenticated: proves that the host is an Okta organisation and names it (okta.md §1.5). */
export function organization(tenant: Tenant, url: URL): Response {
  return json(200, {
    id: tenant.id,
    cell: "ok0",
    _links: { organization: { href: url.origin } },
    pipeline: "idx",
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: true,
      omEnabled: false,
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: false,
    },
  });
}

export const ORG_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/org", area: "org", handle: settings },
  { method: "GET", path: "/api/v1/api-tokens", area: "apiTokens", list: true, handle: listTokens },
  { method: "GET", path: "/api/v1/api-tokens/{apiTokenId}", area: "apiTokens", handle: readToken },
  { method: "DELETE", path: "/api/v1/api-tokens/current", area: "self", handle: revokeCurrent },
];

function settings({ tenant }: Call): Response {
  return json(200, {
    id: tenant.id,
    companyName: "Acme",
    subdomain: tenant.subdomain,
    status: "ACTIVE",
    created: tenant.created,
    lastUpdated: tenant.created,
    website: "https://acme.example",
    _links: {},
  });
}

const THIRTY_DAYS = 30 * 86_400_000;

function tokenView(call: Call, token: ApiToken): unknown {
  return {
    id: token.id,
    name: token.name,
    userId: token.userId,
    tokenWindow: "P30D",
    clientName: "Okta API",
    created: token.created,
    lastUpdated: token.created,
    expiresAt: timestamp(call.now + THIRTY_DAYS),
    network: { connection: "ANYWHERE" },
    _link: { self: { href: `${call.origin}/api/v1/api-tokens/${token.id}`, hints: { allow: ["GET", "DELETE"] } } },
  };
}

function listTokens(call: Call): Response {
  const tokens = [...call.tenant.apiTokens.values()].map((token) => tokenView(call, token));
  return listed(tokens, [`<${call.url.href}>; rel="self"`]);
}

function readToken(call: Call): Response {
  const id = call.params.apiTokenId ?? "";
  const token = [...call.tenant.apiTokens.values()].find((candidate) => candidate.id === id);
  if (token === undefined) throw notFound(id, "ApiToken");
  return json(200, tokenView(call, token));
}

function revokeCurrent(call: Call): Response {
  for (const [value, token] of call.tenant.apiTokens) {
    if (token.id !== call.caller.apiTokenId) continue;
    call.tenant.apiTokens.delete(value);
    return new Response(null, { status: 204 });
  }
  throw new Failure(403, "E0000006", "You do not have permission to perform the requested action");
}
