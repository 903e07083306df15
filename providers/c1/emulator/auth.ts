/** The token endpoint, for real: secrets, signatures, audiences and clocks are checked (c1.md §1). */

import { createHash } from "node:crypto";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { json } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { type Caller, ROLES } from "./rights.ts";
import type { CredentialRow } from "./rows.ts";
import { unauthenticated } from "./status.ts";
import type { Tenant } from "./tenant.ts";

const TOKEN_SECONDS = 3600;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const MAX_ASSERTION_SECONDS = 300;
/** Revocation takes up to about 90 s to bite. */
const REVOCATION_MS = 90_000;

class Refused extends Error {
  override readonly name = "Refused";
}

export const secretDigest = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** `POST /auth/v1/token`. */
export async function token(tenant: Tenant, form: unknown): Promise<Response> {
  try {
    const fields = isFields(form) ? form : {};
    const credential = await authenticated(tenant, (name) => {
      const value = fields[name];
      return typeof value === "string" ? value : "";
    });
    const issued = Math.floor(tenant.world.wall() / 1000);
    const access = await new SignJWT({ client_id: credential.clientId })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt(issued)
      .setExpirationTime(issued + TOKEN_SECONDS)
      .sign(keyOf(tenant));
    return json(200, { access_token: access, token_type: "Bearer", expires_in: TOKEN_SECONDS });
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof errors.JOSEError)) throw error;
    return json(401, { error: "invalid_client", error_description: error.message });
  }
}

async function authenticated(tenant: Tenant, field: (name: string) => string): Promise<CredentialRow> {
  const credential = tenant.credentials.get(field("client_id").replace(/@[^/]*/, (host) => host.toLowerCase()));
  if (credential === undefined || credential.revokedAt !== undefined) throw new Refused("unknown client");
  if (field("grant_type") === EXCHANGE) {
    await exchange(tenant, credential, field);
  } else if (field("grant_type") !== "client_credentials" || credential.kind === "wfe") {
    throw new Refused("unsupported grant type for this client");
  } else if (field("client_assertion_type") === ASSERTION_TYPE) {
    await assertion(tenant, credential, field("client_assertion"));
  } else if (field("client_secret") === "" || secretDigest(field("client_secret")) !== credential.secretDigest) {
    throw new Refused("client authentication failed");
  }
  return credential;
}

async function assertion(tenant: Tenant, credential: CredentialRow, jwt: string): Promise<void> {
  const nonce = decodeProtectedHeader(jwt).nonce;
  if (typeof nonce !== "string" || nonce.length < 32) throw new Refused("the assertion's header needs a nonce");
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", x: credential.publicKey }, "EdDSA");
  const { payload } = await jwtVerify(jwt, key, {
    algorithms: ["EdDSA"],
    audience: tenant.host,
    issuer: credential.clientId,
    subject: credential.clientId,
    currentDate: new Date(tenant.world.wall()),
    requiredClaims: ["iat", "exp"],
  });
  if ((payload.exp ?? 0) - (payload.iat ?? 0) > MAX_ASSERTION_SECONDS) {
    throw new Refused("the assertion is valid for more than five minutes");
  }
}

async function exchange(tenant: Tenant, credential: CredentialRow, field: (name: string) => string): Promise<void> {
  const { trust } = credential;
  if (trust === undefined) throw new Refused("this client has no trust");
  if (field("subject_token_type") !== "urn:ietf:params:oauth:token-type:jwt") {
    throw new Refused("unsupported subject_token_type");
  }
  const { payload } = await jwtVerify(field("subject_token"), createLocalJWKSet(keySet(trust.jwks)), {
    audience: tenant.host,
    issuer: trust.issuer,
    currentDate: new Date(tenant.world.wall()),
    requiredClaims: ["exp"],
  });
  if (trust.subject !== undefined && payload.sub !== trust.subject) throw new Refused("the trust's condition failed");
}

/** Who a request's bearer token speaks for; effective rights are scope ∩ the holder's roles. */
export async function callerOf(tenant: Tenant, request: Request): Promise<Caller> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined) throw unauthenticated("missing bearer token");
  const clientId = await clientOf(tenant, bearer);
  const credential = tenant.credentials.get(clientId);
  const principal = tenant.principals.get(credential?.userId ?? "");
  if (credential === undefined || principal === undefined) throw unauthenticated("unknown client");
  if (credential.revokedAt !== undefined && tenant.world.wall() - credential.revokedAt > REVOCATION_MS) {
    throw unauthenticated("the credential was revoked");
  }
  return { userId: principal.userId, label: principal.displayName, roles: effectiveRoles(principal.roles, credential) };
}

/** Tokens whose signature held, which it does for ever; only their clock is asked again. */
const verified = new WeakMap<Tenant, VerifiedTokens>();

/** Token → whose it is and until when, epoch milliseconds. */
type VerifiedTokens = Map<string, { readonly clientId: string; readonly expires: number }>;

async function clientOf(tenant: Tenant, bearer: string): Promise<string> {
  const known: VerifiedTokens = verified.get(tenant) ?? new Map();
  verified.set(tenant, known);
  const before = known.get(bearer);
  if (before !== undefined && tenant.world.wall() < before.expires) return before.clientId;
  try {
    const { payload } = await jwtVerify(bearer, keyOf(tenant), {
      algorithms: ["HS256"],
      currentDate: new Date(tenant.world.wall()),
    });
    const clientId = String(payload.client_id);
    known.set(bearer, { clientId, expires: (payload.exp ?? 0) * 1000 });
    return clientId;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw unauthenticated(`invalid token: ${error.code}`);
    throw error;
  }
}

function effectiveRoles(roles: readonly string[], credential: CredentialRow): ReadonlySet<string> {
  if (credential.scope === undefined) return new Set(roles);
  const { scope } = credential;
  /** A super administrator's narrowed credential is what the scope says, no more. */
  if (roles.includes(ROLES.superAdmin)) return new Set(scope);
  return new Set(roles.filter((role) => scope.includes(role)));
}

const keyOf = (tenant: Tenant): Uint8Array => Buffer.from(tenant.tokenKey, "base64url");

/** The trust's key set, as the issuer publishes it. */
function keySet(jwks: unknown): JSONWebKeySet {
  const keys: readonly unknown[] = isFields(jwks) && Array.isArray(jwks.keys) ? jwks.keys : [];
  return { keys: keys.filter((key): key is JWK => isFields(key) && typeof key.kty === "string") };
}
