/** Expression → term, in a scope. Pure. */
import { listed, nearest } from "../../words.ts";
import type { Expression, ForExpression } from "./syntax.ts";
import { Block, Deferred, isTermList, isTermMap, joined, nounOf, Refused, type Term, type TermMap } from "./terms.ts";
import { numberOf, same, textOf, truth } from "./wanted.ts";

export interface Scope {
  /** `var`, `local`, `each`, `accord_okta_group`…; undefined where there is no such thing. */
  root(name: string): Term | undefined;
  /** What text that only apply knows is declared to be, where it names a field that some document states. */
  known(deferred: Deferred): Term | undefined;
  call(name: string, args: readonly Term[]): Term;
  /** `try` and `can` look at an argument that may have no value. */
  readonly lazy: ReadonlySet<string>;
}

/** Names that a `for` has given, and the element of a splat. */
interface Frame {
  readonly names: TermMap;
  readonly item?: Term;
}

export function evaluate(expression: Expression, scope: Scope, frame: Frame = { names: {} }): Term {
  const of = (inner: Expression): Term => evaluate(inner, scope, frame);
  const known = (inner: Expression): Term => knownTerm(of(inner), scope);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return joined(expression.parts.map(of));
    case "accord":
      return new Deferred([expression.part]);
    case "list":
      return expression.items.map(of);
    case "object":
      return Object.fromEntries(expression.entries.map(([key, value]) => [textOf(known(key)), of(value)]));
    case "for":
      return loop(expression, scope, frame);
    case "conditional":
      return of(truth(known(expression.test)) ? expression.yes : expression.no);
    case "unary":
      return expression.operator === "!" ? !truth(known(expression.of)) : -numberOf(known(expression.of));
    case "binary":
      return binary(
        expression.operator,
        () => known(expression.left),
        () => known(expression.right),
      );
    case "call":
      return call(expression, scope, frame);
    case "item":
      return frame.item ?? null;
    case "name":
      return named(expression.name, scope, frame);
    case "attribute":
      return attribute(of(expression.of), expression.name, scope);
    case "index":
      return indexed(of(expression.of), known(expression.at), scope);
    case "splat":
      return splat(known(expression.of), expression.body, scope, frame);
  }
}

/** The term, or what it is declared to be; text that nobody knows yet has no value here. */
export function knownTerm(term: Term, scope: Pick<Scope, "known">): Term {
  if (!(term instanceof Deferred)) return term;
  const declared = scope.known(term);
  if (declared !== undefined) return declared;
  throw new Refused(
    "a value is needed here that only apply knows",
    "It may stand in a field, in text and in join(…); what decides or counts must be known before.",
  );
}

function named(name: string, scope: Scope, frame: Frame): Term {
  if (Object.hasOwn(frame.names, name)) return frame.names[name] ?? null;
  const term = scope.root(name);
  if (term === undefined) throw new Refused(`there is nothing called ${name}`, "Text stands in quotes.");
  return term;
}

function attribute(of: Term, name: string, scope: Scope): Term {
  if (of instanceof Block) {
    const found = of.attribute(name);
    if (found === undefined) throw new Refused(`${of.label} has no attribute ${name}`);
    return found;
  }
  const object = knownTerm(of, scope);
  if (isTermMap(object) && Object.hasOwn(object, name)) return object[name] ?? null;
  if (isTermMap(object)) {
    const keys = Object.keys(object);
    throw new Refused(`${name} is not among ${keys.length === 0 ? "nothing" : listed(keys, 12)}`, nearest(name, keys));
  }
  throw new Refused(`${nounOf(object)} has no ${name}`);
}

export function indexed(of: Term, at: Term, scope: Pick<Scope, "known">): Term {
  const from = knownTerm(of, scope);
  if (isTermList(from)) {
    const item = from[numberOf(at)];
    if (item === undefined) throw new Refused(`a list of ${from.length} has no element ${String(at)}`);
    return item;
  }
  if (isTermMap(from)) {
    const key = textOf(at);
    if (Object.hasOwn(from, key)) return from[key] ?? null;
    throw new Refused(`the key ${JSON.stringify(key)} is not among ${Object.keys(from).join(", ") || "nothing"}`);
  }
  throw new Refused(`${nounOf(from)} has no elements`);
}

