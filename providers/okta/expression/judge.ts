/**
 * Would a rule put this person in? In three values (okta.md §5): what Okta does not document is uncertain. Where a wrong
 * "no" would let somebody be removed whom the rule feeds (§4.4), `cautious` doubts more: an attribute that is not shown,
 * and texts that differ in letter case alone.
 */
import type { Fact, Value } from "../../../engine/model.ts";
import type { Judgement } from "../../../engine/population.ts";
import { isList, isObject } from "../../../engine/value.ts";
import { allOf, anyOf, decided, factsOf, negated, uncertain } from "../../shared/judging.ts";
import { callFunction, isEvaluated } from "./calls.ts";
import { asksGroups, type GroupFacts, groupTestOf } from "./groups.ts";
import { type Expression, parseExpression } from "./parse.ts";
import { ExpressionError } from "./tokens.ts";
import { isUnknown, known, type Result, unknown, wholly } from "./values.ts";
import { nameOf } from "./walk.ts";

export interface Person {
  readonly id: string;
  readonly status: string;
  readonly profile: Readonly<Record<string, Value>>;
}

export interface JudgeOptions {
  readonly cautious?: boolean;
  /** Of those that the expression asks about (`groupsAsked`), the ones that the person is in; absent: nobody asked. */
  readonly groupsOf?: (person: Person) => readonly GroupFacts[];
  /** Why nobody could ask. */
  readonly groupsDoubt?: string;
}

export type Judge = (person: Person) => Judgement;

/** Never throws: an expression that does not parse is uncertain about everybody. */
export function judgeOf(expression: string, options: JudgeOptions = {}): Judge {
  const tree = parsed(expression);
  if (tree === undefined) return () => uncertain("the expression cannot be read");
  return (person) => judgementOf(evaluate(tree, { person, ...options }));
}

/** Undefined where it is no expression. */
export function parsed(expression: string): Expression | undefined {
  try {
    return parseExpression(expression);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

interface Context extends JudgeOptions {
  readonly person: Person;
}

function judgementOf(result: Result): Judgement {
  if (isUnknown(result)) return uncertain(result.unknown, result.by);
  if (typeof result.value === "boolean") return decided(result.value, result.by);
  return uncertain("it gives no answer of true or false", result.by);
}

function resultOf(judgement: Judgement): Result {
  return judgement.holds === "uncertain" ? unknown(judgement.why, judgement.by) : known(judgement.holds, judgement.by);
}

function evaluate(tree: Expression, context: Context): Result {
  switch (tree.kind) {
    case "literal":
      return known(tree.value);
    case "list":
      return all(tree.items.map((item) => evaluate(item, context)));
    case "criteria": {
      const values = all(tree.entries.map(({ value }) => evaluate(value, context)));
      if (isUnknown(values) || !isList(values.value)) return values;
      const items = values.value;
      return known(Object.fromEntries(tree.entries.map(({ key }, index) => [key, items[index] ?? null])), values.by);
    }
    case "name":
      return unknown(`a rule does not see ${tree.name}`);
    case "member":
      return member(tree, context);
    case "projection":
      return projected(evaluate(tree.of, context), tree.name);
    case "index":
      return element(evaluate(tree.of, context), evaluate(tree.index, context));
    case "call":
      return called(nameOf(tree.callee), tree.args, context);
    case "not":
      return resultOf(negated(judgementOf(evaluate(tree.operand, context))));
    case "binary":
      return binary(tree, context);
    case "choice": {
      const test = judgementOf(evaluate(tree.test, context));
      if (test.holds === "uncertain") return resultOf(test);
      return because(evaluate(test.holds ? tree.yes : tree.no, context), test.by);
    }
  }
}

function because(result: Result, by: readonly Fact[]): Result {
  return { ...result, by: factsOf([{ by }, result]) };
}

function all(results: readonly Result[]): Result {
  const by = factsOf(results);
  const doubt = results.find(isUnknown);
  if (doubt !== undefined) return { ...doubt, by };
  return known(
    results.flatMap((result) => (isUnknown(result) ? [] : [result.value])),
    by,
  );
}

function member({ of, name }: Extract<Expression, { kind: "member" }>, context: Context): Result {
  if (of.kind === "name" && of.name === "user") return attribute(name, context);
  const value = evaluate(of, context);
  if (isUnknown(value)) return value;
  const found = isObject(value.value) && Object.hasOwn(value.value, name) ? value.value[name] : undefined;
  return found === undefined ? unknown(`what .${name} is of is not known`, value.by) : known(found, value.by);
}

/** Never set reads as null, cleared as an empty text. */
function attribute(name: string, { person, cautious }: Context): Result {
  const value = Object.hasOwn(person.profile, name) ? (person.profile[name] ?? null) : null;
  const by = [{ attribute: name, value }];
  if (value === null && cautious === true) return unknown(`${name} is not set, or not shown`, by);
  return known(value, by);
}

function binary(tree: Extract<Expression, { kind: "binary" }>, context: Context): Result {
  const left = evaluate(tree.left, context);
  const right = (): Result => evaluate(tree.right, context);
  if (tree.operator === "&&" || tree.operator === "||") {
    const first = judgementOf(left);
    // Most of a hundred thousand people are out by the first side.
    if (first.holds === (tree.operator === "||")) return resultOf(first);
    return resultOf((tree.operator === "&&" ? allOf : anyOf)([first, judgementOf(right())]));
  }
  if (tree.operator === "?:") {
    if (isUnknown(left)) return left;
    return left.value === null || left.value === "" ? because(right(), left.by) : left;
  }
  const other = right();
  const by = left.by.length === 0 ? other.by : other.by.length === 0 ? left.by : factsOf([left, other]);
  if (isUnknown(left)) return unknown(left.unknown, by);
  if (isUnknown(other)) return unknown(other.unknown, by);
  return { ...related(tree.operator, left.value, other.value, context.cautious === true), by };
}

/** No conversion between texts and numbers; texts compare with case. */
function related(operator: string, a: Value, b: Value, cautious: boolean): Result {
  if (operator === "==" || operator === "!=") {
    if (cautious && (typeof a !== typeof b || isOnlyCase(a, b))) return unknown("it hangs on letter case or on a type");
    return known(sameValue(a, b) === (operator === "=="));
  }
  if (operator === "matches") {
    const said = typeof a === "string" && typeof b === "string" && !cautious ? wholly(a, b) : undefined;
    return said === undefined ? unknown("the pattern is one of Java's own") : known(said);
  }
  if (typeof a === "number" && typeof b === "number") {
    return known(operator === "+" ? a + b : ordered(operator, a - b));
  }
  if (typeof a !== "string" || typeof b !== "string")
    return unknown(`what ${operator} gives of these is not documented`);
  return known(operator === "+" ? a + b : ordered(operator, a < b ? -1 : a > b ? 1 : 0));
}

function ordered(operator: string, difference: number): boolean {
  if (operator === "<") return difference < 0;
  if (operator === ">") return difference > 0;
  return operator === "<=" ? difference <= 0 : difference >= 0;
}

function sameValue(a: Value, b: Value): boolean {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null));
}

