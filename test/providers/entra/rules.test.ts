import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../../engine/model.ts";
import { compileRule } from "../../../providers/entra/emulator/membership-rule.ts";
import { checkRule } from "../../../providers/entra/rules/check.ts";
import { judgeRule, type RulePerson } from "../../../providers/entra/rules/judge.ts";
import { needsOf } from "../../../providers/entra/rules/needs.ts";
import { parseRule } from "../../../providers/entra/rules/parse.ts";

const NOW = Date.parse("2026-11-22T09:00:00Z");
const MANAGER = "acc0fd00-0000-4000-8000-000000000001";

const ADA: RulePerson = {
  id: "u1",
  managerId: MANAGER,
  groups: new Set(["g1"]),
  properties: {
    id: "u1",
    accountEnabled: true,
    department: "SRE",
    displayName: "Ada Lovelace",
    jobTitle: "Staff SRE",
    city: "Lagos",
    userType: "Member",
    employeeId: "007",
    employeeHireDate: "2026-11-20T00:00:00Z",
    otherMails: ["ada@home.example", "ada@acme.example"],
    proxyAddresses: ["SMTP:ada@acme.example"],
    businessPhones: ["+47 22"],
    onPremisesExtensionAttributes: { extensionAttribute1: "core" },
    extension_0123456789abcdef0123456789abcdef_team: "core",
    assignedPlans: [{ servicePlanId: "plan1", service: "exchange", capabilityStatus: "Enabled" }],
  },
};

function judged(text: string, person: RulePerson = ADA): boolean | "uncertain" {
  return judgeRule(parseRule(text), person, NOW).holds;
}

describe("a rule takes in whom it says", () => {
  test.each([
    ['user.department -eq "sre"', true],
    ['user.department -ne "SRE"', false],
    ['user.DEPARTMENT -Eq "SRE"', true],
    ['user.department eq "SRE"', true],
    ['user.department \u2013eq "SRE"', true],
    ['user.jobTitle -startsWith "staff"', true],
    ['user.jobTitle -notStartsWith "staff"', false],
    ['user.jobTitle -endsWith "SRE"', true],
    ['user.jobTitle -notEndsWith "SRE"', false],
    ['user.jobTitle -contains "ff s"', true],
    ['user.jobTitle -notContains "manager"', true],
    ['user.city -match "ago"', true],
    ['user.city -match "^ago"', false],
    ['user.displayName -match "^da.*"', false],
    ['user.displayName -notMatch "^Ada"', false],
    ['user.department -in ["Sales", "SRE"]', true],
    ["user.department -notIn ['Sales']", true],
    ["user.accountEnabled -eq true", true],
    ['user.accountEnabled -eq "true"', true],
    ["user.accountEnabled -ne true", false],
    ["user.country -eq null", true],
    ["user.department -ne $null", true],
    ['user.country -eq "NO"', false],
    ['user.telephoneNumber -eq "+47 22"', true],
    ['user.extensionAttribute1 -eq "core"', true],
    ['user.extension_0123456789abcdef0123456789abcdef_team -eq "core"', true],
    ["user.objectId -ne null", true],
    ["user.employeeHireDate -ge system.now -minus P3D", true],
    ["user.employeeHireDate -le system.now -plus P1D", true],
    ["user.employeeHireDate -ge 2026-11-21T00:00:00Z", false],
    ['user.department -eq "SRE" -and user.city -eq "Oslo" -or user.userType -eq "Member"', true],
    ['user.department -eq "SRE" -and (user.city -eq "Oslo" -or user.userType -eq "Guest")', false],
    ['-not (user.department -eq "Sales")', true],
    ['-not user.department -eq "SRE" -or user.city -eq "Lagos"', true],
    ['user.otherMails -any (_ -endsWith "@home.example")', true],
    ['user.otherMails -all (_ -contains "acme")', false],
    ['user.proxyAddresses -any _ -startsWith "smtp:"', true],
    [
      'user.assignedPlans -any (assignedPlan.servicePlanId -eq "plan1" -and assignedPlan.capabilityStatus -eq "Enabled")',
      true,
    ],
    ["user.assignedPlans -all (assignedPlan.servicePlanId -eq null)", false],
    [`Direct Reports for "${MANAGER}"`, true],
    ["user.memberof -any (group.objectId -in ['g0', 'G1'])", true],
    ["user.memberof -any (group.objectId -in ['g0'])", false],
    ['user.department -eq "S\\"R"', false],
  ])("%s: %s", (text, holds) => {
    expect(judged(text)).toBe(holds);
  });

  test("of nobody's plans, all are anything", () => {
    const bare = { ...ADA, properties: { ...ADA.properties, assignedPlans: [] } };
    expect(judged("user.assignedPlans -all (assignedPlan.servicePlanId -eq null)", bare)).toBe(true);
    expect(judged("user.assignedPlans -any (assignedPlan.servicePlanId -eq null)", bare)).toBe(false);
  });

  test("and which attribute decides is told", () => {
    const by = (text: string): unknown => judgeRule(parseRule(text), ADA, NOW).by;
    expect(by('user.city -eq "Lagos" -and user.department -eq "Sales"')).toEqual([
      { attribute: "department", value: "SRE" },
    ]);
    expect(by('user.city -eq "Oslo" -or user.telephoneNumber -eq "x"')).toEqual([
      { attribute: "city", value: "Lagos" },
      { attribute: "telephoneNumber", value: "+47 22" },
    ]);
  });
});

