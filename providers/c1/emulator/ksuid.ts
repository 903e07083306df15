import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** KSUID seconds count from here (2014-05-13). */
const EPOCH_SECONDS = 1_400_000_000;

/** A KSUID whose random part is the digest of `seed`: the same tenant history gives the same ids. */
export function ksuid(at: number, seed: string): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32BE((Math.floor(at / 1000) - EPOCH_SECONDS) >>> 0, 0);
  createHash("sha256").update(seed).digest().copy(bytes, 4, 0, 16);
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  while (text.length < 27) {
    text = (ALPHABET[Number(number % 62n)] ?? "0") + text;
    number /= 62n;
  }
  return text;
}

export const isKsuid = (text: string): boolean => /^[a-zA-Z0-9]{27}$/.test(text);
