import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../../engine/model.ts";
import { compiled, evaluateRule } from "../../../providers/okta/emulator/expression-evaluation.ts";
import { isKnown } from "../../../providers/okta/emulator/expression-values.ts";
import { type GroupFacts, groupsAsked } from "../../../providers/okta/expression/groups.ts";
import { judgeOf, type Person, parsed } from "../../../providers/okta/expression/judge.ts";

const ADA: Person = {
  id: "00uada",
  status: "ACTIVE",
  profile: {
    department: "SRE",
    title: "Staff SRE",
    level: 5,
    remote: true,
    teams: ["core", "on-call"],
    tags: "a,b",
    city: "",
  },
};

const GROUPS: readonly GroupFacts[] = [
  { id: "00g1", name: "Everyone", type: "BUILT_IN" },
  { id: "00g2", name: "eng-sre", type: "OKTA_GROUP" },
  { id: "00g3", name: "AD SRE", type: "APP_GROUP", sourceId: "0oa1" },
];
const inGroups = { groupsOf: () => GROUPS };

function judged(expression: string, options = {}): boolean | "uncertain" {
  return judgeOf(expression, options)(ADA).holds;
}

describe("a rule is judged by the profile", () => {
  test.each([
    ['user.department == "SRE"', true],
    ['user.department == "sre"', false],
    ['user.department != "Sales"', true],
    ["user.nickName == null", true],
    ['user.nickName == "x"', false],
    ['user.city == null OR user.city == ""', true],
    ["user.level >= 5 AND user.remote", true],
    ["user.level > 5", false],
    ['user.level == "5"', false],
    ['NOT (user.department == "Sales") && user.level < 9', true],
    ['(user.city ?: user.department) == "SRE"', true],
    ['user.remote ? user.level == 5 : user.nickName == "x"', true],
    ['user.department + "/" + user.title == "SRE/Staff SRE"', true],
    ['user.title matches "(?i)staff.*"', true],
    ['user.title matches "Staff"', false],
    ["user.level + 1 == 6", true],
    ["user.teams[1] == 'on-call'", true],
    ["{1, 2} == {1, 2}", true],
    ['user.getInternalProperty("status") == "ACTIVE"', true],
    ['user.getInternalProperty("id") == "00uother"', false],
    ["true", true],
  ])("%s: %s", (expression, holds) => {
    expect(judged(expression)).toBe(holds);
  });

  test.each([
    ['String.append(user.department, "x") == "SREx"', true],
    ['String.join("-", user.department, user.title) == "SRE-Staff SRE"', true],
    ["String.len(user.title) == 9", true],
    ['String.removeSpaces(user.title) == "StaffSRE"', true],
    ['String.replace(user.title, "S", "s") == "staff sRE"', true],
    ['String.replaceFirst(user.title, "S", "s") == "staff SRE"', true],
    ['String.startsWith(user.title, "Staff")', true],
    ['String.startsWith(user.title, "staff")', false],
    ['String.stringContains(user.title, "Manager")', false],
    ['String.stringSwitch(user.title, "none", "SRE", "ops", "Staff", "lead") == "ops"', true],
    ['String.substring(user.title, 0, 5) == "Staff"', true],
    ['String.substringAfter(user.title, " ") == "SRE"', true],
    ['substringBefore(user.title, " ") == "Staff"', true],
    ['String.toUpperCase(user.title) == "STAFF SRE"', true],
    ['toLowerCase(user.department) == "sre"', true],
    ['Arrays.contains(user.teams, "core")', true],
    ['Arrays.contains(user.tags, "b")', true],
    ["Arrays.isEmpty(user.nothing)", true],
    ["Arrays.size(user.teams) == 2", true],
    ['Arrays.get(user.teams, 0) == "core"', true],
    ['Arrays.size(Arrays.add(user.teams, "x")) == 3', true],
    ['Arrays.contains(Arrays.remove(user.teams, "core"), "core")', false],
    ["Arrays.isEmpty(Arrays.clear(user.teams))", true],
    ['Arrays.size(Arrays.flatten(user.teams, "x")) == 3', true],
    ['Arrays.toCsvString(user.teams) == "core,on-call"', true],
  ])("%s: %s", (expression, holds) => {
    expect(judged(expression)).toBe(holds);
  });

  test.each([
    ['isMemberOfGroup("00g2")', true],
    ['isMemberOfAnyGroup("00g9", "00g1")', true],
    ['isMemberOfGroupName("eng-sre")', true],
    ['isMemberOfGroupName("ENG-SRE")', false],
    ['isMemberOfGroupNameStartsWith("eng-")', true],
    ['isMemberOfGroupNameContains("SRE")', true],
    ['isMemberOfGroupNameRegex("(?i)ENG-.*")', true],
    ['isMemberOfGroupNameRegex("eng")', false],
    ["Arrays.size(user.getGroups({'group.type':{'APP_GROUP','BUILT_IN'}})) == 2", true],
    ["Arrays.contains(user.getGroups({'group.profile.name':'eng'}).![name], 'eng-sre')", true],
    ["Arrays.isEmpty(user.getGroups({'group.profile.name':'eng','operator':'EXACT'}))", true],
  ])("and by groups: %s: %s", (expression, holds) => {
    expect(judged(expression, inGroups)).toBe(holds);
    expect(judged(expression), "without them").toBe("uncertain");
  });
});

