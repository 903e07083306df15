import { describe, expect, test } from "vitest";
import { judge } from "../../../providers/okta/expression/judge.ts";

const ADA = {
  id: "00uada",
  status: "ACTIVE",
  profile: { department: "SRE", title: "Staff SRE", level: 5, remote: true, teams: ["core", "on-call"] },
};

describe("a rule is judged by what a profile shows", () => {
  test.each([
    ['user.department == "SRE"', "match"],
    ['user.department == "Sales"', "no-match"],
    ['user.department != "Sales"', "match"],
    ["user.level >= 5 AND user.remote", "match"],
    ["user.level > 5", "no-match"],
    ['NOT (user.department == "Sales") && user.level < 9', "match"],
    ['String.startsWith(user.title, "Staff")', "match"],
    ['String.stringContains(user.title, "Manager")', "no-match"],
    ['String.toLowerCase(user.department) == "sre"', "match"],
    ['user.department + "/" + user.title == "SRE/Staff SRE"', "match"],
    ['Arrays.contains(user.teams, "core")', "match"],
    ['Arrays.contains(user.teams, "sales")', "no-match"],
    ['user.remote ? user.level == 5 : user.nickName == "x"', "match"],
    ['user.getInternalProperty("status") == "ACTIVE"', "match"],
    ['user.getInternalProperty("id") == "00uother"', "no-match"],
    ["true", "match"],
  ])("%s: %s", (expression, judged) => {
    expect(judge(expression, ADA)).toBe(judged);
  });
});

describe("what is not certain is unknown, so that nobody is taken out for it", () => {
  test.each([
    ['user.nickName == "x"', "nobody set the attribute, or it is not shown"],
    ["user.nickName == null", "the same"],
    ['user.department == "sre"', "letter case alone"],
    ['user.department != "sre"', "letter case alone"],
    ['String.startsWith(user.title, "staff")', "letter case alone"],
    ['Arrays.contains(user.teams, "CORE")', "letter case alone"],
    ['user.level == "5"', "a number beside a text"],
    ['isMemberOfGroupName("sre")', "groups"],
    ['user.getLinkedObject("manager").department == "SRE"', "somebody else"],
    ['user.department matches "S.*"', "Java's patterns"],
    ["user.department", "no answer of yes or no"],
    ["user.department ==", "no expression"],
  ])("%s: %s", (expression) => {
    expect(judge(expression, ADA)).toBe("unknown");
  });

  test("unless the other side decides alone", () => {
    expect(judge('isMemberOfGroupName("sre") AND user.department == "Sales"', ADA)).toBe("no-match");
    expect(judge('user.department == "SRE" OR isMemberOfGroupName("sre")', ADA)).toBe("match");
    expect(judge('isMemberOfGroupName("sre") AND user.department == "SRE"', ADA)).toBe("unknown");
  });
});
