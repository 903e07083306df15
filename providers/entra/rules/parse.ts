/**
 * Tokens → a tree (entra.md §16.1). Precedence, tightest first: comparisons, -not, -and, -or, -any and -all.
 */
import { RuleError, type Token, tokensOf } from "./tokens.ts";

export type Operator =
  | "eq"
  | "ne"
  | "startsWith"
  | "notStartsWith"
  | "endsWith"
  | "notEndsWith"
  | "contains"
  | "notContains"
  | "match"
  | "notMatch"
  | "in"
  | "notIn"
  | "le"
  | "ge";

export interface Property {
  /** `user`, `device`, `assignedPlan`, `group`, or `_` for the element itself. */
  readonly of: string;
  /** As written; empty for `_`. */
  readonly name: string;
  readonly at: number;
}

export type Literal =
  | { readonly kind: "text" | "time"; readonly value: string; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "boolean"; readonly value: boolean; readonly at: number }
  | { readonly kind: "null"; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Literal[]; readonly at: number }
  /** `system.now -minus P1D`: milliseconds to add, and months, which are not equally long. */
  | { readonly kind: "now"; readonly ms: number; readonly months: number; readonly at: number };

export type Rule =
  | { readonly kind: "reports"; readonly manager: string; readonly at: number }
  | { readonly kind: "and" | "or"; readonly parts: readonly Rule[]; readonly at: number }
  | { readonly kind: "not"; readonly inner: Rule; readonly at: number }
  | { readonly kind: "each"; readonly every: boolean; readonly of: Property; readonly test: Rule; readonly at: number }
  | Comparison;

export interface Comparison {
  readonly kind: "compare";
  readonly property: Property;
  readonly operator: Operator;
  readonly value: Literal;
  readonly at: number;
}

export const OPERATORS: readonly Operator[] = [
  "eq",
  "ne",
  "startsWith",
  "notStartsWith",
  "endsWith",
  "notEndsWith",
  "contains",
  "notContains",
  "match",
  "notMatch",
  "in",
  "notIn",
  "le",
  "ge",
];

/** Deeper nesting is nobody's rule, and would exhaust the stack. */
const DEEPEST = 100;
const SCOPES: readonly string[] = ["user", "device", "assignedPlan", "group"];

