/** Text of a group rule → tokens, each with its place (okta.md §5). */

export type Token =
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "name"; readonly value: string; readonly at: number }
  /** Operators, brackets, and the words AND, OR, NOT and matches. */
  | { readonly kind: "sign"; readonly value: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

/** Where and why an expression is none. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Longest first, so that `==` is not two assignments. */
const SIGNS = ["&&", "||", "==", "!=", "<=", ">=", "?:", ".!", ..."<>!?:+-(){}[],."];
const WORDS: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!", matches: "matches" };

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
    const token = tokenAt(source, rest, at);
    tokens.push(token.token);
    at += token.length;
  }
  return [...tokens, { kind: "end", at: source.length }];
}

function tokenAt(source: string, rest: string, at: number): { readonly token: Token; readonly length: number } {
  const quote = rest[0];
  if (quote === '"' || quote === "'") return textAt(rest, quote, at);
  const number = /^\d+(\.\d+)?/.exec(rest)?.[0];
  if (number !== undefined) return { token: { kind: "number", value: Number(number), at }, length: number.length };
  const name = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
  if (name !== undefined) {
    // Keywords are case-insensitive in SpEL; an attribute of that name follows a dot and stays a name.
    const word = source[at - 1] === "." ? undefined : WORDS[name.toLowerCase()];
    const token: Token = word === undefined ? { kind: "name", value: name, at } : { kind: "sign", value: word, at };
    return { token, length: name.length };
  }
  const sign = SIGNS.find((one) => rest.startsWith(one));
  if (sign !== undefined) return { token: { kind: "sign", value: sign, at }, length: sign.length };
  if (quote === "=") throw new ExpressionError("a comparison is written ==; rules cannot assign", at);
  throw new ExpressionError(`"${quote}" means nothing here`, at);
}

/** SpEL doubles a quote to write it; Okta's own examples escape it with a backslash, so both are read. */
function textAt(rest: string, quote: string, at: number): { readonly token: Token; readonly length: number } {
  let value = "";
  for (let index = 1; index < rest.length; index += 1) {
    const character = rest[index] ?? "";
    if (character === "\\" && rest[index + 1] === quote) {
      value += quote;
      index += 1;
    } else if (character === quote && rest[index + 1] === quote) {
      value += quote;
      index += 1;
    } else if (character === quote) {
      return { token: { kind: "text", value, at }, length: index + 1 };
    } else value += character;
  }
  throw new ExpressionError("this text is not closed", at);
}
