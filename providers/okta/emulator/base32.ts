const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 without padding: what ids of standard role assignments are made of (okta.md §4.8). */
export function base32(text: string): string {
  let bits = 0;
  let value = 0;
  let encoded = "";
  for (const byte of Buffer.from(text)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      encoded += ALPHABET[(value >>> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? encoded + ALPHABET[(value << (5 - bits)) & 31] : encoded;
}