describe("what Microsoft does not document is uncertain", () => {
  test.each([
    ['user.country -ne "NO"', "a negative operator on a missing value"],
    ['user.country -notContains "N"', "the same"],
    ["user.country -notIn ['NO']", "the same"],
    ["user.dirSyncEnabled -eq false", "a flag that is not set"],
    ['user.otherMails -startsWith "ada@h"', "a collection whose elements differ"],
    ['user.otherMails -notEndsWith "@home.example"', "the same"],
    ['user.city -match "(?=La)"', "look-ahead"],
    ['user.sipProxyAddress -eq "x"', "where it comes from"],
    ['user.employeeHireDate -eq "2026-11-20T09:00:00Z"', "days or moments"],
    ['user.jobTitle -ge "A"', "an order of texts"],
  ])("%s: %s", (text) => {
    expect(judged(text)).toBe("uncertain");
  });

  test("where all elements agree, it is not", () => {
    expect(judged('user.otherMails -startsWith "ada@"')).toBe(true);
    expect(judged('user.otherMails -startsWith "bob@"')).toBe(false);
  });

  test("nor is who was not asked a no", () => {
    const { groups: _, managerId: __, ...unread } = ADA;
    expect(judged(`Direct Reports for "${MANAGER}"`, unread)).toBe("uncertain");
    expect(judged("user.memberof -any (group.objectId -in ['g1'])", unread)).toBe("uncertain");
  });
});

test("only what a rule asks is read", () => {
  expect(needsOf(parseRule('user.telephoneNumber -eq "1" -or user.otherMails -any (_ -eq "x")'))).toEqual({
    select: ["businessPhones", "otherMails"],
    groups: [],
    devices: false,
  });
  expect(needsOf(parseRule(`Direct Reports for "${MANAGER}"`)).select).toEqual(["manager"]);
  expect(needsOf(parseRule("user.memberOf -any (group.objectId -in ['G1'])")).groups).toEqual(["g1"]);
  expect(needsOf(parseRule('device.deviceOSType -eq "iOS"')).devices).toBe(true);
});

