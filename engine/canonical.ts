import { hash } from "node:crypto";

/** JSON with sorted keys and no white space: one text per value, whatever order it was built in. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
    return JSON.stringify(value);
  }
  if (typeof value !== "object") throw new TypeError(`${typeof value} is not JSON`);
  // Ledgers of 50,000 events pass through here, nearly all of them as they should read already.
  if (isCanonical(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = value as { readonly [key: string]: unknown };
  const members = Object.keys(fields)
    .sort()
    .filter((key) => fields[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key])}`);
  return `{${members.join(",")}}`;
}

/** Is plain JSON of it the canonical one? True only where every key of every object comes after the one before it. */
function isCanonical(value: unknown): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every(isCanonical);
  const fields = value as { readonly [key: string]: unknown };
  let before: string | undefined;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    // JSON leaves an undefined field out, as the canonical text does.
    if ((before !== undefined && before >= key) || (field !== undefined && !isCanonical(field))) return false;
    before = key;
  }
  return true;
}

/** SHA-256 of the canonical JSON, hexadecimal. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