describe("what Okta does not document is uncertain", () => {
  test.each([
    ["String.len(user.nickName) == 0", "a null argument"],
    ["user.level + user.title == 'x'", "a number beside a text"],
    ["user.nickName < 3", "a null compared"],
    ['String.substring(user.city, 0, 3) == "abc"', "outside of the text"],
    ['String.substringAfter(user.title, "x") == ""', "around what is not in it"],
    ["user.teams[7] == 'x'", "outside of the list"],
    ['user.title matches "(?=S).*"', "Java's own patterns"],
    ['isMemberOfGroupNameRegex("(?=S).*")', "the same"],
    ['user.getLinkedObject("manager").department == "SRE"', "somebody else"],
    ["user.getGroups({'group.profile.name':'x','operator':'CONTAINS'}) == null", "another operator"],
    ['Iso3166Convert.toName(user.city) == "x"', "a function of elsewhere"],
    ["user.department", "no answer of yes or no"],
    ["user.department ==", "no expression"],
  ])("%s: %s", (expression) => {
    expect(judged(expression, inGroups)).toBe("uncertain");
  });

  test("unless the other side decides alone, and says why otherwise", () => {
    const linked = 'user.getLinkedObject("manager").department == "SRE"';
    expect(judged(`${linked} AND user.department == "Sales"`)).toBe(false);
    expect(judged(`user.department == "SRE" OR ${linked}`)).toBe(true);
    expect(judgeOf(`${linked} AND user.department == "SRE"`)(ADA)).toEqual({
      holds: "uncertain",
      why: "linked objects are not read",
      by: [{ attribute: "department", value: "SRE" }],
    });
  });
});

test("what decided is told: one false side of an AND, one true side of an OR, else all of them", () => {
  const by = (expression: string): unknown =>
    Object.fromEntries(judgeOf(expression, inGroups)(ADA).by.map(({ attribute, value }) => [attribute, value]));
  expect(by('user.remote AND user.department == "Sales" AND user.level == 5')).toEqual({ department: "SRE" });
  expect(by('user.city == "Oslo" OR user.level == 5')).toEqual({ level: 5 });
  expect(by('user.remote AND NOT (user.department == "Sales")')).toEqual({ remote: true, department: "SRE" });
  expect(by('isMemberOfGroupName("eng-sre")')).toEqual({ 'isMemberOfGroupName("eng-sre")': true });
});

describe("only the members of groups that are asked about need reading", () => {
  const asked = (expression: string): unknown => {
    const tree = parsed(expression);
    return tree && groupsAsked(tree, GROUPS)?.map(({ name }) => name);
  };
  test.each([
    ['user.department == "x"', []],
    ['isMemberOfGroupNameContains("SRE") OR isMemberOfGroup("00g1")', ["Everyone", "AD SRE"]],
    ["user.getGroups({'group.type':{'APP_GROUP'}},{'group.profile.name':'eng'}).![name] == {}", []],
    ['isMemberOfGroupNameRegex("eng.*")', ["eng-sre"]],
  ])("%s: %s", (expression, names) => {
    expect(asked(expression)).toEqual(names);
  });

  test("and where the name hangs on the person, nobody can say which", () => {
    expect(asked('isMemberOfGroupName("eng-" + user.department)')).toBeUndefined();
  });
});

