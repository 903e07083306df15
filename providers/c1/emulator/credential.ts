/** Client credentials as C1 hands them out (c1.md §1). */
import { generateKeyPairSync } from "node:crypto";
import { secretDigest } from "./auth.ts";

export interface NewCredential {
  readonly clientSecret: string;
  readonly secretDigest: string;
  readonly publicKey: string;
}

/** Four `:`-separated parts; the last is a private JWK in base64url. */
export function newCredential(): NewCredential {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const jwk = JSON.stringify({ kty: "OKP", crv: "Ed25519", x, d });
  const clientSecret = `secret-token:conductorone.com:v1:${Buffer.from(jwk).toString("base64url")}`;
  return { clientSecret, secretDigest: secretDigest(clientSecret), publicKey: x };
}