/** Throws RuleError. */
export function parseRule(source: string): Rule {
  const tokens = tokensOf(source);
  let position = 0;
  let depth = 0;

  const peek = (ahead = 0): Token => tokens[position + ahead] ?? { kind: "end", at: source.length };
  const take = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const isWord = (word: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === "word" && token.value.toLowerCase() === word.toLowerCase();
  };
  const isSign = (sign: string): boolean => {
    const token = peek();
    return token.kind === "sign" && token.value === sign;
  };
  const expect = (sign: string): void => {
    if (!isSign(sign)) throw new RuleError(`expected ${sign}, found ${shown(peek())}`, peek().at);
    position += 1;
  };

  function whole(): Rule {
    const { at } = peek();
    if (!isWord("Direct") || !isWord("Reports", 1) || !isWord("for", 2)) return either();
    position += 3;
    const manager = take();
    if (manager.kind !== "text" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(manager.value)) {
      throw new RuleError("expected the object id of the manager, in quotes", manager.at);
    }
    return { kind: "reports", manager: manager.value, at };
  }

  function either(): Rule {
    depth += 1;
    if (depth > DEEPEST) throw new RuleError("this is nested too deep", peek().at);
    const rule = chain("or", () => chain("and", negation));
    depth -= 1;
    return rule;
  }

  function chain(word: "and" | "or", part: () => Rule): Rule {
    const { at } = peek();
    const parts = [part()];
    while (isWord(word)) {
      position += 1;
      parts.push(part());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: word, parts, at };
  }

  function negation(): Rule {
    const { at } = peek();
    if (!isWord("not")) return primary();
    position += 1;
    return { kind: "not", inner: primary(), at };
  }

  function primary(): Rule {
    if (isSign("(")) {
      position += 1;
      const inner = either();
      expect(")");
      return inner;
    }
    const of = property();
    const { at } = peek();
    if (!isWord("any") && !isWord("all")) return comparison(of);
    const every = isWord("all");
    position += 1;
    if (isSign("(")) {
      position += 1;
      const test = either();
      expect(")");
      return { kind: "each", every, of, test, at };
    }
    return { kind: "each", every, of, test: comparison(property()), at };
  }

  function property(): Property {
    const token = take();
    if (token.kind === "word" && !token.hyphen) {
      if (token.value === "_") return { of: "_", name: "", at: token.at };
      const dot = token.value.indexOf(".");
      const scope = SCOPES.find((one) => one.toLowerCase() === token.value.slice(0, dot).toLowerCase());
      if (scope !== undefined) return { of: scope, name: token.value.slice(dot + 1), at: token.at };
      const hint = dot < 0 ? `, such as user.${token.value}` : "";
      throw new RuleError(`"${token.value}" is no property of user or device${hint}`, token.at);
    }
    throw new RuleError(`expected a property, found ${shown(token)}`, token.at);
  }

  function comparison(of: Property): Comparison {
    const token = take();
    const operator =
      token.kind === "word" ? OPERATORS.find((one) => one.toLowerCase() === token.value.toLowerCase()) : undefined;
    if (operator !== undefined) return { kind: "compare", property: of, operator, value: value(), at: token.at };
    throw new RuleError(`expected an operator such as -eq, found ${shown(token)}`, token.at);
  }

  function value(): Literal {
    const token = take();
    const { at } = token;
    switch (token.kind) {
      case "text":
      case "time":
        return { kind: token.kind, value: token.value, at };
      case "number":
        return { kind: "number", value: token.value, at };
      case "sign":
        if (token.value === "[") return list(at);
        break;
      case "word": {
        const word = token.value.toLowerCase();
        if (token.hyphen) break;
        if (word === "true" || word === "false") return { kind: "boolean", value: word === "true", at };
        if (word === "null" || word === "$null") return { kind: "null", at };
        if (word === "system.now") return now(at);
        throw new RuleError(`the text ${token.value} is written in double quotes`, at);
      }
    }
    throw new RuleError(`expected a value, found ${shown(token)}`, at);
  }

  function list(at: number): Literal {
    const items: Literal[] = [];
    if (!isSign("]")) {
      items.push(value());
      while (isSign(",")) {
        position += 1;
        items.push(value());
      }
    }
    expect("]");
    return { kind: "list", items, at };
  }

  function now(at: number): Literal {
    if (!isWord("plus") && !isWord("minus")) return { kind: "now", ms: 0, months: 0, at };
    const sign = isWord("minus") ? -1 : 1;
    position += 1;
    const token = take();
    const written = token.kind === "word" || token.kind === "text" ? token.value : "";
    const span = durationOf(written);
    if (span === undefined) throw new RuleError(`expected a duration such as P1D, found ${shown(token)}`, token.at);
    return { kind: "now", ms: sign * span.ms, months: sign * span.months, at };
  }

  const rule = whole();
  if (peek().kind !== "end") throw new RuleError(`expected the end, found ${shown(peek())}`, peek().at);
  return rule;
}

function durationOf(text: string): { readonly ms: number; readonly months: number } | undefined {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  if (parts === null || !/\d/.test(text)) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const allDays = weeks * 7 + days;
  return { ms: (((allDays * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000, months: years * 12 + months };
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end" : `"${String(token.value)}"`;
}

/** Without recursion: every part, whole ones first. */
export function* partsOf(rule: Rule): Iterable<Rule> {
  const open = [rule];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    yield part;
    if (part.kind === "and" || part.kind === "or") open.push(...part.parts.toReversed());
    else if (part.kind === "not") open.push(part.inner);
    else if (part.kind === "each") open.push(part.test);
  }
}
