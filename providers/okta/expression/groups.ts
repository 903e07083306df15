/** Which groups an expression asks about: only their members need reading, whatever the organization holds. */
import type { Value } from "../../../engine/model.ts";
import { isList, isObject } from "../../../engine/value.ts";
import type { Expression } from "./parse.ts";
import { wholly } from "./values.ts";
import { nameOf, nodesOf } from "./walk.ts";

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly sourceId?: string;
}

/** Is the group meant by one argument; undefined where nobody can tell. */
export type GroupTest = (group: GroupFacts) => boolean | undefined;

/** By function: whether a group is meant by a text. Names are compared with case, and those of any source count. */
const TESTS: Readonly<Record<string, (group: GroupFacts, text: string) => boolean | undefined>> = {
  isMemberOfGroup: ({ id }, text) => id === text,
  isMemberOfAnyGroup: ({ id }, text) => id === text,
  isMemberOfGroupName: ({ name }, text) => name === text,
  isMemberOfGroupNameStartsWith: ({ name }, text) => name.startsWith(text),
  isMemberOfGroupNameContains: ({ name }, text) => name.includes(text),
  isMemberOfGroupNameRegex: ({ name }, text) => wholly(name, text),
};

export function asksGroups(name: string): boolean {
  return Object.hasOwn(TESTS, name) || name === "user.getGroups";
}

/** What a call is about; undefined where its arguments are no constants, or are not documented. */
export function groupTestOf(name: string, args: readonly Value[]): GroupTest | undefined {
  if (name === "user.getGroups") return criteriaTest(args);
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  const texts = args.filter((arg) => typeof arg === "string");
  if (test === undefined || texts.length === 0 || texts.length < args.length) return undefined;
  return (group) => anySays(texts.map((text) => test(group, text)));
}

/** All that may be meant anywhere in the expression; undefined where a call cannot be understood without a person. */
export function groupsAsked(tree: Expression, groups: readonly GroupFacts[]): readonly GroupFacts[] | undefined {
  const tests: GroupTest[] = [];
  for (const node of nodesOf(tree)) {
    const name = node.kind === "call" ? nameOf(node.callee) : undefined;
    if (node.kind !== "call" || name === undefined || !asksGroups(name)) continue;
    const args = node.args.map(constantOf);
    const test = args.includes(undefined)
      ? undefined
      : groupTestOf(
          name,
          args.flatMap((arg) => arg ?? []),
        );
    if (test === undefined) return undefined;
    tests.push(test);
  }
  return groups.filter((group) => tests.some((test) => test(group) !== false));
}

/** Criteria are ANDed; a name is the beginning of one unless the operator says otherwise (okta.md §5). */
function criteriaTest(criteria: readonly Value[]): GroupTest | undefined {
  const tests: GroupTest[] = [];
  for (const criterion of criteria) {
    if (!isObject(criterion)) return undefined;
    const { operator = "STARTS_WITH", ...wanted } = criterion;
    for (const [key, value] of Object.entries(wanted)) {
      const texts = (isList(value) ? value : [value]).filter((text) => typeof text === "string");
      const test = criterionTest(key, operator);
      if (test === undefined || texts.length === 0) return undefined;
      tests.push((group) => anySays(texts.map((text) => test(group, text))));
    }
  }
  if (tests.length === 0) return undefined;
  return (group) => {
    const said = tests.map((test) => test(group));
    return said.includes(false) ? false : said.includes(undefined) ? undefined : true;
  };
}

function anySays(said: readonly (boolean | undefined)[]): boolean | undefined {
  return said.includes(true) ? true : said.includes(undefined) ? undefined : false;
}

function criterionTest(
  key: string,
  operator: Value,
): ((group: GroupFacts, text: string) => boolean | undefined) | undefined {
  if (key === "group.id") return ({ id }, text) => id === text;
  // Which directory or app an imported group comes from is not in every read.
  if (key === "group.source.id") {
    return ({ sourceId, type }, text) =>
      sourceId !== undefined ? sourceId === text : type === "APP_GROUP" ? undefined : false;
  }
  if (key === "group.type") return ({ type }, text) => type === text;
  if (key !== "group.profile.name") return undefined;
  if (operator === "EXACT") return ({ name }, text) => name === text;
  return operator === "STARTS_WITH" ? ({ name }, text) => name.startsWith(text) : undefined;
}

/** A literal, or a list or criteria of literals. */
function constantOf(node: Expression): Value | undefined {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "list": {
      const items = node.items.map(constantOf);
      return items.includes(undefined) ? undefined : items.flatMap((item) => (item === undefined ? [] : [item]));
    }
    case "criteria": {
      const entries = node.entries.map(({ key, value }) => [key, constantOf(value)] as const);
      if (entries.some(([, value]) => value === undefined)) return undefined;
      return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
    }
    default:
      return undefined;
  }
}
