/** A rule expression for one user, in three values: match, no match, unknown (okta.md §5). */
import { type Expression, type Operator, parseExpression } from "./expression.ts";
import { callFunction } from "./expression-functions.ts";
import { isKnown, type Known, type Result, type Subject, UNKNOWN, wholly } from "./expression-values.ts";

export type Verdict = "match" | "no-match" | "unknown";

export function evaluateRule(expression: Expression, subject: Subject): Verdict {
  const value = evaluate(expression, subject);
  if (value === true) return "match";
  return value === false ? "no-match" : "unknown";
}

/** Throws ExpressionError; compiled once for each text. */
export function compiled(text: string): Expression {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const expression = parseExpression(text);
  if (cache.size > 5000) cache.clear();
  cache.set(text, expression);
  return expression;
}

const cache = new Map<string, Expression>();

function evaluate(expression: Expression, subject: Subject): Result {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "list":
      return all(expression.items.map((item) => evaluate(item, subject)));
    case "map":
      return object(expression.entries.map(([key, value]) => [key, evaluate(value, subject)]));
    case "name":
      return UNKNOWN;
    case "member":
      return member(expression.of, expression.name, subject);
    case "index":
      return element(evaluate(expression.of, subject), evaluate(expression.at, subject));
    case "projection":
      return projected(evaluate(expression.of, subject), expression.each);
    case "call":
      return call(expression, subject);
    case "not": {
      const inner = evaluate(expression.inner, subject);
      return typeof inner === "boolean" ? !inner : UNKNOWN;
    }
    case "minus": {
      const inner = evaluate(expression.inner, subject);
      return typeof inner === "number" ? -inner : UNKNOWN;
    }
    case "and":
    case "or":
      return combined(expression.kind, evaluate(expression.left, subject), () => evaluate(expression.right, subject));
    case "binary":
      return related(expression.operator, evaluate(expression.left, subject), evaluate(expression.right, subject));
    case "choice": {
      const test = evaluate(expression.test, subject);
      if (typeof test !== "boolean") return UNKNOWN;
      return evaluate(test ? expression.yes : expression.no, subject);
    }
    case "elvis": {
      const left = evaluate(expression.left, subject);
      return left === null || left === "" ? evaluate(expression.right, subject) : left;
    }
  }
}

/** One side can decide alone: `false AND unknown` is false. */
function combined(kind: "and" | "or", left: Result, right: () => Result): Result {
  const decisive = kind === "or";
  if (left === decisive) return decisive;
  const other = right();
  if (other === decisive) return decisive;
  return typeof left === "boolean" && typeof other === "boolean" ? other : UNKNOWN;
}

function member(of: Expression, name: string, subject: Subject): Result {
  if (of.kind === "name" && of.name === "user") return subject.attribute(name);
  const value = evaluate(of, subject);
  if (value === UNKNOWN || typeof value !== "object" || value === null || Array.isArray(value)) return UNKNOWN;
  const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return isKnown(found) ? found : UNKNOWN;
}

function call(expression: Extract<Expression, { kind: "call" }>, subject: Subject): Result {
  const name = calledName(expression.of);
  if (name === undefined) return UNKNOWN;
  const args = expression.args.map((arg) => evaluate(arg, subject));
  const known = args.filter((arg) => arg !== UNKNOWN);
  if (known.length !== args.length) return UNKNOWN;
  return callFunction(name, known, subject);
}

function calledName(of: Expression): string | undefined {
  if (of.kind === "name") return of.name;
  return of.kind === "member" && of.of.kind === "name" ? `${of.of.name}.${of.name}` : undefined;
}

/** No conversion between texts and numbers; texts compare with case. */
function related(operator: Operator, left: Result, right: Result): Result {
  if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
  if (operator === "==") return same(left, right);
  if (operator === "!=") return !same(left, right);
  if (operator === "matches")
    return typeof left === "string" && typeof right === "string" ? wholly(left, right) : UNKNOWN;
  if (typeof left === "number" && typeof right === "number")
    return operator === "+" ? left + right : ordered(operator, left - right);
  if (typeof left !== "string" || typeof right !== "string") return UNKNOWN;
  return operator === "+" ? left + right : ordered(operator, left < right ? -1 : left > right ? 1 : 0);
}

function ordered(operator: Operator, difference: number): boolean {
  if (operator === "<") return difference < 0;
  if (operator === ">") return difference > 0;
  return operator === "<=" ? difference <= 0 : difference >= 0;
}

function same(left: Known, right: Known): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index] ?? null));
  }
  return left === right;
}

function element(of: Result, index: Result): Result {
  if (!Array.isArray(of) || typeof index !== "number") return UNKNOWN;
  const found: unknown = of[index];
  return isKnown(found) ? found : UNKNOWN;
}

function projected(of: Result, each: Expression): Result {
  if (!Array.isArray(of) || each.kind !== "name") return UNKNOWN;
  return all(
    of.map((item: unknown): Result => {
      const found: unknown = typeof item === "object" && item !== null ? Reflect.get(item, each.name) : undefined;
      return isKnown(found) ? found : UNKNOWN;
    }),
  );
}

function all(values: readonly Result[]): Result {
  const known = values.filter((value) => value !== UNKNOWN);
  return known.length === values.length ? known : UNKNOWN;
}

function object(entries: readonly (readonly [string, Result])[]): Result {
  const known: Record<string, Known> = Object.create(null);
  for (const [key, value] of entries) {
    if (value === UNKNOWN) return UNKNOWN;
    known[key] = value;
  }
  return known;
}