describe("what is wrong with a rule is said where it is", () => {
  const told = (text: string): readonly string[] =>
    checkRule(text, ["membershipRule"]).map(
      ({ severity, message, hint }) => `${severity}: ${message}${hint === undefined ? "" : ` ${hint}`}`,
    );

  test.each([
    'user.department -eq "SRE"',
    'user.department -in ["a", "b"] -and user.userType -eq "Member"',
    'user.otherMails -any (_ -startsWith "x")',
    `Direct Reports for "${MANAGER}"`,
    '(device.deviceOwnership -eq "Company") -and device.devicePhysicalIds -any _ -startsWith "[ZTDId]"',
    "user.otherMails -ne null",
    'user.jobTitle -match "^Staff"',
  ])("nothing: %s", (text) => {
    expect(told(text)).toEqual([]);
  });

  test("the rest", () => {
    const rules = [
      "",
      "user.department -eq SRE",
      'department -eq "SRE"',
      "user.department -equals 'SRE'",
      'user.department -eq "SRE',
      "user.department -eq \u201cSRE\u201d",
      '(user.department -eq "SRE"',
      'user.departmnt -eq "SRE"',
      'user.manager -eq "x"',
      'user.department -eq "SRE" -and device.displayName -eq "x"',
      "user.country -startsWith null",
      "-not (user.country -eq null)",
      'user.department -in "SRE"',
      "user.department -eq ['SRE']",
      'user.accountEnabled -eq "yes"',
      'user.employeeHireDate -eq "soon"',
      'user.department -any (_ -eq "x")',
      'user.assignedPlans -contains "x"',
      'user.assignedPlans -any (_ -eq "x")',
      '_ -eq "x"',
      'user.otherMails -contains "x"',
      'user.city -match "ago"',
      'user.city -match "(ago"',
      'user.city -match "^(?=ago)"',
      'user.city -contains "ago"',
      'user.city -eq "null"',
      'user.city -eq "a" -or user.city -eq "b"',
      "user.objectId -ne null",
      "user.memberOf -any (group.objectId -in ['g1']) -and user.city -eq \"x\"",
      `user.department -eq "${"x".repeat(3_072)}"`,
      `${"(".repeat(3_000)}`,
    ];
    expect(
      Object.fromEntries(rules.map((text) => [text.length > 200 ? `${text.slice(0, 30)}…` : text, told(text)])),
    ).toMatchInlineSnapshot(`
      {
        "": [
          "error: expected a property, found the end (line 1, column 1). Correct the rule at that place.",
        ],
        "((((((((((((((((((((((((((((((…": [
          "error: this is nested too deep (line 1, column 101). Correct the rule at that place.",
        ],
        "(user.department -eq "SRE"": [
          "error: expected ), found the end (line 1, column 27). Correct the rule at that place.",
        ],
        "-not (user.country -eq null)": [
          "error: -not does not go with null (line 1, column 1). Write -ne null.",
        ],
        "_ -eq "x"": [
          "error: _ only stands inside of -any and -all (line 1, column 1). Correct the rule at that place.",
        ],
        "department -eq "SRE"": [
          "error: "department" is no property of user or device, such as user.department (line 1, column 1). Correct the rule at that place.",
        ],
        "user.accountEnabled -eq "yes"": [
          "error: user.accountEnabled is true or false: compare with -eq true or -eq false (line 1, column 25). Correct the rule at that place.",
        ],
        "user.assignedPlans -any (_ -eq "x")": [
          "error: of each element of the collection, a rule asks assignedPlan.… (line 1, column 26). Correct the rule at that place.",
        ],
        "user.assignedPlans -contains "x"": [
          "error: user.assignedPlans is a collection: ask its elements with -any or -all (line 1, column 1). Correct the rule at that place.",
          "warning: -contains looks for a part of the text, and is slow in large directories (line 1, column 20). -startsWith, -eq and -in are faster.",
        ],
        "user.city -contains "ago"": [
          "warning: -contains looks for a part of the text, and is slow in large directories (line 1, column 11). -startsWith, -eq and -in are faster.",
        ],
        "user.city -eq "a" -or user.city -eq "b"": [
          "warning: several -eq of user.city are slower than one -in (line 1, column 33). user.city -in ["…", "…"] says the same.",
        ],
        "user.city -eq "null"": [
          "warning: "null" in quotes is the word, not the missing value (line 1, column 15). Write null.",
        ],
        "user.city -match "(ago"": [
          "error: this is no regular expression (line 1, column 18). Correct the rule at that place.",
        ],
        "user.city -match "^(?=ago)"": [
          "warning: this pattern cannot be judged here: whom it takes in stays uncertain (line 1, column 18).",
        ],
        "user.city -match "ago"": [
          "warning: -match finds its pattern anywhere in the text (line 1, column 18). "^ago" begins with it, "^ago$" is it; -startsWith and -eq are faster.",
        ],
        "user.country -startsWith null": [
          "error: null goes with -eq and -ne only, not with -startsWith (line 1, column 26). Correct the rule at that place.",
        ],
        "user.department -any (_ -eq "x")": [
          "error: user.department is no collection: -any and -all do not go with it (line 1, column 17). Correct the rule at that place.",
        ],
        "user.department -eq "SRE": [
          "error: this text is not closed (line 1, column 21). Correct the rule at that place.",
        ],
        "user.department -eq "SRE" -and device.displayName -eq "x"": [
          "error: users and devices are never in one rule (line 1, column 32). Correct the rule at that place.",
        ],
        "user.department -eq "xxxxxxxxx…": [
          "error: a rule has at most 3072 characters, not 3094 (line 1, column 1). Correct the rule at that place.",
        ],
        "user.department -eq SRE": [
          "error: the text SRE is written in double quotes (line 1, column 21). Correct the rule at that place.",
        ],
        "user.department -eq ['SRE']": [
          "error: -eq takes one value (line 1, column 21). Correct the rule at that place.",
        ],
        "user.department -eq “SRE”": [
          "error: “ is a typographic quote; write " instead (line 1, column 21). Correct the rule at that place.",
        ],
        "user.department -equals 'SRE'": [
          "error: expected an operator such as -eq, found "equals" (line 1, column 17). Correct the rule at that place.",
        ],
        "user.department -in "SRE"": [
          "error: -in takes a list such as ["a", "b"] (line 1, column 21). Correct the rule at that place.",
        ],
        "user.departmnt -eq "SRE"": [
          "error: rules know no user.departmnt (line 1, column 1). Did you mean "department"?",
        ],
        "user.employeeHireDate -eq "soon"": [
          "error: user.employeeHireDate is a date: compare it with -ge, -le or -eq and a date or system.now (line 1, column 27). Correct the rule at that place.",
        ],
        "user.manager -eq "x"": [
          "error: user.manager: only \`Direct Reports for "<object id>"\` knows managers (line 1, column 1). Correct the rule at that place.",
        ],
        "user.memberOf -any (group.objectId -in ['g1']) -and user.city -eq "x"": [
          "error: memberOf does not go with any other expression (line 1, column 15). Correct the rule at that place.",
          "warning: memberOf is a preview, and counts direct members only (line 1, column 15).",
        ],
        "user.objectId -ne null": [
          "warning: this takes in everybody, guests included (line 1, column 15). Without guests: user.objectId -ne null -and user.userType -eq "Member"",
        ],
        "user.otherMails -contains "x"": [
          "warning: user.otherMails is a collection, and what -contains asks of it is not documented (line 1, column 1). Write user.otherMails -any (_ -contains …).",
          "warning: -contains looks for a part of the text, and is slow in large directories (line 1, column 17). -startsWith, -eq and -in are faster.",
        ],
      }
    `);
  });
});

