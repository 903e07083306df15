/** Membership rules, judged here: tables from the vendor's pages, and the tenant's own engine as the other opinion. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../../engine/model.ts";
import { MEMBERSHIP } from "../../../providers/c1/cel.ts";
import { directoryFor } from "../../../providers/c1/cel-directory.ts";
import { judgeCel, membershipRule } from "../../../providers/c1/cel-judge.ts";
import { celFindings } from "../../../providers/c1/cel-lints.ts";
import { subjectsOf } from "../../../providers/c1/cel-subject.ts";
import { timeFunctions } from "../../../providers/c1/cel-time.ts";
import { celOf } from "../../../providers/c1/emulator/cel.ts";
import { judgement, reader } from "./judged.ts";
import { stage } from "./tenant.ts";

describe("a rule takes in whom it says", () => {
  test.each([
    ['subject.department == "SRE"', true],
    ['subject.department == "sre"', false],
    ['subject.job_title == "Staff SRE" && subject.jobTitle.startsWith("Staff")', true],
    ["subject.status == UserStatus.ENABLED && subject.type == UserType.HUMAN", true],
    ["subject.status == USER_STATUS_DISABLED", false],
    ["subject.directory_status == UserStatus.USER_STATUS_ENABLED", true],
    ['subject.employmentStatus == ""', true],
    ['subject.employmentStatus.ifEmpty("none") == "none"', true],
    ['subject.manager == "katherine@acme.example" && subject.manager_id == "katherine"', true],
    ['subject.emails.exists(e, e.endsWith("@home.example"))', true],
    ['subject.emails.all(e, e.endsWith("@home.example"))', false],
    ['"team" in subject.profile && subject.profile["team"] == "core"', true],
    ["has(subject.profile.nope)", false],
    ['subject.department in ["SRE", "Sales"]', true],
    ['subject.department.matches("(?i)^sre$")', true],
    ['subject.department == "SRE" ? subject.email != "" : false', true],
    ["subject.profile.level > 3", true],
    ['c1.user.v1.HasApp(subject, "app1") && !c1.user.v1.HasApp(subject, "app2")', true],
    ['c1.user.v1.HasEntitlement(subject, "app1", "ent1")', true],
    ['c1.user.v1.GetAppUserStatus(subject, "app1") == "USER_STATUS_DISABLED"', true],
    ['c1.user.v1.GetAppUserStatus(subject, "app2") == "USER_STATUS_UNSPECIFIED"', true],
    ['c1.directory.apps.v1.GetEntitlementMembers("app1", "ent1").exists(m, m.id == subject.id)', true],
    ["c1.directory.users.v1.GetManagers(subject).exists(m, m.status == UserStatus.DISABLED)", true],
    ['c1.directory.users.v1.DirectReports(c1.directory.users.v1.GetByID("katherine")).size() == 1', true],
    ['c1.directory.users.v1.FindByEmail("KATHERINE@acme.example").display_name == "Katherine"', true],
    ['now() > timestamp("2026-01-01T00:00:00Z")', true],
    ['time.parse(subject.profile.hired, TimeFormat.DATE) < now() - duration("24h")', true],
    ['time.format(now(), "2006-01") == "2026-11"', true],
    ['time.try_parse("soon", "date", now()) == now()', true],
    ['time.start_of(now(), "week") == timestamp("2026-11-23T00:00:00Z")', true],
    ['time.start_of(now(), "quarter") == timestamp("2026-10-01T00:00:00Z")', true],
    ["time.unix(0) < time.unix_ms(1)", true],
  ])("%s: %s", async (text, holds) => {
    expect([...celFindings(text, MEMBERSHIP, [])].filter(({ severity }) => severity !== "warning")).toEqual([]);
    expect((await judgement(text)).holds).toBe(holds);
  });

  test.each([
    ['subject.profile.nope == "x"', "a key that is missing"],
    ['!(subject.profile.nope == "x")', "and its opposite"],
    ['c1.directory.users.v1.FindByEmail("nobody@acme.example").department == ""', "somebody who is not there"],
    ['time.parse("soon", "date") < now()', "a text that is no date"],
  ])("an error is no match: %s (%s)", async (text) => {
    expect((await judgement(text)).holds).toBe(false);
    expect((await judgement(`${text} || subject.department == "SRE"`)).holds, "unless the other side decides").toBe(
      true,
    );
  });

  test("and what decides is told", async () => {
    expect((await judgement('subject.status == UserStatus.ENABLED && subject.department == "Sales"')).by).toEqual([
      { attribute: "department", value: "SRE" },
    ]);
    expect((await judgement('subject.profile.nope == "x" || c1.user.v1.HasApp(subject, "app2")')).by).toEqual([
      { attribute: "profile.nope", value: null },
      { attribute: 'c1.user.v1.HasApp(subject, "app2")', value: false },
    ]);
    expect((await judgement("subject.status == UserStatus.ENABLED")).by).toEqual([
      { attribute: "status", value: "enabled" },
    ]);
  });
});

describe("where C1's own pages disagree, or nobody can be asked, it is uncertain", () => {
  test.each([
    ['subject.attributes.team == "core"', "C1's API does not tell attributes from the profile"],
    ["has(subject.employmentStatus)", "has() is true of an empty field"],
    ["subject.profile.hired > 3", "profile values may be text or numbers"],
    ["c1.user.v1.HasApp(subject, subject.department)", "hangs on the person"],
    ['c1.directory.users.v1.FindByName("Nobody").id == ""', "nobody, or several"],
    ['c1.directory.groups.v1.FindByName("x").id == ""', "cannot be evaluated here"],
    ['time.end_of(now(), "day") > now()', "not documented to the moment"],
    ['time.format(now(), "Monday") == "Monday"', "layout"],
    ['time.start_of(now(), "day", "Europe/Oslo") < now()', "time zone"],
  ])("%s: %s", async (text, why) => {
    const judged = await judgement(text);
    expect(judged.holds).toBe("uncertain");
    expect(judged.holds === "uncertain" ? judged.why : "").toContain(why);
    expect((await judgement(`${text} && subject.department == "Sales"`)).holds, "unless the rest decides").toBe(false);
  });
});

test("the tenant takes in the same people, wherever the preview is sure", async () => {
  const { emulator } = stage();
  const cel = celOf(emulator.tenant);
  const users = emulator.tenant.users.rows().filter((one) => one.deletedAt === null);
  let sure = 0;
  await fc.assert(
    fc.asyncProperty(rule(), fc.constantFrom(...users), profile, async (text, user, own) => {
      emulator.tenant.users.put({ ...user, profile: own });
      const rows = emulator.tenant.users.rows().map((one) => ({ ...one }));
      const subjects = subjectsOf(rows);
      const subject = subjects.find(({ id }) => id === user.id);
      const parts = membershipRule(text);
      if (subject === undefined || parts === undefined) throw new Error(text);
      const { functions } = await directoryFor(reader, subjects, [parts]);
      const ours = judgeCel(parts, subject, { ...timeFunctions(emulator.tenant.now()), ...functions }).holds;
      if (ours === "uncertain") return;
      sure += 1;
      let theirs = false;
      try {
        theirs = cel.belongs(text, { ...user, profile: own });
      } catch {
        // An error about one person means that this person does not match.
      }
      expect({ text, own, holds: theirs }).toEqual({ text, own, holds: ours });
    }),
    { numRuns: 400 },
  );
  expect(sure).toBeGreaterThan(200);
});

test("the tenant knows zones and words that the preview leaves open", () => {
  const { emulator } = stage();
  const [somebody] = emulator.tenant.users.rows();
  if (somebody === undefined) throw new Error("nobody is there");
  const late = 'timestamp("2026-11-22T23:30:00Z")';
  for (const text of [
    `time.format(${late}, "Monday 02 Jan 2006", "Europe/Oslo") == "Monday 23 Nov 2026"`,
    `time.format(${late}, "rfc3339", "Europe/Oslo") == "2026-11-23T00:30:00+01:00"`,
    `time.start_of(${late}, "day", "Europe/Oslo") == timestamp("2026-11-22T23:00:00Z")`,
    `time.end_of(${late}, "quarter") < timestamp("2027-01-01T00:00:00Z")`,
    'time.parse("2026-11-23 00:30:00", TimeFormat.DATETIME, "Europe/Oslo") == timestamp("2026-11-22T23:30:00Z")',
    'time.parse("2026-11-23T00:30:00+01:00", "rfc3339") == timestamp("2026-11-22T23:30:00Z")',
  ]) {
    expect(celOf(emulator.tenant).belongs(text, somebody), text).toBe(true);
  }
  expect(() => celOf(emulator.tenant).belongs('time.parse("2026-02-31", "date") < now()', somebody)).toThrow();
});

const profile: fc.Arbitrary<Readonly<Record<string, Value>>> = fc.record(
  {
    team: fc.constantFrom("core", "edge", ""),
    level: fc.integer({ min: 3, max: 6 }),
    hired: fc.constantFrom("2026-01-31", "2026-02-31", "2027-01-01", "soon"),
  },
  { requiredKeys: [] },
);

function rule(): fc.Arbitrary<string> {
  const word = fc.constantFrom('"SRE"', '"Sales"', '"core"', '""', '"ada@acme.example"');
  const field = fc
    .constantFrom("department", "jobTitle", "email", "manager", "employment_type", "username")
    .map((name) => `subject.${name}`);
  const maybe = fc.constantFrom("subject.profile.team", 'subject.profile["team"]');
  return fc.letrec<{ rule: string }>((tie) => ({
    rule: fc.oneof(
      { depthSize: "small" },
      fc.tuple(fc.oneof(field, field, maybe), fc.constantFrom("==", "!=", "<"), word).map((parts) => parts.join(" ")),
      fc
        .tuple(field, fc.constantFrom("startsWith", "contains", "matches"), word)
        .map(([of, name, arg]) => `${of}.${name}(${arg})`),
      fc.constantFrom(
        "subject.status == UserStatus.ENABLED",
        "subject.type == UserType.HUMAN",
        '"team" in subject.profile',
        "has(subject.profile.team)",
        "subject.profile.level > 4",
        'subject.emails.exists(e, e.contains("a"))',
        "c1.directory.users.v1.GetManagers(subject).size() > 0",
        'c1.directory.users.v1.FindByEmail("ada@acme.example").id == subject.id',
        'c1.directory.users.v1.FindByEmail("x").id == subject.id',
        "c1.directory.users.v1.DirectReports(subject).exists(r, r.department == subject.department)",
        "now() > subject.profile.nope",
        'time.parse(subject.profile.hired, "date") < now()',
        'time.format(now(), TimeFormat.DATETIME) == time.format(time.truncate(now(), "minute"), "2006-01-02 15:04:05")',
        'time.start_of(now(), "week") <= time.start_of(now(), "day") && time.start_of(now(), "quarter") < now()',
        "time.try_parse(subject.profile.hired, TimeFormat.RFC3339, time.unix(0)) == time.unix_ms(0)",
        'subject.employment_type.ifEmpty("core") == subject.profile.team',
      ),
      fc.tuple(field, fc.array(word, { maxLength: 3 })).map(([of, words]) => `${of} in [${words.join(", ")}]`),
      tie("rule").map((inner) => `!(${inner})`),
      fc.tuple(tie("rule"), fc.constantFrom("&&", "||"), tie("rule")).map(([a, is, b]) => `(${a} ${is} ${b})`),
      fc.tuple(tie("rule"), tie("rule"), tie("rule")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
  })).rule;
}
