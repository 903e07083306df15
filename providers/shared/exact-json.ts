/**
 * JSON with whole numbers of any size. Zendesk's ids are numbers that may grow beyond 2^53 (zendesk.md §1), where
 * JSON.parse would round one id to another. Node 20 does not give a reviver the source text, so big ones are quoted first.
 */

const BIG = /\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Integers that a number cannot hold come as their digits. */
export function parseExact(text: string): unknown {
  if (!BIG.test(text)) return JSON.parse(text);
  return JSON.parse(text.replace(TOKEN, (token) => (isInexact(token) ? `"${token}"` : token)));
}

/** A bigint is written as the number that it is; everything else as JSON.stringify does. */
export function writeExact(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map((item: unknown) => writeExact(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${writeExact(item)}`).join(",")}}`;
}

function isInexact(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
}