test("the tenant takes in the same people, wherever the preview is sure", () => {
  let sure = 0;
  fc.assert(
    fc.property(rule(), properties, (text, own) => {
      const person: RulePerson = { id: "u1", properties: own, managerId: null, groups: new Set() };
      const ours = judgeRule(parseRule(text), person, NOW).holds;
      if (ours === "uncertain") return;
      sure += 1;
      const theirs = compileRule(text)({ properties: own, managerId: null, isIn: () => false }, NOW);
      expect({ text, own, holds: theirs }).toEqual({ text, own, holds: ours });
    }),
    { numRuns: 1_500 },
  );
  expect(sure).toBeGreaterThan(700);
});

test("and refuses the rules that are refused before they are sent", () => {
  for (const text of [
    "user.department -eq SRE",
    'department -eq "SRE"',
    'user.departmnt -eq "SRE"',
    "user.country -startsWith null",
    "-not (user.country -eq null)",
    'user.department -in "SRE"',
    '(user.department -eq "SRE"',
    'user.city -match "(ago"',
  ]) {
    expect(
      checkRule(text, []).some(({ severity }) => severity === "error"),
      text,
    ).toBe(true);
    expect(() => compileRule(text), text).toThrow(/not valid/);
  }
});

const word = fc.constantFrom("SRE", "sre", "Staff SRE", "Oslo", "s", "a@b.example");
const single = fc.constantFrom("department", "jobTitle", "city", "objectId", "mobile", "extensionAttribute1");
const many = fc.constantFrom("otherMails", "proxyAddresses");
const relation = fc.constantFrom(
  "-eq",
  "-ne",
  "-startsWith",
  "-notStartsWith",
  "endsWith",
  "-contains",
  "-notContains",
  "-match",
  "-NotMatch",
);
const properties: fc.Arbitrary<Readonly<Record<string, Value>>> = fc.record(
  {
    id: fc.constant("u1"),
    department: fc.option(word),
    jobTitle: fc.option(word),
    city: word,
    mobilePhone: fc.constant("s"),
    accountEnabled: fc.boolean(),
    employeeHireDate: fc.constantFrom("2026-11-20T00:00:00Z", "2026-11-22T09:00:00Z", "2026-12-24T00:00:00Z"),
    otherMails: fc.array(word, { maxLength: 3 }),
    proxyAddresses: fc.array(word, { maxLength: 2 }),
    onPremisesExtensionAttributes: fc.record({ extensionAttribute1: fc.option(word) as fc.Arbitrary<Value> }),
  },
  { requiredKeys: ["id"] },
);

