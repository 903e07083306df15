/**
 * Would a dynamic rule take this person in (entra.md §16.2)? Case never counts. What Microsoft does not document is
 * uncertain: negative operators on a missing value, plain operators on collections whose elements differ, patterns that
 * only .NET knows.
 */
import type { Fact, Value } from "../../../engine/model.ts";
import type { Judgement } from "../../../engine/population.ts";
import { isList, isObject } from "../../../engine/value.ts";
import { allOf, anyOf, decided, negated, uncertain } from "../../shared/judging.ts";
import type { Comparison, Literal, Operator, Rule } from "./parse.ts";
import { patternOf } from "./pattern.ts";
import { propertyNamed, type RuleProperty } from "./properties.ts";

export interface RulePerson {
  readonly id: string;
  /** As Graph names them. */
  readonly properties: Readonly<Record<string, Value>>;
  /** Null: none; absent: not asked. */
  readonly managerId?: string | null;
  /** Ids of those groups that the rule asks about and the person is a direct member of; absent: not asked. */
  readonly groups?: ReadonlySet<string>;
}

/** `now` in epoch milliseconds: what system.now stands for. */
export function judgeRule(rule: Rule, person: RulePerson, now: number): Judgement {
  switch (rule.kind) {
    case "and":
      return allOf(rule.parts.map((part) => judgeRule(part, person, now)));
    case "or":
      return anyOf(rule.parts.map((part) => judgeRule(part, person, now)));
    case "not":
      return negated(judgeRule(rule.inner, person, now));
    case "reports": {
      if (person.managerId === undefined) return uncertain("who reports to whom was not read");
      const holds = person.managerId?.toLowerCase() === rule.manager.toLowerCase();
      return decided(holds, [{ attribute: "manager", value: person.managerId }]);
    }
    case "each":
      return judgeEach(rule, person, now);
    case "compare": {
      const property = propertyNamed(rule.property.of, rule.property.name);
      if (property === undefined) return uncertain(`${rule.property.name} is no property that rules are known to see`);
      const value = property.read(person.properties);
      const by = [{ attribute: property.name, value }];
      if (property.unsure === true) return uncertain(`where Entra takes ${property.name} from is not documented`, by);
      return withFacts(compare(rule, property.type, value, now), by);
    }
  }
}

function withFacts(judgement: Judgement, by: readonly Fact[]): Judgement {
  return { ...judgement, by };
}

function judgeEach(rule: Extract<Rule, { kind: "each" }>, person: RulePerson, now: number): Judgement {
  const property = propertyNamed(rule.of.of, rule.of.name);
  if (property === undefined) return uncertain(`${rule.of.name} is no collection that rules are known to see`);
  if (property.type === "groups") return judgeGroups(rule.test, person);
  const value = property.read(person.properties);
  const elements = isList(value) ? value : [];
  const judged = elements.map((element) => judgeElement(rule.test, element, now));
  return withFacts(rule.every ? allOf(judged) : anyOf(judged), [{ attribute: property.name, value: shortOf(value) }]);
}

/** A person may have a hundred plans. */
function shortOf(value: Value): Value {
  return isList(value) && value.length > 3 ? `${value.length} values` : value;
}

function judgeElement(test: Rule, element: Value, now: number): Judgement {
  switch (test.kind) {
    case "and":
      return allOf(test.parts.map((part) => judgeElement(part, element, now)));
    case "or":
      return anyOf(test.parts.map((part) => judgeElement(part, element, now)));
    case "not":
      return negated(judgeElement(test.inner, element, now));
    case "compare": {
      const { of, name } = test.property;
      const property = of === "_" ? undefined : propertyNamed(of, name);
      const value = of === "_" ? element : isObject(element) ? (property?.read(element) ?? null) : null;
      return compare(test, "text", value, now);
    }
    default:
      return uncertain("a collection inside of a collection is not documented");
  }
}

