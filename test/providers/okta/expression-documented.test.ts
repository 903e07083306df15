/**
 * What Okta documents of group-rule expressions (okta.md §5): each literal, operator and function with what it gives,
 * checked here, judged here, and evaluated by the tenant's own engine, which was written apart.
 */
import { describe, expect, test } from "vitest";
import { compiled, evaluateRule } from "../../../providers/okta/emulator/expression-evaluation.ts";
import { isKnown } from "../../../providers/okta/emulator/expression-values.ts";
import { checkExpression } from "../../../providers/okta/expression/check.ts";
import { FUNCTIONS } from "../../../providers/okta/expression/functions.ts";
import type { GroupFacts } from "../../../providers/okta/expression/groups.ts";
import { judgeOf, type Person } from "../../../providers/okta/expression/judge.ts";

const ADA: Person = {
  id: "00uada",
  status: "ACTIVE",
  profile: {
    firstName: "Ada",
    department: "SRE",
    title: "Staff SRE",
    level: 5,
    load: 0.5,
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

const judged = (expression: string): boolean | "uncertain" =>
  judgeOf(expression, { groupsOf: () => GROUPS })(ADA).holds;

function inTenant(expression: string): boolean | "uncertain" {
  const verdict = evaluateRule(compiled(expression), {
    id: ADA.id,
    status: ADA.status,
    attribute: (name) => {
      const value = ADA.profile[name];
      return isKnown(value) ? value : null;
    },
    groups: () => GROUPS.map((group) => ({ sourceId: undefined, ...group })),
  });
  return verdict === "unknown" ? "uncertain" : verdict === "match";
}

const TABLE: readonly (readonly [expression: string, holds: boolean])[] = [
  // Literals
  ["'SRE' == \"SRE\"", true],
  ["user.level == 5 AND user.load == 0.5 AND -1 < 0", true],
  ["true AND !false", true],
  ["user.nickName == null", true],
  ["user.city == null", false],
  ["{1, 2, 3}[1] == 2", true],
  // Comparisons
  ['user.department == "sre"', false],
  ['user.department != "sre"', true],
  ["user.level < 6 AND user.level > 4 AND user.level <= 5 AND user.level >= 5", true],
  ['user.level == "5"', false],
  // Logic, in words and signs, in any case
  ["true && false || true", true],
  ["true OR true AND false", true],
  ["not false and (false or true)", true],
  ["NOT false AND !false", true],
  ['user.nickName == "x" OR user.remote', true],
  // Choices, concatenation, patterns
  ['user.remote ? "a" == "a" : false', true],
  ['(user.city ?: user.department) == "SRE"', true],
  ['(user.nickName ?: "none") == "none"', true],
  ['user.firstName + " " + user.title == "Ada Staff SRE"', true],
  ['user.title matches "Staff.*"', true],
  ['user.title matches "Staff"', false],
  ['user.title matches "(?i)STAFF sre"', true],
  // Attributes and properties
  ['user.getInternalProperty("id") == "00uada"', true],
  ['user.getInternalProperty("status") == "ACTIVE"', true],
  // Texts
  ['String.append(user.department, "/1") == "SRE/1"', true],
  ['String.join(",", "a", "b", "c") == "a,b,c"', true],
  ['String.len("four") == 4 AND String.len("") == 0', true],
  ['String.removeSpaces(" a b ") == "ab"', true],
  ['String.replace("a.a.a", ".", "-") == "a-a-a"', true],
  ['String.replaceFirst("a.a.a", ".", "-") == "a-a.a"', true],
  ['String.startsWith(user.title, "Staff") AND !String.startsWith(user.title, "staff")', true],
  ['String.stringContains(user.title, "f S") AND !String.stringContains(user.title, "sre")', true],
  ['String.stringSwitch(user.title, "none", "SRE", "ops", "Staff", "lead") == "ops"', true],
  ['String.stringSwitch(user.title, "none", "Sales", "s") == "none"', true],
  ['String.substring(user.title, 6, 9) == "SRE"', true],
  ['String.substringAfter("a@b@c", "@") == "b@c"', true],
  ['String.substringBefore("a@b@c", "@") == "a"', true],
  ['String.toUpperCase(user.firstName) == "ADA" AND String.toLowerCase(user.firstName) == "ada"', true],
  ['toUpperCase("a") == "A" AND toLowerCase("A") == "a"', true],
  ['substring("abc", 0, 1) == "a" AND substringBefore("a-b", "-") == "a" AND substringAfter("a-b", "-") == "b"', true],
  // Lists
  ['Arrays.contains(user.teams, "core") AND !Arrays.contains(user.teams, "Core")', true],
  ['Arrays.contains(user.tags, "b")', true],
  ["Arrays.isEmpty(user.nothing) AND Arrays.isEmpty({}) AND !Arrays.isEmpty(user.teams)", true],
  ["Arrays.size(user.nothing) == 0 AND Arrays.size(user.teams) == 2", true],
  ['Arrays.get(user.teams, 1) == "on-call"', true],
  ['Arrays.size(Arrays.add(user.teams, "x")) == 3', true],
  ['Arrays.contains(Arrays.remove(user.teams, "core"), "core")', false],
  ["Arrays.isEmpty(Arrays.clear(user.teams))", true],
  ['Arrays.toCsvString(Arrays.flatten(user.teams, "x")) == "core,on-call,x"', true],
  // Groups
  ['isMemberOfGroup("00g2") AND !isMemberOfGroup("00g9")', true],
  ['isMemberOfAnyGroup("00g9", "00g1")', true],
  ['isMemberOfGroupName("AD SRE") AND !isMemberOfGroupName("ad sre")', true],
  ['isMemberOfGroupNameStartsWith("eng-") AND !isMemberOfGroupNameStartsWith("Eng")', true],
  ['isMemberOfGroupNameContains("-s") AND !isMemberOfGroupNameContains("SALES")', true],
  ['isMemberOfGroupNameRegex("eng-.*") AND !isMemberOfGroupNameRegex("eng-")', true],
  ["Arrays.size(user.getGroups({'group.id':{'00g1','00g2'}})) == 2", true],
  ["Arrays.size(user.getGroups({'group.source.id':{'0oa1'}})) == 1", true],
  ["Arrays.size(user.getGroups({'group.type':{'APP_GROUP'}})) == 1", true],
  ["Arrays.size(user.getGroups({'group.profile.name':'eng'})) == 1", true],
  ["Arrays.isEmpty(user.getGroups({'group.profile.name':'eng','operator':'EXACT'}))", true],
  ["Arrays.isEmpty(user.getGroups({'group.type':{'APP_GROUP'}},{'group.profile.name':'eng'}))", true],
  ["Arrays.contains(user.getGroups({'group.type':{'OKTA_GROUP'}}).![name], 'eng-sre')", true],
];

describe("each documented element", () => {
  test.each(TABLE)("%s: %s", (expression, holds) => {
    expect(checkExpression(expression).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(judged(expression)).toBe(holds);
    expect(inTenant(expression), "and in the tenant").toBe(holds);
  });

  test("has its row", () => {
    const all = TABLE.map(([expression]) => expression).join("\n");
    const without = Object.keys(FUNCTIONS).filter(
      (name) => !new RegExp(`(?<![.\\w])${name.replace(".", "\\.")}\\(`).test(all),
    );
    expect(without, "somebody else's attributes are not read: uncertain").toEqual(["user.getLinkedObject"]);
    expect(judged('user.getLinkedObject("manager").title == "VP"')).toBe("uncertain");
  });
});

describe("what group rules do not take is refused, with what to write instead where there is something", () => {
  test.each([
    "Convert.toInt(user.tags) == 1",
    "Time.now() == 'x'",
    'Groups.startsWith("OKTA", "eng", 1) == user.teams',
    'getFilteredGroups({"00g1"}, "group.name", 40) == user.teams',
    'getManagerUser("active_directory").title == "VP"',
    'getManagerAppUser("a", "b").title == "VP"',
    'getAssistantUser("active_directory").title == "VP"',
    'getAssistantAppUser("a", "b").title == "VP"',
    "hasDirectoryUser()",
    "hasWorkdayUser()",
    'findDirectoryUser().title == "VP"',
    'findWorkdayUser().title == "VP"',
    'app.name == "x"',
    'appuser.role == "x"',
    'idpuser.role == "x"',
    'org.name == "x"',
    'session.amr == "x"',
    'String.endsWith(user.title, "SRE")',
    'user.title = "x"',
    "String.len(user.title)",
    "String.len(user.title, 1) == 1",
  ])("%s", (expression) => {
    const errors = checkExpression(expression).filter(({ severity }) => severity === "error");
    expect(errors.length).toBeGreaterThan(0);
    for (const { hint } of errors) expect(hint).not.toBe("");
  });

  test("and what is deprecated or told differently from page to page is pointed out", () => {
    const codes = (expression: string): readonly string[] => checkExpression(expression).map(({ code }) => code);
    for (const [name, { instead }] of Object.entries(FUNCTIONS)) {
      const least = FUNCTIONS[name]?.least ?? 0;
      const call = `${name}(${Array.from({ length: least }, () => "user.title").join(", ")}) == user.title`;
      const wanted = name.startsWith("Arrays.") ? ["okta-expression-unverified"] : [];
      expect(codes(call), call).toEqual(instead === undefined ? wanted : ["okta-expression-deprecated"]);
    }
    expect(codes('user.title matches "x"')).toEqual(["okta-expression-deprecated"]);
    expect(codes('Iso3166Convert.toAlpha2(user.countryCode) == "NO"')).toEqual(["okta-expression-unconfirmed"]);
  });
});
