/**
 * Would a rule put this person in? In three values, because a wrong "no" lets somebody be removed whom the rule feeds
 * (okta.md §4.4, §5): what Okta does not document, what hangs on groups, an attribute that is not shown, and texts that
 * differ in letter case alone are all unknown.
 */
import type { Value } from "../../../engine/model.ts";
import { type Expression, parseExpression } from "./parse.ts";
import { ExpressionError } from "./tokens.ts";

export type Judgement = "match" | "no-match" | "unknown";

export interface Person {
  readonly id: string;
  readonly status: string;
  readonly profile: Readonly<Record<string, Value>>;
}

type Known = string | number | boolean | readonly Value[];
type Result = Known | undefined;

export function judge(expression: string, person: Person): Judgement {
  try {
    const result = evaluate(parseExpression(expression), person);
    return typeof result === "boolean" ? (result ? "match" : "no-match") : "unknown";
  } catch (error) {
    if (error instanceof ExpressionError) return "unknown";
    throw error;
  }
}

function evaluate(tree: Expression, person: Person): Result {
  switch (tree.kind) {
    case "literal":
      return tree.value ?? undefined;
    case "member":
      return tree.of.kind === "name" && tree.of.name === "user" ? attribute(person, tree.name) : undefined;
    case "call":
      return called(nameOf(tree.callee), tree.args, person);
    case "not": {
      const inner = evaluate(tree.operand, person);
      return typeof inner === "boolean" ? !inner : undefined;
    }
    case "binary":
      return combined(tree.operator, evaluate(tree.left, person), () => evaluate(tree.right, person));
    case "choice": {
      const test = evaluate(tree.test, person);
      return typeof test === "boolean" ? evaluate(test ? tree.yes : tree.no, person) : undefined;
    }
    default:
      return undefined;
  }
}

/** A null may be an attribute that nobody set, or one that the credential does not see. */
function attribute({ profile }: Person, name: string): Result {
  const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return Array.isArray(value) ? value : undefined;
}

function combined(operator: string, left: Result, right: () => Result): Result {
  if (operator === "&&") return logical(false, left, right());
  if (operator === "||") return logical(true, left, right());
  if (operator === "==") return same(left, right());
  if (operator === "!=") return negated(same(left, right()));
  const other = right();
  if (operator === "+" && typeof left === "string" && typeof other === "string") return left + other;
  if (typeof left !== "number" || typeof other !== "number") return undefined;
  if (operator === "<") return left < other;
  if (operator === ">") return left > other;
  if (operator === "<=") return left <= other;
  return operator === ">=" ? left >= other : undefined;
}

/** One side can decide alone: false AND unknown is false. */
function logical(decisive: boolean, left: Result, right: Result): Result {
  if (left === decisive || right === decisive) return decisive;
  return typeof left === "boolean" && typeof right === "boolean" ? !decisive : undefined;
}

function same(left: Result, right: Result): boolean | undefined {
  if (typeof left === "string" && typeof right === "string") return decided(left === right, sameText(left, right));
  return typeof left === typeof right && typeof left !== "object" && left !== undefined ? left === right : undefined;
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function called(name: string | undefined, args: readonly Expression[], person: Person): Result {
  if (name === "user.getInternalProperty") {
    const asked = args[0] === undefined ? undefined : evaluate(args[0], person);
    return asked === "id" ? person.id : asked === "status" ? person.status : undefined;
  }
  const [first, second, ...more] = args.map((arg) => evaluate(arg, person));
  if (name === "Arrays.contains" && Array.isArray(first) && typeof second === "string") {
    const texts = first.filter((item) => typeof item === "string");
    return decided(
      texts.includes(second),
      texts.some((item) => sameText(item, second)),
    );
  }
  if (typeof first !== "string" || more.length > 0) return undefined;
  if (second === undefined && args.length === 1) return ofOne(name, first);
  return typeof second === "string" ? ofTwo(name, first, second) : undefined;
}

function ofOne(name: string | undefined, text: string): Result {
  if (name === "String.toUpperCase" || name === "toUpperCase") return text.toUpperCase();
  if (name === "String.toLowerCase" || name === "toLowerCase") return text.toLowerCase();
  return name === "String.len" ? text.length : undefined;
}

function ofTwo(name: string | undefined, text: string, part: string): Result {
  const [folded, other] = [text.toLowerCase(), part.toLowerCase()];
  if (name === "String.startsWith") return decided(text.startsWith(part), folded.startsWith(other));
  if (name === "String.stringContains") return decided(text.includes(part), folded.includes(other));
  return name === "String.append" ? text + part : undefined;
}

/** Without letter case it would hold, with it it does not: nobody knows. */
function decided(exactly: boolean, folded: boolean): boolean | undefined {
  return exactly || !folded ? exactly : undefined;
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function nameOf(callee: Expression): string | undefined {
  if (callee.kind === "name") return callee.name;
  return callee.kind === "member" && callee.of.kind === "name" ? `${callee.of.name}.${callee.name}` : undefined;
}
