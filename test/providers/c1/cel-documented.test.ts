/**
 * What C1's pages document of its expressions (c1.md §12): each variable, field, list of values and function, where it
 * exists and where it does not, and what a membership rule makes of it.
 */
import { describe, expect, test } from "vitest";
import { checkCel } from "../../../engine/cel/cel.ts";
import {
  APPROVERS,
  CONFIGURATION_RULE,
  MEMBERSHIP,
  POLICY_CONDITION,
  REVIEWED_ACCOUNTS,
  REVIEWED_USERS,
  STEP,
  STEP_CONDITION,
  TRIGGER_CONDITION,
  WAIT_CONDITION,
} from "../../../providers/c1/cel.ts";
import { judgement } from "./judged.ts";

const CONTEXTS = {
  membership: MEMBERSHIP,
  condition: POLICY_CONDITION,
  approvers: APPROVERS,
  wait: WAIT_CONDITION,
  trigger: TRIGGER_CONDITION,
  step: STEP,
  skip: STEP_CONDITION,
  users: REVIEWED_USERS,
  accounts: REVIEWED_ACCOUNTS,
  configuration: CONFIGURATION_RULE,
};
type Context = keyof typeof CONTEXTS;
const ALL = Object.keys(CONTEXTS) as Context[];

const problems = (text: string, context: Context): readonly string[] =>
  checkCel(text, { ...CONTEXTS[context], result: "dyn" }).map(({ message }) => message);
const compilesIn = (text: string): readonly Context[] => ALL.filter((context) => problems(text, context).length === 0);

describe("variables", () => {
  test.each<[string, readonly Context[]]>([
    ["subject.department", ["membership", "condition", "approvers", "wait", "users"]],
    ["subject.app_user_type", ["accounts"]],
    ["account.email", ["condition"]],
    ["entitlement.id", ["condition", "approvers", "wait", "configuration"]],
    ["entitlement.role.display_name", ["configuration"]],
    ["entitlement.scope", ["configuration"]],
    ["task.id", ["condition", "approvers", "wait"]],
    ["ip.isPrivate", ["condition"]],
    ["appOwners[0].id", ["approvers", "wait"]],
    ["app_owners[0].id", ["approvers", "wait"]],
    ["ctx.trigger.oldUser.department", ["trigger", "step", "skip"]],
    ["ctx.trigger.new_account.email", ["trigger", "step", "skip"]],
    ["ctx.trigger.entitlement.id", ["trigger", "step", "skip"]],
    ["ctx.look_up.user.email", ["step", "skip"]],
    ["user.email", []],
  ])("%s exists in %j, and nowhere else", (text, contexts) => {
    expect(compilesIn(text)).toEqual(contexts);
  });
});

describe("fields, in both spellings", () => {
  const fields = (variable: string, type: string, names: string): readonly (readonly [string, string])[] =>
    names.split(" ").flatMap((name) => {
      const other = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [...new Set([name, other])].map((one) => [`${variable}.${one}`, type] as const);
    });
  test.each([
    ...fields(
      "subject",
      "string",
      "id email displayName username department jobTitle employmentType employmentStatus manager managerId",
    ),
    ...fields("subject", "list<string>", "emails usernames"),
    ...fields("subject", "int", "status directoryStatus type"),
    ...fields("subject", "map<string, dyn>", "profile attributes"),
    ...fields("account", "string", "id displayName username email status.details"),
    ...fields("account", "list<string>", "usernames emails employeeIds"),
    ...fields("account", "int", "appUserType status.status"),
    ...fields("account", "map<string, dyn>", "profile attributes"),
    ...fields("account", "list", "securityInsights riskScores"),
    ...fields("account", "map<string, int>", "riskScore"),
    ...fields("task", "string", "id numericId displayName subjectUserId requestorUserId analysis.id"),
    ...fields("task", "int", "origin"),
    ...fields("task", "bool", "isGrantPermanent analysis.hasConflictViolations"),
    ...fields("task", "google.protobuf.Duration", "grantDuration"),
    ...fields("task", "google.protobuf.Timestamp", "createdAt"),
    ...fields("task", "list<string>", "analysis.conflictViolations"),
    ...fields("entitlement", "string", "id appId riskLevelValueId appResourceTypeId appResourceId appResourceType"),
    ...fields("entitlement", "string", "displayName description"),
    ...fields("entitlement", "map<string, string>", "annotations"),
    ...fields('c1.directory.groups.v1.FindByName("x")', "string", "id appId displayName"),
    ..."is4 is6 isPrivate isLoopback isGlobalUnicast isMulticast isInterfaceLocalMulticast isLinkLocalMulticast isUnspecified"
      .split(" ")
      .map((name) => [`ip.${name}`, "bool"] as const),
  ])("%s is of type %s", (text, type) => {
    expect(checkCel(text, { ...POLICY_CONDITION, result: type })).toEqual([]);
    expect(checkCel(text, { ...POLICY_CONDITION, result: "bytes" })).toHaveLength(1);
  });

  test("a user has no annotations, and no field that nobody documents", () => {
    for (const text of ["subject.annotations", "subject.employee_id", "account.manager", "task.state", "ip.isTor"]) {
      expect(problems(text, "condition"), text).toHaveLength(1);
    }
  });
});

