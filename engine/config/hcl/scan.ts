/** The words of an expression, with where each begins. */
import { SyntaxRefused } from "./syntax.ts";

export interface Token {
  /** `text` is a quoted string, its quotes taken off and its backslashes still in. */
  readonly kind: "name" | "number" | "text" | "sign" | "end";
  readonly text: string;
  readonly at: number;
  /** Behind its last character. */
  readonly end: number;
}

const SIGNS = ["...", "=>", "==", "!=", "<=", ">=", "&&", "||", ..."()[]{}.,:?+-*/%<>!="];
const NAME = /[A-Za-z_][A-Za-z0-9_-]*(?:::[A-Za-z_][A-Za-z0-9_-]*)*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;

export function tokenAt(text: string, from: number): Token {
  const at = from + lengthAt(SPACE, text, from);
  if (at >= text.length) return { kind: "end", text: "", at, end: at };
  const name = lengthAt(NAME, text, at);
  if (name > 0) return token("name", text, at, at + name);
  const number = lengthAt(NUMBER, text, at);
  if (number > 0) return token("number", text, at, at + number);
  if (text[at] === '"') {
    const end = endOfText(text, at + 1);
    return { kind: "text", text: text.slice(at + 1, end), at, end: end + 1 };
  }
  const sign = SIGNS.find((known) => text.startsWith(known, at));
  if (sign === undefined) throw new SyntaxRefused(`"${text.slice(at, at + 12)}" is no part of an expression`);
  return { kind: "sign", text: sign, at, end: at + sign.length };
}

function token(kind: Token["kind"], text: string, at: number, end: number): Token {
  return { kind, text: text.slice(at, end), at, end };
}

/** Where the closing quote is: expressions inside may hold quoted strings of their own. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
    else if (text.startsWith("$${", at) || text.startsWith("%%{", at)) at += 2;
    else if (text.startsWith("${", at)) at = endOfInterpolation(text, at + 2);
  }
  throw new SyntaxRefused("a quoted text is never closed");
}

function endOfInterpolation(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfText(text, at + 1);
    else if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new SyntaxRefused("${ is never closed");
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** What a quoted string says; an escape that there is not stands for itself, as synthesis leaves backslashes alone. */
export function unescaped(raw: string): string {
  return raw.replaceAll(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\])/g, (_, code: string) => {
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? code;
  });
}
