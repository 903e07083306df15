/** Text of a dynamic membership rule → tokens, each with its place (entra.md §16.1). */

export type Token =
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  /** Letters, digits, dots and underscores; `hyphen` where one stands before it. */
  | { readonly kind: "word"; readonly value: string; readonly hyphen: boolean; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  /** Written without quotes, as in the examples with employeeHireDate. */
  | { readonly kind: "time"; readonly value: string; readonly at: number }
  | { readonly kind: "sign"; readonly value: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

/** Where and why a rule is none. */
export class RuleError extends Error {
  override readonly name = "RuleError";
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?/;
/** A hyphen, or the dash that word processors make of it. */
const WORD = /^[-\u2013]?[A-Za-z_$][\w.$]*/;
const QUOTES = "\"'\u201c\u201d\u2018\u2019";

export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^\s+/.exec(rest)?.[0];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const { token, length } = tokenAt(rest, at);
    tokens.push(token);
    at += length;
  }
  return [...tokens, { kind: "end", at: source.length }];
}

function tokenAt(rest: string, at: number): { readonly token: Token; readonly length: number } {
  const first = rest[0] ?? "";
  if (first === '"' || first === "'") return textAt(rest, first, at);
  if (QUOTES.includes(first)) throw new RuleError(`${first} is a typographic quote; write " instead`, at);
  const time = TIME.exec(rest)?.[0];
  if (time !== undefined) return { token: { kind: "time", value: time, at }, length: time.length };
  const number = /^\d+(?:\.\d+)?/.exec(rest)?.[0];
  if (number !== undefined) return { token: { kind: "number", value: Number(number), at }, length: number.length };
  const written = WORD.exec(rest)?.[0];
  if (written !== undefined) {
    const hyphen = /^[-\u2013]/.test(written);
    return { token: { kind: "word", value: hyphen ? written.slice(1) : written, hyphen, at }, length: written.length };
  }
  if ("()[],".includes(first)) return { token: { kind: "sign", value: first, at }, length: 1 };
  throw new RuleError(`"${first}" means nothing here`, at);
}

/** In double quotes `\"` and `` `" `` (as PowerShell writes it) are a quote; in single ones it is doubled. */
function textAt(rest: string, quote: string, at: number): { readonly token: Token; readonly length: number } {
  const escapes = quote === '"' ? ['\\`"', '\\"', '`"'] : ["''"];
  let value = "";
  for (let index = 1; index < rest.length; index += 1) {
    const written = escapes.find((one) => rest.startsWith(one, index));
    if (written !== undefined) {
      value += quote;
      index += written.length - 1;
    } else if (rest[index] === quote) {
      return { token: { kind: "text", value, at }, length: index + 1 };
    } else value += rest[index] ?? "";
  }
  throw new RuleError("this text is not closed", at);
}
