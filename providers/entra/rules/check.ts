/** What can be said of a rule without a tenant: does it parse, does Entra take it, and will it surprise (entra.md §16). */
import { excerptOf, rangeOf } from "../../../engine/cel/environment.ts";
import type { Finding } from "../../../engine/kind.ts";
import type { Path } from "../../../engine/model.ts";
import { nearest } from "../../../engine/words.ts";
import { type Comparison, type Literal, type Property, parseRule, partsOf, type Rule } from "./parse.ts";
import { isPattern, patternOf } from "./pattern.ts";
import { NOT_IN_RULES, type PropertyType, propertyNamed, propertyNames } from "./properties.ts";
import { RuleError } from "./tokens.ts";

const LONGEST = 3072;
/** Source groups of a memberOf rule. */
const MOST_GROUPS = 50;

export function checkRule(source: string, path: Path): readonly Finding[] {
  const findings: Finding[] = [];
  const say: Say = (severity, code, message, at, hint) => {
    const range = rangeOf(source, at, at + Math.max(1, /^[\w.$-]*/.exec(source.slice(at))?.[0].length ?? 1));
    const finding = {
      code: `entra-rule-${code}`,
      message: `${message} (line ${range.line}, column ${range.column}).`,
      path,
      excerpt: excerptOf(source, range),
      ...(hint === undefined ? {} : { hint }),
    };
    const next = "Correct the rule at that place.";
    findings.push(severity === "warning" ? { severity, ...finding } : { severity, hint: next, ...finding });
  };
  if (source.length > LONGEST)
    say("error", "long", `a rule has at most ${LONGEST} characters, not ${source.length}`, 0);
  try {
    const rule = parseRule(source);
    checkScopes(rule, say);
    checkTests(rule, undefined, say);
    checkMemberOf(rule, say);
    for (const part of partsOf(rule)) lint(part, say);
    if (isEverybody(rule)) {
      const hint = 'Without guests: user.objectId -ne null -and user.userType -eq "Member"';
      say("warning", "everybody", "this takes in everybody, guests included", rule.at, hint);
    }
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    say("error", "syntax", error.message, error.at);
  }
  return findings;
}

type Say = (severity: "error" | "warning", code: string, message: string, at: number, hint?: string) => void;

/** The properties that stand for themselves, not for an element. */
function* rootsOf(rule: Rule): Iterable<Property> {
  for (const part of partsOf(rule)) {
    const property = part.kind === "compare" ? part.property : part.kind === "each" ? part.of : undefined;
    if (property?.of === "user" || property?.of === "device") yield property;
  }
}

function checkScopes(rule: Rule, say: Say): void {
  const [first, ...more] = rootsOf(rule);
  const other = more.find(({ of }) => of !== first?.of);
  if (other !== undefined) say("error", "mixed", "users and devices are never in one rule", other.at);
}

/** `inside`: the type of the collection whose elements are tested. */
function checkTests(rule: Rule, inside: PropertyType | undefined, say: Say): void {
  switch (rule.kind) {
    case "reports":
      return;
    case "and":
    case "or":
      for (const part of rule.parts) checkTests(part, inside, say);
      return;
    case "not":
      for (const part of partsOf(rule.inner)) {
        if (part.kind !== "compare" || part.value.kind !== "null") continue;
        const hint = part.operator === "eq" ? "Write -ne null." : "Write -eq null.";
        say("error", "not-null", "-not does not go with null", rule.at, hint);
      }
      checkTests(rule.inner, inside, say);
      return;
    case "each": {
      const type = typeOf(rule.of, inside, say);
      const element = elementType(type);
      if (type !== undefined && element === undefined) {
        say("error", "no-list", `${nameOf(rule.of)} is no collection: -any and -all do not go with it`, rule.at);
        return;
      }
      checkTests(rule.test, element, say);
      return;
    }
    case "compare":
      checkComparison(rule, typeOf(rule.property, inside, say), say);
  }
}

/** Of elements: a text stands for itself, a plan and a group have properties. */
function elementType(type: PropertyType | undefined): PropertyType | undefined {
  return type === "texts" || type === "plans" || type === "groups" ? type : undefined;
}

function typeOf(property: Property, inside: PropertyType | undefined, say: Say): PropertyType | undefined {
  const wanted =
    inside === "texts" ? "_" : inside === "plans" ? "assignedPlan" : inside === "groups" ? "group" : "user";
  const fits = property.of === wanted || (wanted === "user" && property.of === "device");
  if (!fits) {
    const message =
      inside === undefined
        ? `${nameOf(property)} only stands inside of -any and -all`
        : `of each element of the collection, a rule asks ${wanted === "_" ? "_" : `${wanted}.…`}`;
    say("error", "element", message, property.at);
    return undefined;
  }
  if (property.of === "_") return "text";
  const known = propertyNamed(property.of, property.name);
  if (known !== undefined) return known.type;
  const refused = property.of === "user" ? NOT_IN_RULES[property.name.toLowerCase()] : undefined;
  const severity = property.name.toLowerCase() === "employeetype" ? "warning" : "error";
  if (refused !== undefined) say(severity, "property", `${nameOf(property)}: ${refused}`, property.at);
  else {
    const near = nearest(property.name, propertyNames(property.of));
    say("error", "property", `rules know no ${nameOf(property)}`, property.at, near === "" ? undefined : near);
  }
  return undefined;
}

