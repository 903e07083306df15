/** The SCIM-like language of `search` and `filter`: parser, and evaluation over any object. */

export type Operator = "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "co" | "sw" | "ew" | "pr";

export type Criteria =
  | { readonly kind: "and" | "or"; readonly left: Criteria; readonly right: Criteria }
  | { readonly kind: "not"; readonly inner: Criteria }
  | Comparison;

export interface Comparison {
  readonly kind: "compare";
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string | number | boolean | null;
}

/** What one endpoint understands; `false` from `accepts` makes the whole expression invalid. */
export interface Dialect {
  readonly not: boolean;
  accepts(comparison: Comparison): boolean;
}

export class CriteriaError extends Error {
  override readonly name = "CriteriaError";
}

export function parseCriteria(text: string, dialect: Dialect): Criteria {
  const tokens = tokensOf(text);
  let position = 0;
  const peek = (): Token | undefined => tokens[position];
  const word = (): string => {
    const token = peek();
    return token?.kind === "word" ? token.text.toLowerCase() : "";
  };
  const take = (): Token => {
    const token = tokens[position];
    if (token === undefined) throw new CriteriaError("the expression ends too early");
    position += 1;
    return token;
  };

  const either = (): Criteria => {
    let left = both();
    while (word() === "or") {
      take();
      left = { kind: "or", left, right: both() };
    }
    return left;
  };
  const both = (): Criteria => {
    let left = one();
    while (word() === "and") {
      take();
      left = { kind: "and", left, right: one() };
    }
    return left;
  };
  const one = (): Criteria => {
    if (word() === "not" && dialect.not) {
      take();
      return { kind: "not", inner: one() };
    }
    if (peek()?.kind === "(") {
      take();
      const inner = either();
      if (take().kind !== ")") throw new CriteriaError("a closing parenthesis is missing");
      return inner;
    }
    return comparison();
  };
  const comparison = (): Criteria => {
    const attribute = take();
    const operator = take();
    if (attribute.kind !== "word" || operator.kind !== "word") throw new CriteriaError("expected a comparison");
    const name = operatorOf(operator.text);
    const found: Comparison = {
      kind: "compare",
      attribute: attribute.text,
      operator: name,
      value: name === "pr" ? null : literalOf(take()),
    };
    if (!dialect.accepts(found)) throw new CriteriaError(`${found.attribute} ${found.operator} is not supported`);
    return found;
  };

  const criteria = either();
  if (peek() !== undefined) throw new CriteriaError("something follows the expression");
  return criteria;
}

/** `read` gives the values of an attribute: one, several (any may match), or none. */
export function meets(criteria: Criteria, read: (attribute: string) => readonly unknown[]): boolean {
  switch (criteria.kind) {
    case "and":
      return meets(criteria.left, read) && meets(criteria.right, read);
    case "or":
      return meets(criteria.left, read) || meets(criteria.right, read);
    case "not":
      return !meets(criteria.inner, read);
    case "compare": {
      const values = read(criteria.attribute).filter((value) => value !== undefined && value !== null && value !== "");
      if (criteria.operator === "pr") return values.length > 0;
      if (criteria.operator === "ne") return !values.some((value) => compares(value, "eq", criteria.value));
      return values.some((value) => compares(value, criteria.operator, criteria.value));
    }
  }
}

function compares(found: unknown, operator: Operator, wanted: Comparison["value"]): boolean {
  if (typeof found === "string" && typeof wanted === "string") return comparesText(found, operator, wanted);
  if (typeof found === "number" && typeof wanted === "number") return inOrder(found - wanted, operator);
  return operator === "eq" && found === wanted;
}

/** Values compare without case; times as times, whatever precision they are written in. */
function comparesText(found: string, operator: Operator, wanted: string): boolean {
  const [a, b] = [found.toLowerCase(), wanted.toLowerCase()];
  if (operator === "co") return a.includes(b);
  if (operator === "sw") return a.startsWith(b);
  if (operator === "ew") return a.endsWith(b);
  if (TIME.test(found) && TIME.test(wanted)) return inOrder(Date.parse(found) - Date.parse(wanted), operator);
  return inOrder(a < b ? -1 : a > b ? 1 : 0, operator);
}

function inOrder(difference: number, operator: Operator): boolean {
  if (operator === "eq") return difference === 0;
  if (operator === "gt") return difference > 0;
  if (operator === "ge") return difference >= 0;
  if (operator === "lt") return difference < 0;
  return operator === "le" && difference <= 0;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const OPERATORS: readonly Operator[] = ["eq", "ne", "gt", "ge", "lt", "le", "co", "sw", "ew", "pr"];

function operatorOf(text: string): Operator {
  const found = OPERATORS.find((operator) => operator === text.toLowerCase());
  if (found === undefined) throw new CriteriaError(`${text} is no operator`);
  return found;
}

interface Token {
  readonly kind: "word" | "text" | "(" | ")";
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [all, open, close, quoted, plain] = match;
    if (open !== undefined) tokens.push({ kind: "(", text: open });
    else if (close !== undefined) tokens.push({ kind: ")", text: close });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll(/\\(.)/g, "$1") });
    else if (plain !== undefined) tokens.push({ kind: "word", text: plain });
    end = match.index + all.length;
  }
  if (text.slice(end).trim() !== "") throw new CriteriaError("a quotation mark is missing");
  return tokens;
}

function literalOf(token: Token): Comparison["value"] {
  if (token.kind === "text") return token.text;
  if (token.text === "true" || token.text === "false") return token.text === "true";
  if (token.text === "null") return null;
  const number = Number(token.text);
  if (token.kind === "word" && Number.isFinite(number)) return number;
  throw new CriteriaError(`${token.text} is no value`);
}
