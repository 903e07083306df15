import { describe, expect, test } from "vitest";
import { ExpressionError, parseExpression } from "../../../../providers/okta/emulator/expression.ts";
import { evaluateRule } from "../../../../providers/okta/emulator/expression-evaluation.ts";
import type { Known, Subject } from "../../../../providers/okta/emulator/expression-values.ts";

const PROFILE: Readonly<Record<string, Known>> = {
  department: "Site Reliability",
  title: "",
  login: "ada@acme.example",
  employeeNumber: "123",
  level: 7,
  teams: ["core", "edge"],
};

const ADA: Subject = {
  id: "00u1",
  status: "ACTIVE",
  attribute: (name) => PROFILE[name] ?? null,
  groups: () => [
    { id: "00g1", name: "eng-core", type: "OKTA_GROUP", sourceId: undefined },
    { id: "00g2", name: "Everyone", type: "BUILT_IN", sourceId: undefined },
  ],
};

function verdict(expression: string): string {
  return evaluateRule(parseExpression(expression), ADA);
}

describe("expressions that match Ada", () => {
  test.each([
    'user.department=="Site Reliability"',
    'user.department != "site reliability"',
    "user.city == null",
    "user.title == ''",
    "user.level >= 7 AND user.level < 8",
    "!(user.level > 7) && (false OR true)",
    "NOT false",
    '(user.title ?: "none") == "none"',
    'user.level > 5 ? user.employeeNumber == "123" : false',
    '"a" + "b" == "ab"',
    'user.login matches "(?i)ADA@.*"',
    'String.startsWith(user.department, "Site")',
    'String.stringContains(user.department, "Rel")',
    "String.len(user.employeeNumber) == 3",
    'String.toUpperCase(user.employeeNumber + "a") == "123A"',
    'String.substring(user.department, 0, 4) == "Site"',
    'substringAfter(user.login, "@") == "acme.example"',
    'String.substringBefore(user.login, "@") == "ada"',
    'String.replace("a-b-c", "-", "") == "abc"',
    'String.replaceFirst("a-b-c", "-", "$&") == "a$&b-c"',
    'String.removeSpaces(user.department) == "SiteReliability"',
    'String.join("/", "a", "b", "c") == "a/b/c"',
    'String.stringSwitch(user.department, "none", "Sales", "s", "Rel", "r") == "r"',
    'Arrays.contains(user.teams, "edge")',
    'Arrays.contains("core, edge", "edge")',
    "Arrays.isEmpty(user.nothing)",
    "Arrays.size({1, 2, 3}) == 3",
    'user.teams[1] == "edge"',
    'Arrays.toCsvString(Arrays.remove(user.teams, "edge")) == "core"',
    'isMemberOfGroup("00g1")',
    'isMemberOfAnyGroup("00g7", "00g2")',
    'isMemberOfGroupName("Everyone")',
    'isMemberOfGroupNameStartsWith("eng-")',
    'isMemberOfGroupNameContains("core")',
    'isMemberOfGroupNameRegex("eng-.*")',
    "Arrays.size(user.getGroups({'group.type':{'OKTA_GROUP','APP_GROUP'}})) == 1",
    "Arrays.contains(user.getGroups({'group.profile.name':'eng-core','operator':'EXACT'}).![name], 'eng-core')",
    'user.getInternalProperty("status") == "ACTIVE"',
    'String.stringContains("it\'s", "t\'s")',
  ])("%s", (expression) => {
    expect(verdict(expression)).toBe("match");
  });
});

describe("expressions that do not", () => {
  test.each([
    'user.department=="Sales"',
    "user.employeeNumber == 123",
    'user.login matches "ada"',
    'isMemberOfGroupName("everyone")',
    'user.department=="Sales" AND Time.now() > 1',
  ])("%s", (expression) => {
    expect(verdict(expression)).toBe("no-match");
  });
});

describe("expressions that nobody can decide here", () => {
  test.each([
    'user.getLinkedObject("manager").title == "VP"',
    'String.startsWith(user.city, "B")',
    "user.employeeNumber < 200",
    'user.login matches "(?=a).*"',
    'user.department=="Site Reliability" AND Convert.toInt("1") == 1',
    "user.department",
    "String.len()",
    'constructor.constructor("return 1")()',
    "T(java.lang.Runtime)",
  ])("%s", (expression) => {
    expect(verdict(expression)).toBe("unknown");
  });

  test("one side decides alone where it can", () => {
    expect(verdict('user.level == 7 OR String.startsWith(user.city, "B")')).toBe("match");
  });
});

test.each(["", "user.", "a b", "(true", "{1,", '"open', "true AND", "user.x = 1", "#this"])(
  "refuses to read %s",
  (expression) => {
    expect(() => parseExpression(expression)).toThrow(ExpressionError);
  },
);