describe("cautiously, so that nobody is taken out for a doubt", () => {
  test.each([
    ['user.nickName == "x"', "nobody set the attribute, or it is not shown"],
    ["user.nickName == null", "the same"],
    ['user.department == "sre"', "letter case alone"],
    ['user.department != "sre"', "letter case alone"],
    ['String.startsWith(user.title, "staff")', "letter case alone"],
    ['Arrays.contains(user.teams, "CORE")', "letter case alone"],
    ['user.level == "5"', "a number beside a text"],
    ['user.department matches "S.*"', "Java's patterns"],
  ])("%s: %s", (expression) => {
    expect(judged(expression, { cautious: true })).toBe("uncertain");
  });

  test("what is sure all the same", () => {
    expect(judged('user.department == "Sales"', { cautious: true })).toBe(false);
    expect(judged('Arrays.contains(user.teams, "core")', { cautious: true })).toBe(true);
  });
});

test("the tenant judges everybody alike, wherever both are sure", () => {
  let sure = 0;
  fc.assert(
    fc.property(rule(), profile, fc.subarray([...GROUPS]), (expression, attributes, groups) => {
      const person: Person = { id: "00u1", status: "ACTIVE", profile: attributes };
      const ours = judgeOf(expression, { groupsOf: () => groups })(person).holds;
      const theirs = evaluateRule(compiled(expression), {
        id: person.id,
        status: person.status,
        attribute: (name) => {
          const value = Object.hasOwn(attributes, name) ? attributes[name] : null;
          return isKnown(value) ? value : null;
        },
        groups: () => groups.map((group) => ({ sourceId: undefined, ...group })),
      });
      if (ours === "uncertain" || theirs === "unknown") return;
      sure += 1;
      expect(theirs).toBe(ours ? "match" : "no-match");
    }),
    { numRuns: 1_500 },
  );
  expect(sure).toBeGreaterThan(700);
});

const text = fc.constantFrom('"SRE"', '"sre"', '"Staff SRE"', '"S"', "'a,b'", '""', '"eng-sre"');
const attribute = fc.constantFrom("user.department", "user.title", "user.city", "user.nickName");
const profile: fc.Arbitrary<Readonly<Record<string, Value>>> = fc.record(
  {
    department: fc.constantFrom("SRE", "sre", "Sales", ""),
    title: fc.constantFrom("Staff SRE", "S", ""),
    city: fc.constantFrom("Oslo", "", null),
    level: fc.integer({ min: 3, max: 6 }),
    remote: fc.boolean(),
    teams: fc.subarray(["core", "on-call", "S"]),
  },
  { requiredKeys: [] },
);

function rule(): fc.Arbitrary<string> {
  return fc.letrec<{ rule: string; words: string }>((tie) => ({
    words: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      attribute,
      text,
      fc.tuple(fc.constantFrom("String.toUpperCase", "toLowerCase", "String.removeSpaces"), tie("words")).map(callOf),
      fc.tuple(fc.constantFrom("String.append", "String.substringAfter"), tie("words"), text).map(callOf),
      fc.tuple(tie("words"), tie("words")).map(([a, b]) => `(${a} ?: ${b})`),
    ),
    rule: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(tie("words"), fc.constantFrom("==", "!=", "<", ">="), tie("words")).map((parts) => parts.join(" ")),
      fc.tuple(fc.constantFrom("String.startsWith", "String.stringContains"), tie("words"), tie("words")).map(callOf),
      fc
        .tuple(fc.constantFrom("==", "<", ">"), fc.integer({ min: 3, max: 6 }))
        .map((parts) => `user.level ${parts.join(" ")}`),
      fc.tuple(fc.constant("Arrays.contains"), fc.constantFrom("user.teams", "user.title"), text).map(callOf),
      fc.tuple(fc.constantFrom("isMemberOfGroupName", "isMemberOfGroupNameContains"), text).map(callOf),
      fc.constantFrom("user.remote", "true", "Arrays.isEmpty(user.teams)", "user.title matches 'S.*'"),
      tie("rule").map((inner) => `NOT (${inner})`),
      fc.tuple(tie("rule"), fc.constantFrom("AND", "OR"), tie("rule")).map(([a, word, b]) => `(${a} ${word} ${b})`),
      fc.tuple(tie("rule"), tie("rule"), tie("rule")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
  })).rule;
}

function callOf([name, ...args]: readonly string[]): string {
  return `${name}(${args.join(", ")})`;
}
