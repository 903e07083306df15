/** The service app's private key: a JWK as Okta's console shows it, or a PEM with the key's id beside it. */
import { createPrivateKey } from "node:crypto";
import type { CryptoKey, JWK, KeyObject } from "jose";
import { ProblemError } from "../../../engine/problem.ts";

export interface SigningKey {
  readonly key: CryptoKey | KeyObject | Uint8Array;
  readonly algorithm: string;
  readonly keyId: string;
}

/** Does a text hold a private key, whatever field it was pasted into? */
export function isPrivateKey(text: string): boolean {
  if (text.trimStart().startsWith("-----BEGIN")) return true;
  return jwkOf(text) !== undefined;
}

/** What the key itself says its id is; a PEM says nothing. */
export function keyIdOf(text: string): string | undefined {
  return jwkOf(text)?.kid;
}

/** Okta finds the key by its id: a JWK carries it, a PEM does not (okta.md §1.2). */
export async function signingKey(text: string, keyId: string | undefined): Promise<SigningKey> {
  const { kid, ...key } = await parsed(text);
  const id = kid ?? keyId;
  if (id !== undefined) return { ...key, keyId: id };
  throw new ProblemError({
    code: "okta-key-id",
    message: "privateKey does not say which of the app's keys it is.",
    hint: "Give `keyId`: the id (kid) that the app's General tab shows beside the public key.",
    fatal: true,
  });
}

async function parsed(text: string): Promise<Omit<SigningKey, "keyId"> & { readonly kid?: string }> {
  try {
    const jwk = jwkOf(text);
    if (jwk !== undefined) {
      const { importJWK } = await import("jose");
      const algorithm = jwk.alg ?? defaultAlgorithm(jwk.kty, jwk.crv);
      const { kid } = jwk;
      return { key: await importJWK(jwk, algorithm), algorithm, ...(kid === undefined ? {} : { kid }) };
    }
    // Environment variables rarely carry line breaks; PKCS#1 is accepted here and refused by importPKCS8 (okta.md §1.2).
    const key = createPrivateKey(text.replaceAll("\\n", "\n"));
    const algorithm = key.asymmetricKeyType === "ec" ? ecAlgorithm(key.asymmetricKeyDetails?.namedCurve) : "RS256";
    return { key, algorithm };
  } catch {
    // The cause may quote the key, so it is not kept.
    throw new ProblemError({
      code: "okta-private-key",
      message: "privateKey is neither a private JWK nor a PEM private key.",
      hint: "Paste the whole JSON that Okta showed once when the key was generated, or a PEM together with keyId.",
      fatal: true,
    });
  }
}

/** Claims of `private_key_jwt`. No `jti`, so that a repeated request is not refused; `iat` is back-dated for skew. */
export async function clientAssertion(
  signing: SigningKey,
  clientId: string,
  audience: string,
  now: number,
): Promise<string> {
  const { SignJWT } = await import("jose");
  const seconds = Math.floor(now / 1_000);
  return new SignJWT({})
    .setProtectedHeader({ alg: signing.algorithm, typ: "JWT", kid: signing.keyId })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + 300)
    .sign(signing.key);
}

function jwkOf(text: string): JWK | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPrivateJwk(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPrivateJwk(value: unknown): value is JWK & { readonly kty: string } {
  return typeof value === "object" && value !== null && "kty" in value && "d" in value && typeof value.kty === "string";
}

function defaultAlgorithm(type: string | undefined, curve: string | undefined): string {
  return type === "EC" ? ecAlgorithm(curve) : "RS256";
}

function ecAlgorithm(curve: string | undefined): string {
  if (curve === "P-384" || curve === "secp384r1") return "ES384";
  return curve === "P-521" || curve === "secp521r1" ? "ES512" : "ES256";
}
