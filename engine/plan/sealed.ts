/** Is a saved plan encrypted? A compact JWE begins with its header, which is base64url of an object. */
export function isSealed(bytes: Uint8Array): boolean {
  return bytes[0] === 0x65 && bytes[1] === 0x79 && bytes[2] === 0x4a;
}
