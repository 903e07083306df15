/**
 * Tokens → a tree. Precedence, loosest first: `? :` and `?:`, OR, AND, comparisons and `matches`, `+`, NOT, then what
 * hangs on a value (`.attribute`, `[index]`, a call).
 */
import { ExpressionError, type Token, tokensOf } from "./tokens.ts";

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly at: number }
  /** `{'group.type': {'OKTA_GROUP'}}`: criteria of `user.getGroups`. */
  | { readonly kind: "criteria"; readonly entries: readonly Entry[]; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string; readonly at: number }
  /** `.![name]`: the attribute of each element. */
  | { readonly kind: "projection"; readonly of: Expression; readonly name: string; readonly at: number }
  | { readonly kind: "index"; readonly of: Expression; readonly index: Expression; readonly at: number }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Expression[]; readonly at: number }
  | { readonly kind: "not"; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: "choice";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly at: number;
    };

export interface Entry {
  readonly key: string;
  readonly value: Expression;
}

/** Deeper nesting is nobody's rule, and would exhaust the stack. */
const DEEPEST = 100;
const COMPARISONS: readonly string[] = ["==", "!=", "<", ">", "<=", ">=", "matches"];

/** Throws ExpressionError. */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let position = 0;
  let depth = 0;

  const peek = (): Token => tokens[position] ?? { kind: "end", at: source.length };
  const isSign = (...values: readonly string[]): boolean => {
    const token = peek();
    return token.kind === "sign" && values.includes(token.value);
  };
  const take = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const expect = (value: string): void => {
    if (!isSign(value)) throw new ExpressionError(`expected ${value}, found ${shown(peek())}`, peek().at);
    position += 1;
  };

  function choice(): Expression {
    depth += 1;
    if (depth > DEEPEST) throw new ExpressionError("this is nested too deep", peek().at);
    const test = binary(0);
    const { at } = peek();
    let result = test;
    if (isSign("?:")) {
      take();
      result = { kind: "binary", operator: "?:", left: test, right: choice(), at };
    } else if (isSign("?")) {
      take();
      const yes = choice();
      expect(":");
      result = { kind: "choice", test, yes, no: choice(), at };
    }
    depth -= 1;
    return result;
  }

  const LEVELS: readonly (readonly string[])[] = [["||"], ["&&"], COMPARISONS, ["+"]];

  function binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    while (isSign(...operators)) {
      const token = take();
      const operator = token.kind === "sign" ? token.value : "";
      left = { kind: "binary", operator, left, right: binary(level + 1), at: token.at };
    }
    return left;
  }

  function unary(): Expression {
    const { at } = peek();
    if (isSign("!")) {
      take();
      depth += 1;
      if (depth > DEEPEST) throw new ExpressionError("this is nested too deep", at);
      const operand = unary();
      depth -= 1;
      return { kind: "not", operand, at };
    }
    if (isSign("-")) {
      take();
      const token = take();
      if (token.kind !== "number") throw new ExpressionError("only a number can be negative", at);
      return { kind: "literal", value: -token.value, at };
    }
    return hanging(primary());
  }

  function hanging(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (isSign(".")) {
        take();
        value = { kind: "member", of: value, name: name(), at: value.at };
      } else if (isSign(".!")) {
        take();
        expect("[");
        value = { kind: "projection", of: value, name: name(), at: value.at };
        expect("]");
      } else if (isSign("[")) {
        take();
        value = { kind: "index", of: value, index: choice(), at: value.at };
        expect("]");
      } else if (isSign("(")) {
        take();
        value = { kind: "call", callee: value, args: until(")", choice), at: value.at };
      } else return value;
    }
  }

  function primary(): Expression {
    const token = take();
    if (token.kind === "text" || token.kind === "number") return { kind: "literal", value: token.value, at: token.at };
    if (token.kind === "name") return named(token.value, token.at);
    if (token.kind === "sign" && token.value === "(") {
      const inner = choice();
      expect(")");
      return inner;
    }
    if (token.kind === "sign" && token.value === "{") return braces(token.at);
    throw new ExpressionError(`expected a value, found ${shown(token)}`, token.at);
  }

  /** `{1, 2}` or `{'group.type': {…}, 'operator': 'EXACT'}`. */
  function braces(at: number): Expression {
    const ahead = tokens[position + 1];
    if (peek().kind !== "text" || ahead?.kind !== "sign" || ahead.value !== ":") {
      return { kind: "list", items: until("}", choice), at };
    }
    const entries = until("}", (): Entry => {
      const key = take();
      if (key.kind !== "text") throw new ExpressionError("criteria are named by texts", key.at);
      expect(":");
      return { key: key.value, value: choice() };
    });
    return { kind: "criteria", entries, at };
  }

  function until<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    if (!isSign(close)) {
      items.push(item());
      while (isSign(",")) {
        take();
        items.push(item());
      }
    }
    expect(close);
    return items;
  }

  function name(): string {
    const token = take();
    if (token.kind === "name") return token.value;
    throw new ExpressionError(`expected a name, found ${shown(token)}`, token.at);
  }

  const tree = choice();
  if (peek().kind !== "end") throw new ExpressionError(`expected the end, found ${shown(peek())}`, peek().at);
  return tree;
}

function named(name: string, at: number): Expression {
  const folded = name.toLowerCase();
  if (folded === "true" || folded === "false") return { kind: "literal", value: folded === "true", at };
  return folded === "null" ? { kind: "literal", value: null, at } : { kind: "name", name, at };
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end" : `"${String(token.value)}"`;
}