function judgeGroups(test: Rule, { groups }: RulePerson): Judgement {
  if (groups === undefined) return uncertain("who is in which group was not read");
  const asked = test.kind === "compare" ? textsOf(test.value) : [];
  const found = asked.filter((id) => groups.has(id.toLowerCase()));
  return decided(found.length > 0, [{ attribute: "memberOf", value: found }]);
}

const POSITIVE: Readonly<Partial<Record<Operator, Operator>>> = {
  ne: "eq",
  notStartsWith: "startsWith",
  notEndsWith: "endsWith",
  notContains: "contains",
  notMatch: "match",
  notIn: "in",
};

function compare({ operator, value: literal }: Comparison, type: RuleProperty["type"], value: Value, now: number) {
  const positive = POSITIVE[operator];
  const isMissing = value === null || value === "" || (isList(value) && value.length === 0);
  if (literal.kind === "null") return decided(isMissing === (operator === "eq"));
  if (isMissing) {
    if (positive === undefined && !(type === "boolean" && isFalse(literal))) return decided(false);
    return uncertain("what this operator says of a missing value is not documented");
  }
  const base = positive ?? operator;
  const judgement = isList(value)
    ? unanimous(value.map((item) => test(base, type, item, literal, now)))
    : test(base, type, value, literal, now);
  return positive === undefined ? judgement : negated(judgement);
}

/** Plain operators on collections: any of them, or all, is not documented, and only matters where they differ. */
function unanimous(judgements: readonly Judgement[]): Judgement {
  const any = anyOf(judgements);
  const all = allOf(judgements);
  return any.holds === all.holds ? any : uncertain("whether one element is enough is not documented");
}

function isFalse(literal: Literal): boolean {
  return (literal.kind === "boolean" && !literal.value) || (literal.kind === "text" && /^false$/i.test(literal.value));
}

function test(operator: Operator, type: RuleProperty["type"], value: Value, literal: Literal, now: number): Judgement {
  if (type === "date") return dated(operator, value, literal, now);
  const text = folded(String(value));
  if (operator === "in") return decided(textsOf(literal).some((one) => folded(one) === text));
  const [asked] = textsOf(literal);
  if (asked === undefined) return uncertain("this value is of no documented type");
  switch (operator) {
    case "eq":
      return decided(text === folded(asked));
    case "startsWith":
      return decided(text.startsWith(folded(asked)));
    case "endsWith":
      return decided(text.endsWith(folded(asked)));
    case "contains":
      return decided(text.includes(folded(asked)));
    case "match": {
      const pattern = patternOf(asked);
      if (pattern === undefined) return uncertain("this pattern is one of .NET's own");
      return decided(pattern.matcher(String(value)).find());
    }
    default:
      return uncertain(`-${operator} is documented for dates only`);
  }
}

function folded(text: string): string {
  return text.toLowerCase();
}

/** A value, or the values of a list, as text. */
function textsOf(literal: Literal): readonly string[] {
  switch (literal.kind) {
    case "list":
      return literal.items.flatMap(textsOf);
    case "null":
    case "now":
      return [];
    default:
      return [String(literal.value)];
  }
}

const DAY = 86_400_000;

/** The preview does not say whether -eq compares days or moments: what differs within a day is uncertain. */
function dated(operator: Operator, value: Value, literal: Literal, now: number): Judgement {
  const left = Date.parse(String(value));
  const right = momentOf(literal, now);
  if (Number.isNaN(left) || right === undefined || Number.isNaN(right)) return uncertain("this is no date");
  if (operator === "ge") return decided(left >= right);
  if (operator === "le") return decided(left <= right);
  if (operator !== "eq") return uncertain(`-${operator} is not documented for dates`);
  if (left === right) return decided(true);
  return Math.abs(left - right) >= DAY
    ? decided(false)
    : uncertain("whether -eq compares days or moments is not documented");
}

function momentOf(literal: Literal, now: number): number | undefined {
  if (literal.kind === "text" || literal.kind === "time") return Date.parse(literal.value);
  if (literal.kind !== "now") return undefined;
  const moment = new Date(now + literal.ms);
  return moment.setUTCMonth(moment.getUTCMonth() + literal.months);
}