describe("lists of values, in both spellings", () => {
  const members = (name: string, prefix: string, values: string): readonly string[] =>
    values.split(" ").flatMap((value) => [`${name}.${value}`, `${name}.${prefix}_${value}`, `${prefix}_${value}`]);
  test.each([
    ...members("UserStatus", "USER_STATUS", "ENABLED DISABLED DELETED"),
    ...members("UserType", "USER_TYPE", "HUMAN AGENT SERVICE SYSTEM"),
    ...members("AppUserType", "APP_USER_TYPE", "USER SERVICE_ACCOUNT SYSTEM_ACCOUNT"),
    ...members("Status", "APP_USER_STATUS", "ENABLED DISABLED DELETED"),
    ...members(
      "TaskOrigin",
      "TASK_ORIGIN",
      "WEBAPP SLACK API JIRA COPILOT PROFILE_MEMBERSHIP_AUTOMATION TIME_REVOKE NON_USAGE_REVOKE",
    ),
    ...members(
      "TaskOrigin",
      "TASK_ORIGIN",
      "PROFILE_MEMBERSHIP_MANUAL PROFILE_MEMBERSHIP AUTOMATION ACCESS_REVIEW CASCADE_DELETE",
    ),
    ..."RFC3339 DATE DATETIME TIME".split(" ").map((value) => `TimeFormat.${value}`),
  ])("%s", (text) => {
    expect(compilesIn(`${text} == 1`)).toEqual(ALL);
  });

  test("and no other value", () => {
    for (const text of ["UserStatus.SUSPENDED", "UserType.PERSON", "TaskOrigin.MAIL", "TimeFormat.ISO"]) {
      expect(problems(text, "membership"), text).toHaveLength(1);
    }
  });
});

