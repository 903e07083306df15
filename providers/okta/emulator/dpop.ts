/** Proofs of possession (RFC 9449) as Okta checks them (okta.md §1.4): RSA only, single use, five minutes of tolerance. */
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from "jose";
import type { TenantWorld } from "../../shared/emulator.ts";
import { OAuthError } from "./oauth-error.ts";
import { spend } from "./single-use.ts";
import type { Tenant } from "./tenant.ts";

const DAY = 86_400_000;
const TOLERANCE = 300;

/** A new nonce each day, valid for three more: stateless, so that a saved tenant needs no clean-up. */
export function nonceOf(tenant: Tenant, day: number): string {
  return createHash("sha256").update(`${tenant.id} dpop nonce ${day}`).digest("base64url").slice(0, 32);
}

/** Checks a proof and gives the thumbprint of its key. `token` is set on API calls, where the proof covers it. */
export async function checkProof(
  tenant: Tenant,
  world: TenantWorld,
  request: Request,
  proof: string | null,
  token?: string,
): Promise<string> {
  const refuse = (description: string): OAuthError =>
    new OAuthError(400, "invalid_dpop_proof", description, wwwAuthenticate(token, "invalid_dpop_proof", description));
  if (proof === null || proof === "") throw refuse("The DPoP proof JWT header is missing.");
  const { payload, protectedHeader } = await verified(proof, world).catch((error: unknown) => {
    throw refuse(reasonOf(error));
  });

  const wall = Math.floor(world.wall() / 1000);
  const url = new URL(request.url);
  if (payload.htm !== request.method) throw refuse("The DPoP proof JWT claim 'htm' does not match the HTTP method.");
  if (payload.htu !== `${url.origin}${url.pathname}`) {
    throw refuse("The DPoP proof JWT claim 'htu' does not match the URL of the request.");
  }
  if (typeof payload.iat !== "number" || Math.abs(wall - payload.iat) > TOLERANCE) {
    throw refuse("The DPoP proof JWT claim 'iat' is missing or too far from the current time.");
  }
  if (typeof payload.jti !== "string" || payload.jti === "") throw refuse("The DPoP proof JWT claim 'jti' is missing.");
  if (token === undefined) checkNonce(tenant, world, payload.nonce);
  else if (payload.ath !== createHash("sha256").update(token).digest("base64url")) {
    throw refuse("The DPoP proof JWT claim 'ath' does not match the access token.");
  }
  if (!spend(tenant, world, `proof ${payload.jti}`, world.wall() + 2 * TOLERANCE * 1000)) {
    throw refuse("The DPoP proof JWT has already been used.");
  }
  return calculateJwkThumbprint(protectedHeader.jwk ?? {});
}

async function verified(proof: string, world: TenantWorld) {
  return jwtVerify(proof, EmbeddedJWK, {
    typ: "dpop+jwt",
    algorithms: ["RS256", "RS384", "RS512"],
    currentDate: new Date(world.wall()),
  });
}

function checkNonce(tenant: Tenant, world: TenantWorld, nonce: unknown): void {
  const today = Math.floor(world.wall() / DAY);
  const valid = [0, 1, 2, 3].some((age) => nonce === nonceOf(tenant, today - age));
  if (valid) return;
  const headers = { "dpop-nonce": nonceOf(tenant, today) };
  throw new OAuthError(400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", headers);
}

function wwwAuthenticate(token: string | undefined, error: string, description: string): Record<string, string> {
  if (token === undefined) return {};
  return { "www-authenticate": `DPoP error="${error}", error_description="${description}"` };
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JOSEAlgNotAllowed) return "The DPoP proof JWT must be signed with an RSA key.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The DPoP proof JWT signature is invalid.";
  return "The DPoP proof JWT is malformed.";
}
