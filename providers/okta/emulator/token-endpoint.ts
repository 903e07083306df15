/** `POST /oauth2/v1/token` of the org authorization server (okta.md §1.2–1.4). Token lifetimes are wall time. */
import { randomBytes } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, importJWK, type JWTPayload, jwtVerify } from "jose";
import { type Exchange, json, type TenantWorld } from "../../shared/emulator.ts";
import { fieldsOf, textOf } from "./call.ts";
import { checkProof } from "./dpop.ts";
import { invalidClient, OAuthError } from "./oauth-error.ts";
import { spend } from "./single-use.ts";
import type { Client, Tenant } from "./tenant.ts";

const LIFETIME = 3600;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export async function issueToken(tenant: Tenant, world: TenantWorld, exchange: Exchange): Promise<Response> {
  const form = fieldsOf(exchange.body);
  if (form.grant_type !== "client_credentials") {
    throw new OAuthError(400, "unsupported_grant_type", "The authorization grant type is not supported.");
  }
  const client = await authenticated(tenant, world, exchange, form);
  const scopes = grantedScopes(client, textOf(form.scope) ?? "");
  const jkt = client.dpop
    ? await checkProof(tenant, world, exchange.request, exchange.request.headers.get("dpop"))
    : undefined;

  for (const [known, entry] of tenant.accessTokens) if (entry.expires < world.wall()) tenant.accessTokens.delete(known);
  const token = `ACC${randomBytes(32).toString("base64url")}`;
  const expires = world.wall() + LIFETIME * 1000;
  const base = { clientId: client.id, scopes, expires };
  tenant.accessTokens.set(token, jkt === undefined ? base : { ...base, jkt });
  return json(200, {
    token_type: jkt === undefined ? "Bearer" : "DPoP",
    expires_in: LIFETIME,
    access_token: token,
    scope: scopes.join(" "),
  });
}

type Form = Readonly<Record<string, unknown>>;

async function authenticated(tenant: Tenant, world: TenantWorld, exchange: Exchange, form: Form): Promise<Client> {
  const basic = exchange.request.headers.get("authorization");
  if (basic?.startsWith("Basic ")) return bySecret(tenant, basic.slice("Basic ".length));
  const assertion = textOf(form.client_assertion);
  if (assertion === undefined || form.client_assertion_type !== ASSERTION_TYPE) {
    throw invalidClient("Client authentication failed. Either the client or the client credentials are invalid.");
  }
  return byAssertion(tenant, world, exchange, assertion);
}

function bySecret(tenant: Tenant, encoded: string): Client {
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  const client = tenant.clients.get(decodeURIComponent(id));
  if (client?.secret === undefined || client.secret !== decodeURIComponent(secret.join(":"))) {
    throw invalidClient("The client secret supplied for a confidential client is invalid.");
  }
  return client;
}

async function byAssertion(tenant: Tenant, world: TenantWorld, exchange: Exchange, assertion: string): Promise<Client> {
  const { claims, kid } = decoded(assertion);
  const client = tenant.clients.get(claims.iss ?? "");
  if (client === undefined) throw invalidClient("Invalid value for 'client_id' parameter.");
  if (client.secret !== undefined) throw invalidClient("The client is not configured for private_key_jwt.");
  if (client.keys.length === 0) throw invalidClient("The client does not have a JWKSet configured");
  const jwk = client.keys.find((key) => kid !== undefined && key.kid === kid);
  if (jwk === undefined) throw invalidClient("The client_assertion JWT kid is invalid.");

  await verify(assertion, jwk, world);
  const wall = world.wall() / 1000;
  if (claims.sub !== client.id)
    throw invalidClient("The subject and issuer of client_assertion must be the client id.");
  if (claims.aud !== `${exchange.url.origin}${exchange.url.pathname}`) {
    throw invalidClient("The audience claim for client_assertion must be the endpoint invoked for the request.");
  }
  if (claims.exp === undefined) throw invalidClient("The client_assertion token has no expiration.");
  if (claims.exp > wall + 3600) throw invalidClient("The client_assertion token expires too far in the future.");
  if (claims.iat !== undefined && claims.iat > wall) {
    throw invalidClient("The client_assertion token was issued in the future.");
  }
  if (claims.jti !== undefined && !spend(tenant, world, `assertion ${client.id} ${claims.jti}`, claims.exp * 1000)) {
    throw invalidClient("The client_assertion token has already been used.");
  }
  return client;
}

function decoded(assertion: string): { readonly claims: JWTPayload; readonly kid: string | undefined } {
  try {
    return { claims: decodeJwt(assertion), kid: decodeProtectedHeader(assertion).kid };
  } catch {
    throw invalidClient("The parameter 'client_assertion' is not a JSON Web Token.");
  }
}

async function verify(assertion: string, jwk: Readonly<Record<string, unknown>>, world: TenantWorld): Promise<void> {
  const algorithms = jwk.kty === "EC" ? ["ES256", "ES384", "ES512"] : ["RS256", "RS384", "RS512"];
  try {
    const { alg } = decodeProtectedHeader(assertion);
    await jwtVerify(assertion, await importJWK({ ...jwk }, alg), { algorithms, currentDate: new Date(world.wall()) });
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalidClient("The client_assertion token is expired.");
    throw invalidClient("The client_assertion signature is invalid.");
  }
}

/** What was asked and not granted silently vanishes; `.manage` does not turn into `.read`. */
function grantedScopes(client: Client, asked: string): readonly string[] {
  const wanted = [...new Set(asked.split(/\s+/).filter((scope) => scope !== ""))];
  if (wanted.length === 0) {
    throw new OAuthError(
      400,
      "invalid_scope",
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  const granted = wanted.filter((scope) => client.scopes.includes(scope));
  if (granted.length === 0) {
    throw new OAuthError(
      400,
      "invalid_scope",
      "One or more scopes are not configured for the authorization server resource.",
    );
  }
  return granted;
}