function rule(): fc.Arbitrary<string> {
  const comparison = fc.tuple(single, relation, word).map(([name, is, value]) => `user.${name} ${is} "${value}"`);
  return fc.letrec<{ rule: string; element: string }>((tie) => ({
    element: fc.oneof(
      { depthSize: "small" },
      fc.tuple(relation, word).map(([is, value]) => `_ ${is} "${value}"`),
      fc.tuple(tie("element"), fc.constantFrom("-and", "or"), tie("element")).map(([a, is, b]) => `(${a} ${is} ${b})`),
    ),
    rule: fc.oneof(
      { depthSize: "small" },
      comparison,
      comparison,
      fc
        .tuple(single, fc.constantFrom("-in", "-notIn"), fc.array(word, { maxLength: 3 }))
        .map(([name, is, values]) => `user.${name} ${is} [${values.map((value) => `'${value}'`).join(", ")}]`),
      fc.tuple(single, fc.constantFrom("-eq null", "-ne $null")).map(([name, is]) => `user.${name} ${is}`),
      fc.tuple(many, relation, word).map(([name, is, value]) => `user.${name} ${is} "${value}"`),
      fc.constantFrom("user.accountEnabled -eq true", 'user.accountEnabled -ne "false"'),
      fc
        .tuple(
          fc.constantFrom("-ge", "-le", "-eq"),
          fc.constantFrom("system.now", "system.now -minus P3D", '"2026-11-20T00:00:00Z"'),
        )
        .map(([is, value]) => `user.employeeHireDate ${is} ${value}`),
      fc
        .tuple(many, fc.constantFrom("-any", "-all"), tie("element"))
        .map(([name, each, test]) => `user.${name} ${each} (${test})`),
      comparison.map((inner) => `-not (${inner})`),
      fc.tuple(tie("rule"), fc.constantFrom("-and", "-or"), tie("rule")).map(([a, is, b]) => `(${a} ${is} ${b})`),
      fc.tuple(tie("rule"), fc.constantFrom("and", "-or"), tie("rule")).map((parts) => parts.join(" ")),
    ),
  })).rule;
}