function isOnlyCase(a: Value, b: Value): boolean {
  return typeof a === "string" && typeof b === "string" && a !== b && a.toLowerCase() === b.toLowerCase();
}

function called(name: string | undefined, args: readonly Expression[], context: Context): Result {
  const values = all(args.map((arg) => evaluate(arg, context)));
  if (name === undefined || isUnknown(values) || !isList(values.value)) return values;
  const given = values.value;
  if (name === "user.getInternalProperty") return because(internal(given[0], context.person), values.by);
  if (asksGroups(name)) return because(inGroups(name, given, context), values.by);
  if (name === "user.getLinkedObject") return unknown("linked objects are not read", values.by);
  if (!isEvaluated(name)) return unknown(`${name} is not evaluated here`, values.by);
  const value = callFunction(name, given);
  if (value === undefined) return unknown(`what ${name} gives of these is not documented`, values.by);
  if (context.cautious === true && value === false && callFunction(name, given.map(folded)) === true) {
    return unknown("it hangs on letter case", values.by);
  }
  return known(value, values.by);
}

function folded(value: Value): Value {
  if (typeof value === "string") return value.toLowerCase();
  return isList(value) ? value.map(folded) : value;
}

function internal(asked: Value | undefined, { id, status }: Person): Result {
  if (asked === "id") return known(id, [{ attribute: "id", value: id }]);
  if (asked === "status") return known(status, [{ attribute: "status", value: status }]);
  return unknown("only id and status are internal properties");
}

function inGroups(
  name: string,
  args: readonly Value[],
  { person, groupsOf, groupsDoubt = "who is in which group was not read" }: Context,
): Result {
  const test = groupTestOf(name, args);
  if (test === undefined) return unknown(`what ${name} asks is not documented`);
  if (groupsOf === undefined) return unknown(groupsDoubt);
  const said = groupsOf(person).map((group) => ({ group, meant: test(group) }));
  const meant = said.filter((one) => one.meant === true).map(({ group }) => group);
  const doubtful = said.some((one) => one.meant === undefined);
  if (name === "user.getGroups") {
    if (doubtful) return unknown("where a group was imported from is not shown");
    const names = meant.map((group) => group.name);
    return known(
      meant.map(({ id, name, type }) => ({ id, name, type })),
      [{ attribute: "groups", value: names }],
    );
  }
  const by = [{ attribute: `${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`, value: meant.length > 0 }];
  if (meant.length === 0 && doubtful) return unknown("the pattern is one of Java's own", by);
  return known(meant.length > 0, by);
}

function element(of: Result, index: Result): Result {
  const both = all([of, index]);
  if (isUnknown(of) || isUnknown(index)) return both;
  const found = isList(of.value) && typeof index.value === "number" ? of.value[index.value] : undefined;
  return found === undefined ? unknown("the list has no such element", both.by) : known(found, both.by);
}

function projected(of: Result, name: string): Result {
  if (isUnknown(of)) return of;
  const items = isList(of.value) ? of.value : undefined;
  const values = items?.map((item) => (isObject(item) && Object.hasOwn(item, name) ? item[name] : undefined));
  if (values === undefined || values.includes(undefined)) return unknown(`what .![${name}] gives is not known`, of.by);
  return known(
    values.flatMap((value) => (value === undefined ? [] : [value])),
    of.by,
  );
}
