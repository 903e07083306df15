/** A client assertion signed with the key of a registered certificate: PS256, thumbprint SHA-256 (entra.md §1.2). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomUUID,
  X509Certificate,
} from "node:crypto";
import { ProblemError } from "../../../engine/problem.ts";

export interface SigningCertificate {
  readonly key: KeyObject;
  /** base64url(SHA-256(DER)) */
  readonly thumbprint: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const LIFETIME = 300;

/** Throws ProblemError where the parts are unreadable or do not belong together; neither is ever quoted. */
export function signingCertificate(certificate: string, privateKey: string): SigningCertificate {
  const read = reading(certificate, privateKey);
  const mine = createPublicKey(read.key).export({ type: "spki", format: "der" });
  const registered = read.certificate.publicKey.export({ type: "spki", format: "der" });
  if (!mine.equals(registered)) {
    throw refused(
      "certificate and privateKey do not belong together.",
      "Give the key that the certificate was made for.",
    );
  }
  if (read.key.asymmetricKeyType !== "rsa") {
    throw refused("privateKey is not an RSA key.", "Entra accepts certificates with RSA keys for signing in.");
  }
  return {
    key: read.key,
    thumbprint: createHash("sha256").update(read.certificate.raw).digest("base64url"),
    expiresAt: Date.parse(read.certificate.validTo),
  };
}

function reading(certificate: string, privateKey: string): { certificate: X509Certificate; key: KeyObject } {
  try {
    // Environment variables rarely carry line breaks.
    return {
      certificate: new X509Certificate(certificate.replaceAll("\\n", "\n")),
      key: createPrivateKey(privateKey.replaceAll("\\n", "\n")),
    };
  } catch {
    // The cause may quote the key, so it is not kept.
    throw refused(
      "certificate and privateKey are not both readable PEM.",
      "certificate holds BEGIN CERTIFICATE, privateKey BEGIN PRIVATE KEY without a passphrase.",
    );
  }
}

/** `audience`: the token endpoint's address in the credential's own cloud. `now`: epoch milliseconds. */
export async function certificateAssertion(
  signing: SigningCertificate,
  clientId: string,
  audience: string,
  now: number,
): Promise<string> {
  const { SignJWT } = await import("jose");
  const seconds = Math.floor(now / 1_000);
  return new SignJWT({})
    .setProtectedHeader({ alg: "PS256", typ: "JWT", "x5t#S256": signing.thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + LIFETIME)
    .sign(signing.key);
}

function refused(message: string, hint: string): ProblemError {
  return new ProblemError({ code: "entra-certificate", message, hint, fatal: true });
}
