/**
 * The group-rule expression language (`urn:okta:expression:1.0`), a SpEL subset (okta.md §5): text → tree.
 *
 *     choice   a ? b : c, a ?: b
 *     or       OR ||        and   AND &&
 *     relation == != < > <= >= matches
 *     sum      +
 *     unary    ! NOT -
 *     postfix  .name  .name(…)  [i]  .![projection]
 */

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  | { readonly kind: "projection"; readonly of: Expression; readonly each: Expression }
  | { readonly kind: "call"; readonly of: Expression; readonly args: readonly Expression[] }
  | { readonly kind: "not" | "minus"; readonly inner: Expression }
  | { readonly kind: "or" | "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "choice"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "elvis"; readonly left: Expression; readonly right: Expression };

export type Operator = "==" | "!=" | "<" | ">" | "<=" | ">=" | "matches" | "+";

export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let position = 0;
  let depth = 0;

  const peek = (): Token | undefined => tokens[position];
  const isSign = (...texts: readonly string[]): boolean => {
    const token = peek();
    return token?.kind === "sign" && texts.includes(token.text);
  };
  const isWord = (...texts: readonly string[]): boolean => {
    const token = peek();
    return token?.kind === "word" && texts.includes(token.text.toLowerCase());
  };
  const take = (): Token => {
    const token = peek();
    if (token === undefined) throw new ExpressionError("The expression ends too early");
    position += 1;
    return token;
  };
  const expect = (sign: string): void => {
    const token = take();
    if (token.kind !== "sign" || token.text !== sign) {
      throw new ExpressionError(`Expected '${sign}' and found '${token.text}'`);
    }
  };

  const choice = (): Expression => {
    depth += 1;
    if (depth > 100) throw new ExpressionError("The expression is nested too deeply");
    const test = either();
    let found = test;
    if (isSign("?:")) {
      take();
      found = { kind: "elvis", left: test, right: choice() };
    } else if (isSign("?")) {
      take();
      const yes = choice();
      expect(":");
      found = { kind: "choice", test, yes, no: choice() };
    }
    depth -= 1;
    return found;
  };
  const either = (): Expression => {
    let left = both();
    while (isSign("||") || isWord("or")) {
      take();
      left = { kind: "or", left, right: both() };
    }
    return left;
  };
  const both = (): Expression => {
    let left = relation();
    while (isSign("&&") || isWord("and")) {
      take();
      left = { kind: "and", left, right: relation() };
    }
    return left;
  };
  const relation = (): Expression => {
    const left = sum();
    const operator = operatorOf(peek());
    if (operator === undefined) return left;
    take();
    return { kind: "binary", operator, left, right: sum() };
  };
  const sum = (): Expression => {
    let left = unary();
    while (isSign("+")) {
      take();
      left = { kind: "binary", operator: "+", left, right: unary() };
    }
    return left;
  };
  const unary = (): Expression => {
    if (isSign("!") || isWord("not")) {
      take();
      return { kind: "not", inner: unary() };
    }
    if (isSign("-")) {
      take();
      return { kind: "minus", inner: unary() };
    }
    return postfix();
  };
  const postfix = (): Expression => {
    let found = primary();
    for (;;) {
      if (isSign(".![")) {
        take();
        found = { kind: "projection", of: found, each: choice() };
        expect("]");
      } else if (isSign(".")) {
        take();
        const name = take();
        if (name.kind !== "word") throw new ExpressionError(`Expected a name and found '${name.text}'`);
        found = { kind: "member", of: found, name: name.text };
      } else if (isSign("[")) {
        take();
        found = { kind: "index", of: found, at: choice() };
        expect("]");
      } else if (isSign("(")) {
        take();
        found = { kind: "call", of: found, args: separated(")", choice) };
      } else return found;
    }
  };
  const primary = (): Expression => {
    const token = take();
    if (token.kind === "text") return { kind: "literal", value: token.text };
    if (token.kind === "number") return { kind: "literal", value: Number(token.text) };
    if (token.kind === "word") return nameOrConstant(token.text);
    if (token.text === "(") {
      const inner = choice();
      expect(")");
      return inner;
    }
    if (token.text === "{") return braces();
    throw new ExpressionError(`'${token.text}' cannot stand here`);
  };
  /** `{1,2}` is a list, `{'key':'value'}` a map. */
  const braces = (): Expression => {
    const after = tokens[position + 1];
    const isMap = after?.kind === "sign" && after.text === ":";
    if (!isMap) return { kind: "list", items: separated("}", choice) };
    const entries = separated("}", (): readonly [string, Expression] => {
      const key = take();
      if (key.kind !== "text" && key.kind !== "word") throw new ExpressionError("A map key must be a text");
      expect(":");
      return [key.text, choice()];
    });
    return { kind: "map", entries };
  };
  const separated = <T>(end: string, item: () => T): readonly T[] => {
    const items: T[] = [];
    while (!isSign(end)) {
      items.push(item());
      if (isSign(end)) break;
      expect(",");
    }
    take();
    return items;
  };

  const expression = choice();
  const rest = peek();
  if (rest !== undefined) throw new ExpressionError(`'${rest.text}' cannot stand here`);
  return expression;
}

function nameOrConstant(text: string): Expression {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return { kind: "literal", value: lower === "true" };
  if (lower === "null") return { kind: "literal", value: null };
  return { kind: "name", name: text };
}

interface Token {
  readonly kind: "text" | "number" | "word" | "sign";
  readonly text: string;
}

const RELATIONS: Readonly<Record<string, Operator>> = {
  "==": "==",
  "!=": "!=",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
  eq: "==",
  ne: "!=",
  lt: "<",
  gt: ">",
  le: "<=",
  ge: ">=",
  matches: "matches",
};

function operatorOf(token: Token | undefined): Operator | undefined {
  if (token === undefined || token.kind === "text" || token.kind === "number") return undefined;
  return RELATIONS[token.text.toLowerCase()];
}

function tokensOf(text: string): readonly Token[] {
  const pattern =
    /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|(\.!\[|\?:|==|!=|<=|>=|&&|\|\||[-+!<>?:.,()[\]{}]))/gy;
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [all, single, double, number, word, sign] = match;
    if (single !== undefined) tokens.push({ kind: "text", text: single.replaceAll("''", "'") });
    else if (double !== undefined) tokens.push({ kind: "text", text: double.replaceAll('""', '"') });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    end = match.index + all.length;
  }
  const rest = text.slice(end).trim();
  if (rest !== "") throw new ExpressionError(`'${rest.slice(0, 20)}' cannot be read`);
  return tokens;
}
