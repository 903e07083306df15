import { createHmac, hkdfSync } from "node:crypto";
import type { Address } from "../model.ts";
import { ProblemError } from "../problem.ts";

/** Where a secret stands; part of its digest, so that equal secrets do not look equal. */
export interface SecretPlace {
  readonly address: Address;
  /** JSON pointer of the field. */
  readonly pointer: string;
}

/** Tells whether a secret changed, and nothing else about it. */
export type SecretDigester = (place: SecretPlace, secret: string) => string;

/** A digest of a short key could be guessed from a state file in Git. */
const SHORTEST = 16;

/**
 * HMAC-SHA-256 under a key that HKDF derives from ACCORD_STATE_KEY with the lineage as salt. The parts are joined as
 * JSON, so that no two places and secrets give the same text.
 */
export function secretDigester(stateKey: string, lineage: string): SecretDigester {
  if (stateKey.length < SHORTEST) {
    throw new ProblemError({
      code: "state-key-too-short",
      message: `ACCORD_STATE_KEY has fewer than ${SHORTEST} characters.`,
      hint: "Make one with: openssl rand -base64 32. Secrets whose digests were made with another key count as changed once.",
    });
  }
  const key = Buffer.from(hkdfSync("sha256", stateKey, lineage, "accord secret digest 1", 32));
  return ({ address, pointer }, secret) =>
    `hmac-sha256:${createHmac("sha256", key)
      .update(JSON.stringify([address, pointer, secret]))
      .digest("hex")}`;
}