describe("functions", () => {
  const DIRECTORY = ["membership", "condition", "approvers", "wait", "step", "skip", "users"] as const;
  const user = 'c1.directory.users.v1.GetByID("x")';
  test.each<[string, readonly Context[]]>([
    [`c1.user.v1.HasApp(${user}, "a")`, DIRECTORY],
    [`c1.user.v1.HasEntitlement(${user}, "a", "e")`, DIRECTORY],
    [`c1.user.v1.GetAppUserStatus(${user}, "a") == "USER_STATUS_ENABLED"`, DIRECTORY],
    ['c1.directory.users.v1.FindByEmail("x").email', DIRECTORY],
    ['c1.directory.users.v1.GetByID("x").email', DIRECTORY],
    ['c1.directory.users.v1.FindByName("x").email', DIRECTORY],
    [`c1.directory.users.v1.GetManagers(${user})[0].email`, DIRECTORY],
    [`c1.directory.users.v1.DirectReports(${user})[0].email`, DIRECTORY],
    [`c1.directory.users.v1.DirectReports([${user}])[0].email`, DIRECTORY],
    ['c1.directory.groups.v1.FindByName("x").display_name', DIRECTORY],
    ['c1.directory.apps.v1.GetEntitlementMembers("a", "e")[0].email', DIRECTORY],
  ])("%s is everywhere but in triggers and configuration rules", (text, contexts) => {
    expect(compilesIn(text)).toEqual(expect.arrayContaining([...contexts]));
    expect(compilesIn(text)).not.toContain("trigger");
    expect(compilesIn(text)).not.toContain("configuration");
  });

  test.each<[string, readonly Context[]]>([
    [`c1.user.v1.ListAppUsersForUser(${user}, "a")[0].email`, ["step", "skip"]],
    [`c1.user.v1.GetAppUsersForUser(${user}, "a")[0].email`, ["step", "skip"]],
    [`c1.user.v1.GetAppUserManagers(${user}, "a")[0].email`, ["approvers"]],
    [`c1.user.v1.GrantedFromEnrollment(${user}, "a", "e")`, ["condition"]],
    [`c1.user.v1.AutomaticallyGrantedFromEnrollment(${user}, "a", "e")`, ["condition"]],
    ['c1.directory.apps.v1.GetEntitlementOwners("a", "e")[0].email', ["condition", "approvers"]],
    ["c1.directory.apps.v1.GetEntitlementOwners(entitlement)[0].email", ["condition", "approvers"]],
    ["c1.app_user.v1.HasSecurityInsight(account)", ["condition"]],
    ['c1.app_user.v1.GetSecurityInsights(account, "s").size() > 0', ["condition"]],
    ['c1.app_user.v1.HasSecurityInsightWithSeverity(account, "s", "HIGH")', ["condition"]],
    ["c1.app_user.v1.HasRiskScore(account)", ["condition"]],
    ['c1.app_user.v1.GetRiskScore(account, "s").normalized_score > 50', ["condition"]],
    ['cidr("10.0.0.0/8").contains(ip("10.1.2.3"))', ["condition", "trigger", "step", "skip"]],
    ['ip("10.1.2.3").within(cidr(["10.0.0.0/8", "192.168.0.0/16"]))', ["condition", "trigger", "step", "skip"]],
  ])("%s is at least in %j, and in no rule about members", (text, contexts) => {
    expect(compilesIn(text)).toEqual(expect.arrayContaining([...contexts]));
    expect(compilesIn(text)).not.toContain("membership");
    expect(compilesIn(text)).not.toContain("configuration");
  });

  test.each([
    "now() > timestamp('2026-01-01T00:00:00Z')",
    'time.parse("2026-01-31", TimeFormat.DATE) < now()',
    'time.parse("31.01.2026", "02.01.2006", "Europe/Oslo") < now()',
    'time.try_parse("x", "rfc3339", now()) < now()',
    'time.format(now(), "Monday", "Europe/Oslo") == "Monday"',
    "time.format(now(), TimeFormat.TIME) == '10:00:00'",
    "time.unix(1) < time.unix_ms(1)",
    ...["start_of", "end_of", "truncate"].flatMap((name) => [
      `time.${name}(now(), "quarter") < now()`,
      `time.${name}(now(), "week", "Europe/Oslo") < now()`,
    ]),
    'now() - duration("72h") < now() + duration("1m30s")',
    'now().getHours("Europe/Oslo") == 11 && now().getDayOfWeek() == 1',
    '"x".contains("x") && "x".startsWith("x") && "x".endsWith("x") && "x".matches("x")',
    '"A b".lowerAscii().upperAscii().trim().replace("A", "b").split(" ").size() == 2',
    '"".ifEmpty("none") == "none"',
    'size("x") == 1 && size(["x"]) == 1 && "a" in ["a"] && ["a"][0] == "a" && ["a"] + ["b"] == ["a", "b"]',
    "[1, 2].filter(i, i > 1).map(i, i * 2).exists(i, i == 4) && [1].all(i, i > 0) && [1].exists_one(i, i == 1)",
    'size({"a": 1}) == 1 && "a" in {"a": 1} ? int("1") == 1 : string(1) == "1"',
  ])("%s is everywhere", (text) => {
    for (const context of ALL) expect(problems(text, context), context).toEqual([]);
  });

  test("are checked: names, numbers and types of their arguments, and what they give", () => {
    for (const text of [
      'c1.user.v1.HasApps(subject, "a")',
      'c1.users.v1.HasApp(subject, "a")',
      "c1.user.v1.HasApp(subject)",
      'c1.user.v1.HasApp("ada", "a")',
      "c1.user.v1.HasEntitlement(subject, 'a', 1)",
      'c1.directory.users.v1.FindByEmail("x").mail',
      'time.parse("x") < now()',
      'now() > "2026-01-01"',
      "subject.department > 1",
      "subject.emails == subject.email",
      'subject.department.beginsWith("x")',
    ]) {
      expect(problems(text, "membership"), text).toHaveLength(1);
    }
    const wrong = (text: string, context: Context): readonly string[] =>
      checkCel(text, CONTEXTS[context]).map(({ code }) => code);
    expect(wrong("subject.department", "membership")).toEqual(["wrong-result"]);
    expect(wrong("subject.department", "approvers"), "nobody").toEqual(["wrong-result"]);
    expect(wrong("appOwners", "approvers")).toEqual([]);
    expect(wrong("appOwners[0]", "approvers")).toEqual([]);
    expect(wrong("task.is_grant_permanent", "wait")).toEqual([]);
  });
});