function splat(of: Term, body: Expression, scope: Scope, frame: Frame): Term {
  // A single value is a list of one; a map of resources gives its values, as synthesis means it.
  const items = isTermList(of)
    ? of
    : of === null
      ? []
      : isTermMap(of) && Object.values(of).every((item) => item instanceof Block)
        ? Object.values(of)
        : [of];
  return items.map((item) => evaluate(body, scope, { ...frame, item }));
}

function loop(expression: ForExpression, scope: Scope, frame: Frame): Term {
  const over = knownTerm(evaluate(expression.over, scope, frame), scope);
  const [first = "", second] = expression.names;
  const entries: [Term, Term][] = [];
  for (const [key, value] of pairsOf(over)) {
    const names = {
      ...frame.names,
      ...(second === undefined ? { [first]: value } : { [first]: key, [second]: value }),
    };
    const inner = { ...frame, names };
    if (expression.when !== undefined && !truth(knownTerm(evaluate(expression.when, scope, inner), scope))) continue;
    const made = expression.key === undefined ? null : knownTerm(evaluate(expression.key, scope, inner), scope);
    entries.push([made, evaluate(expression.body, scope, inner)]);
  }
  if (expression.key === undefined) return entries.map(([, value]) => value);
  const object = new Map<string, Term>();
  for (const [made, value] of entries) {
    const key = textOf(made);
    const before = object.get(key);
    if (before !== undefined && !expression.grouped) {
      throw new Refused(
        `two elements of a for have the key ${JSON.stringify(key)}`,
        "Write … behind the value to keep both.",
      );
    }
    object.set(
      key,
      expression.grouped ? [...(before !== undefined && isTermList(before) ? before : []), value] : value,
    );
  }
  return Object.fromEntries(object);
}

function pairsOf(over: Term): readonly (readonly [Term, Term])[] {
  if (isTermList(over)) return over.map((item, index) => [index, item]);
  if (isTermMap(over)) return Object.entries(over);
  throw new Refused(`a for goes over a list or an object, and this is ${nounOf(over)}`);
}

function call(expression: Expression & { kind: "call" }, scope: Scope, frame: Frame): Term {
  const { name, spread } = expression;
  if (scope.lazy.has(name)) return attempts(expression, scope, frame);
  const args = expression.args.map((arg) => evaluate(arg, scope, frame));
  const last = spread ? knownTerm(args.at(-1) ?? null, scope) : undefined;
  if (last !== undefined && !isTermList(last)) throw new Refused(`${name}(…): what is spread is no list`);
  return scope.call(name, last === undefined ? args : [...args.slice(0, -1), ...last]);
}

/** `try` gives the first argument that has a value, `can` says whether its own has one. */
function attempts({ name, args }: Expression & { kind: "call" }, scope: Scope, frame: Frame): Term {
  let refused: Refused | undefined;
  for (const arg of args) {
    try {
      const term = evaluate(arg, scope, frame);
      return name === "can" ? true : term;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = error;
    }
  }
  if (name === "can") return false;
  throw refused ?? new Refused("try(…) has no argument");
}

function binary(operator: string, left: () => Term, right: () => Term): Term {
  switch (operator) {
    case "&&":
      return truth(left()) && truth(right());
    case "||":
      return truth(left()) || truth(right());
    case "==":
      return same(left(), right());
    case "!=":
      return !same(left(), right());
    default:
      return arithmetic(operator, numberOf(left()), numberOf(right()));
  }
}

function arithmetic(operator: string, left: number, right: number): Term {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw new Refused("something is divided by zero");
      return left / right;
    case "%":
      if (right === 0) throw new Refused("something is divided by zero");
      return left % right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}
