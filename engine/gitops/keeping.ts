/**
 * What an artifact of a run holds: saved plans and deltas, encrypted where the stack says so. The key is derived from
 * ACCORD_STATE_KEY, so that whoever may download artifacts learns nothing.
 */
import { hkdfSync } from "node:crypto";
import { isSealed } from "../plan/sealed.ts";
import { ProblemError } from "../problem.ts";

const TYPE = "accord+json";

export async function sealText(text: string, stateKey: string): Promise<string> {
  const { CompactEncrypt } = await import("jose");
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ: TYPE })
    .encrypt(keyFrom(stateKey));
}

/** The text of a file, whether it is encrypted or not. */
export async function openText(bytes: Uint8Array, stateKey: string): Promise<string> {
  const text = Buffer.from(bytes).toString("utf8");
  if (!isSealed(bytes)) return text;
  const { compactDecrypt } = await import("jose");
  try {
    const { plaintext } = await compactDecrypt(text, keyFrom(stateKey), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return Buffer.from(plaintext).toString("utf8");
  } catch (cause) {
    throw new ProblemError(
      {
        code: "unreadable-artifact",
        message: "A saved plan cannot be decrypted: it was made with another ACCORD_STATE_KEY, or was changed since.",
        hint: "Give the key that it was made with, or plan again.",
      },
      { cause },
    );
  }
}

function keyFrom(stateKey: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", stateKey, "", "accord kept plan 1", 32));
}