function nameOf({ of, name }: Property): string {
  return name === "" ? of : `${of}.${name}`;
}

function checkComparison(rule: Comparison, type: PropertyType | undefined, say: Say): void {
  const { operator, value, property } = rule;
  const listed = operator === "in" || operator === "notIn";
  if (listed !== (value.kind === "list")) {
    say(
      "error",
      "value",
      listed ? `-${operator} takes a list such as ["a", "b"]` : `-${operator} takes one value`,
      value.at,
    );
  }
  if (value.kind === "null" && operator !== "eq" && operator !== "ne") {
    say("error", "null", `null goes with -eq and -ne only, not with -${operator}`, value.at);
    return;
  }
  if (type === "boolean") checkBoolean(rule, say);
  if (type === "date") checkDate(rule, say);
  if (type === "plans" || type === "groups") {
    say("error", "list", `${nameOf(property)} is a collection: ask its elements with -any or -all`, property.at);
  }
  if (type === "texts" && value.kind !== "null") {
    const message = `${nameOf(property)} is a collection, and what -${operator} asks of it is not documented`;
    say("warning", "list", message, property.at, `Write ${nameOf(property)} -any (_ -${operator} …).`);
  }
  if ((operator === "le" || operator === "ge") && type === "text") {
    say("warning", "order", `-${operator} is documented for dates only`, rule.at);
  }
  if (isMatch(rule)) checkPattern(value, say);
}

function isMatch({ operator }: Comparison): boolean {
  return operator === "match" || operator === "notMatch";
}

function checkBoolean({ operator, value, property }: Comparison, say: Say): void {
  const truth = value.kind === "boolean" || (value.kind === "text" && /^(true|false)$/i.test(value.value));
  if ((operator === "eq" || operator === "ne") && (truth || value.kind === "null")) return;
  say("error", "value", `${nameOf(property)} is true or false: compare with -eq true or -eq false`, value.at);
}

function checkDate({ operator, value, property }: Comparison, say: Say): void {
  const dated =
    value.kind === "time" ||
    value.kind === "now" ||
    value.kind === "null" ||
    (value.kind === "text" && !Number.isNaN(Date.parse(value.value)));
  if (dated && ["eq", "ne", "le", "ge"].includes(operator)) return;
  say(
    "error",
    "value",
    `${nameOf(property)} is a date: compare it with -ge, -le or -eq and a date or system.now`,
    value.at,
  );
}

function checkPattern(value: Literal, say: Say): void {
  if (value.kind !== "text") {
    say("error", "pattern", "-match takes a pattern in double quotes", value.at);
    return;
  }
  if (patternOf(value.value) === undefined) {
    if (isPattern(value.value)) {
      say("warning", "pattern", "this pattern cannot be judged here: whom it takes in stays uncertain", value.at);
    } else say("error", "pattern", "this is no regular expression", value.at);
    return;
  }
  if (value.value.startsWith("^")) return;
  const hint = `"^${value.value}" begins with it, "^${value.value}$" is it; -startsWith and -eq are faster.`;
  say("warning", "unanchored", "-match finds its pattern anywhere in the text", value.at, hint);
}

/** memberOf is a rule of its own, and knows direct members only. */
function checkMemberOf(rule: Rule, say: Say): void {
  for (const part of partsOf(rule)) {
    if (part.kind !== "each" || propertyNamed(part.of.of, part.of.name)?.type !== "groups") continue;
    if (part !== rule) say("error", "member-of", "memberOf does not go with any other expression", part.at);
    const test = part.test;
    const ids = test.kind === "compare" && test.value.kind === "list" ? test.value.items : undefined;
    if (part.every || test.kind !== "compare" || test.operator !== "in") {
      say("error", "member-of", "memberOf is asked as -any (group.objectId -in ['…'])", part.at);
    } else if ((ids?.length ?? 0) > MOST_GROUPS) {
      say("error", "member-of", `memberOf takes at most ${MOST_GROUPS} groups`, part.at);
    }
    say("warning", "member-of", "memberOf is a preview, and counts direct members only", part.at);
  }
}

function lint(part: Rule, say: Say): void {
  if (part.kind === "or") alternatives(part.parts, say);
  if (part.kind !== "compare") return;
  if (part.value.kind === "text" && part.value.value.toLowerCase() === "null") {
    say("warning", "quoted-null", '"null" in quotes is the word, not the missing value', part.value.at, "Write null.");
  }
  if (part.operator === "contains" || part.operator === "notContains") {
    const message = `-${part.operator} looks for a part of the text, and is slow in large directories`;
    say("warning", "slow", message, part.at, "-startsWith, -eq and -in are faster.");
  }
}

function alternatives(parts: readonly Rule[], say: Say): void {
  const seen = new Map<string, number>();
  for (const part of parts) {
    if (part.kind !== "compare" || part.operator !== "eq" || part.value.kind === "null") continue;
    const name = nameOf(part.property).toLowerCase();
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (times === 2) {
      const hint = `${nameOf(part.property)} -in ["…", "…"] says the same.`;
      say("warning", "or", `several -eq of ${nameOf(part.property)} are slower than one -in`, part.at, hint);
    }
  }
}

function isEverybody(rule: Rule): boolean {
  return (
    rule.kind === "compare" &&
    rule.property.name.toLowerCase() === "objectid" &&
    rule.operator === "ne" &&
    rule.value.kind === "null"
  );
}
