/**
 * Proof of possession (RFC 9449) as Okta does it (okta.md §1.4): one ephemeral RSA key per process, a fresh proof for
 * every try, and two nonces, because the token endpoint and the API hand out their own.
 */
import { createHash, randomUUID } from "node:crypto";

export interface Proofs {
  /** A single-use proof for one request. `accessToken` binds it to the token it accompanies. */
  proof(request: { readonly method: string; readonly url: string }, accessToken?: string): Promise<string>;
  /** Takes the nonce of any answer. True: it is a new one. */
  note(url: string, headers: Headers): boolean;
}

export function createProofs(now: () => number): Proofs {
  // Made on first use: most tenants never ask, and an RSA key costs a tenth of a second.
  let pair: ReturnType<typeof makeKey> | undefined;
  const nonces = new Map<string, string>();
  const keyPair = (): ReturnType<typeof makeKey> => {
    pair ??= makeKey();
    return pair;
  };

  return {
    async proof({ method, url }, accessToken) {
      const { SignJWT } = await import("jose");
      const { privateKey, jwk } = await keyPair();
      const nonce = nonces.get(endpointOf(url));
      const ath = accessToken === undefined ? undefined : createHash("sha256").update(accessToken).digest("base64url");
      return new SignJWT({
        htm: method,
        htu: withoutQuery(url),
        ...(nonce === undefined ? {} : { nonce }),
        ...(ath === undefined ? {} : { ath }),
      })
        .setProtectedHeader({ typ: "dpop+jwt", alg: "RS256", jwk })
        .setIssuedAt(Math.floor(now() / 1_000))
        .setJti(randomUUID())
        .sign(privateKey);
    },
    note(url, headers) {
      const nonce = headers.get("dpop-nonce");
      if (nonce === null || nonce === nonces.get(endpointOf(url))) return false;
      nonces.set(endpointOf(url), nonce);
      return true;
    },
  };
}

async function makeKey() {
  const { exportJWK, generateKeyPair } = await import("jose");
  const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

function withoutQuery(url: string): string {
  const parsed = new URL(url);
  return parsed.origin + parsed.pathname;
}

function endpointOf(url: string): string {
  return new URL(url).pathname.startsWith("/oauth2/v1/token") ? "token" : "api";
}
