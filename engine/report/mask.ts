/**
 * Secrets become •••• before any format sees them: the ones we know, in every spelling in which they travel, and
 * whatever looks like a credential although nobody told us. Used for reports, errors and traces alike.
 */

export type Mask = (text: string) => string;

export const MASKED = "••••";

/** Below this length a secret hides only a text that equals it: masking every "a" would hide everything else. */
const SHORTEST_PART = 6;

/** Members of a JWK that are private (RFC 7518 §6). */
const PRIVATE_MEMBERS: ReadonlySet<string> = new Set(["d", "p", "q", "dp", "dq", "qi", "k"]);

/**
 * Each with what stays readable in front. Repetitions are bounded or cannot meet themselves, so that a long hostile
 * text costs linear time; quotes are never eaten, so JSON stays JSON.
 */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  // To the end line, or to the end of a text that was cut.
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-"]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, MASKED],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){2,4}/g, MASKED],
  // "Bearer token" is a sentence, "Bearer 00abc" a leak: a digit, a padding or sheer length tells them apart.
  [
    /\b([Bb]earer|BEARER|DPoP|SSWS|Basic|GenieKey|Token token=)(\s*)(?=[\w.~+/-]*[\d=]|[\w.~+/-]{24})[\w.~+/=-]+/g,
    `$1$2${MASKED}`,
  ],
  [/([\w-]{0,40}(?:token|secret|password|passwd|assertion|api_?key|private_?key)=)[^\s&"'\\,;<>•]+/gi, `$1${MASKED}`],
  [
    // Where a secret comes from, an environment variable or a file, is no secret.
    /("[\w-]{0,40}(?:token|secret|password|passwd|assertion|api_?key|private_?key)\\?"\s{0,8}:\s{0,8}\\?")(?!\${1,2}\{(?:env:|file:|var\.)[\w./-]{1,200}\}\\?")[^"\\•]+/gi,
    `$1${MASKED}`,
  ],
  [/("(?:d|p|q|dp|dq|qi|k)\\?"\s{0,8}:\s{0,8}\\?")[\w-]{16,}/g, `$1${MASKED}`],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'\\<>•]+@/gi, `$1${MASKED}@`],
];

export function createMask(secrets: Iterable<string>): Mask {
  const whole = new Set<string>();
  const parts = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    whole.add(secret);
    for (const spelling of spellings(secret)) {
      if (spelling.length >= SHORTEST_PART && spelling !== MASKED) parts.add(spelling);
    }
  }
  // Longest first: a secret that contains another one must not leave its ends behind.
  const longest = [...parts].sort((a, b) => b.length - a.length).map(quoted);
  const known = longest.length === 0 ? undefined : new RegExp(longest.join("|"), "g");
  return (text) => {
    if (whole.has(text)) return MASKED;
    let masked = known === undefined ? text : text.replace(known, MASKED);
    for (const [pattern, replacement] of CREDENTIALS) masked = masked.replace(pattern, replacement);
    return masked;
  };
}

/** The secret as it stands in JSON, in a URL, in a Basic header, line by line, and the private parts of a JWK. */
function* spellings(secret: string): Iterable<string> {
  yield secret;
  yield JSON.stringify(secret).slice(1, -1);
  yield encodeURIComponent(secret.replace(/\p{Cs}/gu, "\uFFFD"));
  yield new URLSearchParams({ s: secret }).toString().slice(2);
  yield Buffer.from(secret, "utf8").toString("base64");
  yield Buffer.from(secret, "utf8").toString("base64url");
  for (const line of secret.split(/\r?\n/)) {
    // The frame of a PEM block is no secret, and masking it would hide what kind of thing was found.
    if (!line.startsWith("-----")) yield line.trim();
  }
  yield* privateMembers(secret);
}

function* privateMembers(secret: string): Iterable<string> {
  if (!secret.trimStart().startsWith("{")) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(secret);
  } catch {
    return; // Not a JWK: the text as a whole is masked already.
  }
  if (typeof parsed !== "object" || parsed === null) return;
  for (const [member, value] of Object.entries(parsed)) {
    if (PRIVATE_MEMBERS.has(member) && typeof value === "string") yield value;
  }
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Plain data with every string in it masked, keys included. */
export function maskData<T>(data: T, mask: Mask): T {
  // The shape is kept node by node, so the result is of the type that came in.
  return masked(data, mask) as T;
}

function masked(data: unknown, mask: Mask): unknown {
  if (typeof data === "string") return mask(data);
  if (Array.isArray(data)) return data.map((item) => masked(item, mask));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [mask(key), masked(value, mask)]));
}