describe("in a membership rule", () => {
  test.each<[string, boolean | "uncertain"]>([
    ['// who is on call\nsubject.department == "SRE" // and nobody else', true],
    ["subject.usernames.size() == 0", true],
    ['subject.username == "ada" && subject.id == "ada"', true],
    ['subject.employment_type == "FTE"', true],
    ["subject.type == USER_TYPE_HUMAN && subject.type != UserType.SERVICE", true],
    ["subject.status != UserStatus.DELETED", true],
    ['c1.directory.users.v1.FindByName("Ada Lovelace").id == subject.id', true],
    ["c1.directory.users.v1.DirectReports([c1.directory.users.v1.GetByID('katherine')]).size() == 1", true],
    ["c1.directory.users.v1.DirectReports(subject) == []", true],
    ['c1.user.v1.HasEntitlement(subject, "app1", "nobody")', false],
    ['c1.directory.apps.v1.GetEntitlementMembers("app1", "nobody").size() == 0', true],
    ['c1.directory.users.v1.GetByID("nobody").email == ""', false],
    ['time.format(now(), TimeFormat.RFC3339) == "2026-11-23T10:00:00Z"', true],
    ['time.format(now(), "datetime") == "2026-11-23 10:00:00" && time.format(now(), "time") == "10:00:00"', true],
    ['time.format(now(), "15", "UTC") == "10"', true],
    ['time.parse("2026-11-23", "date", "UTC") == time.start_of(now(), "day")', true],
    ['time.parse("2026-11-23T11:00:00+01:00", "rfc3339") == now()', true],
    ['time.start_of(now(), "month") == timestamp("2026-11-01T00:00:00Z")', true],
    ['time.start_of(now(), "year", "UTC") == timestamp("2026-01-01T00:00:00Z")', true],
    ['time.truncate(now() + duration("61s"), "minute") == now() + duration("1m")', true],
    ['time.truncate(now() + duration("90m"), "hour") == now() + duration("1h")', true],
    ['time.start_of(now(), "decade") < now()', "uncertain"],
    ["now().getFullYear() == 2026 && now().getMonth() == 10 && now().getDate() == 23", true],
    ["now().getDayOfMonth() == 22 && now().getDayOfWeek() == 1 && now().getDayOfYear() == 326", true],
    ["now().getHours() == 10 && now().getMinutes() == 0 && now().getSeconds() == 0", true],
    ["now().getMilliseconds() == 0 && duration('90m').getHours() == 1", true],
    ['now().getHours("Europe/Oslo") == 11', true],
    ['now().getHours("+05:30") == 15 && now().getMinutes("-00:30") == 30', true],
    ['timestamp("2026-11-23T10:00:00Z") == now() && now() - timestamp("2026-11-23T09:00:00Z") == duration("1h")', true],
    ['subject.department.lowerAscii() == "sre" && "åa".upperAscii() == "åA"', true],
    ['subject.display_name.split(" ")[1] == "Lovelace"', true],
    ['subject.display_name.replace("Ada ", "").size() == 8 && " x ".trim() == "x"', true],
    ['subject.emails.filter(e, e.endsWith("home.example")).map(e, e.size()).exists_one(n, n == 16)', true],
    ['int("42") == 42 && string(42) == "42" && double(1) == 1.0 && bool("true") && type(1) == int', true],
    ['subject.department.matches("^S.E$") && !subject.department.matches("^R")', true],
    ['subject.department in {"SRE": true} && size(subject.profile) == 3', true],
    ['subject.profile["nope"] == "x" || true', true],
    ['true || subject.profile["nope"] == "x"', true],
    ['subject.profile["nope"] == "x" && false', false],
    ['has(subject.profile.team) && subject.profile.team == "core"', true],
    ["int(subject.profile.level) >= 5", true],
  ])("%s: %s", async (text, holds) => {
    expect(checkCel(text, MEMBERSHIP)).toEqual([]);
    expect((await judgement(text)).holds).toBe(holds);
  });
});
