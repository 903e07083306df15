/**
 * What Microsoft documents of dynamic membership rules (entra.md §16): each operator, value and property, judged here
 * and by the tenant's own engine, which was written apart.
 */
import { describe, expect, test } from "vitest";
import type { Value } from "../../../engine/model.ts";
import { compileRule } from "../../../providers/entra/emulator/membership-rule.ts";
import { checkRule } from "../../../providers/entra/rules/check.ts";
import { judgeRule } from "../../../providers/entra/rules/judge.ts";
import { needsOf } from "../../../providers/entra/rules/needs.ts";
import { parseRule } from "../../../providers/entra/rules/parse.ts";
import { propertyNames } from "../../../providers/entra/rules/properties.ts";

const NOW = Date.parse("2026-11-22T09:00:00Z");
const MANAGER = "acc0fd00-0000-4000-8000-000000000001";
const TEAM = "extension_0123456789abcdef0123456789abcdef_team";

const PROPERTIES: Readonly<Record<string, Value>> = {
  id: "u1",
  accountEnabled: true,
  department: "SRE",
  displayName: 'Ada "the Countess" Lovelace',
  surname: "O'Hara",
  jobTitle: "Staff SRE",
  city: "Lagos",
  employeeId: "null",
  employeeHireDate: "2026-11-20T00:00:00Z",
  otherMails: ["ada@home.example", "ada@acme.example"],
  proxyAddresses: [],
  assignedPlans: [
    { servicePlanId: "p1", service: "exchange", capabilityStatus: "Enabled" },
    { servicePlanId: "p2", service: "sharepoint", capabilityStatus: "Deleted" },
  ],
};

const errors = (rule: string): readonly string[] =>
  checkRule(rule, []).flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
const judged = (rule: string): boolean | "uncertain" =>
  judgeRule(parseRule(rule), { id: "u1", properties: PROPERTIES, managerId: MANAGER, groups: new Set(["g1"]) }, NOW)
    .holds;
const inTenant = (rule: string): boolean =>
  compileRule(rule)({ properties: PROPERTIES, managerId: MANAGER, isIn: (id) => id === "g1" }, NOW);

describe("operators and values", () => {
  test.each<[string, boolean]>([
    ['user.department -eq "SRE"', true],
    ['user.department -ne "SRE"', false],
    ['user.jobTitle -startsWith "STAFF"', true],
    ['user.jobTitle -notStartsWith "Staff"', false],
    ['user.jobTitle -endsWith "sre"', true],
    ['user.jobTitle -notEndsWith "sre"', false],
    ['user.jobTitle -contains "f s"', true],
    ['user.jobTitle -notContains "f s"', false],
    ['user.jobTitle -match "f.s"', true],
    ['user.jobTitle -match "^sre"', false],
    ['user.jobTitle -notMatch "^Staff SRE$"', false],
    ['user.department -in ["Sales","sre"]', true],
    ["user.department -notIn ['Sales', 'SRE']", false],
    ["user.employeeHireDate -le system.now", true],
    ["user.employeeHireDate -ge system.now -minus P1D", false],
    ["user.employeeHireDate -ge system.now -minus P1W", true],
    ["user.employeeHireDate -le system.now -plus P1M", true],
    ["user.employeeHireDate -ge system.now -minus P2DT8H59M", false],
    ["user.employeeHireDate -ge system.now -minus PT57H", true],
    ["user.employeeHireDate -le system.now -minus P1Y", false],
    ['user.employeeHireDate -ge "2026-11-20T00:00:00Z"', true],
    // Hyphens, letter case, dashes
    ['User.Department EQ "sre"', true],
    ['user.department \u2013EQ "sre" \u2013And user.city \u2013eq "lagos"', true],
    // Null, and the word
    ["user.country -eq null", true],
    ["user.country -eq $null", true],
    ["user.department -ne null", true],
    ['user.employeeId -ne "null"', false],
    ['user.country -eq "null"', false],
    // Quotes in texts
    ['user.displayName -contains "\\"the Countess\\""', true],
    ['user.displayName -contains "`"the Countess`""', true],
    ['user.surname -eq "O\'Hara"', true],
    ["user.surname -in ['O''Hara']", true],
    // True and false, quoted or not
    ["user.accountEnabled -eq true", true],
    ['user.accountEnabled -ne "False"', true],
    // Precedence: comparisons, -not, -and, -or
    ['user.city -eq "x" -and user.city -eq "x" -or user.city -eq "Lagos"', true],
    ['user.city -eq "Lagos" -or user.city -eq "x" -and user.city -eq "x"', true],
    ['-not user.city -eq "x" -and user.city -eq "Lagos"', true],
    ['-not (user.city -eq "x" -or user.city -eq "Lagos")', false],
    // Collections
    ['user.otherMails -any (_ -endsWith "@home.example")', true],
    ['user.otherMails -all (_ -startsWith "ada@")', true],
    ['user.otherMails -all (_ -endsWith "@home.example")', false],
    ['user.otherMails -any (_ -startsWith "bob" -or -not (_ -contains "home"))', true],
    ['user.proxyAddresses -any (_ -contains "smtp")', false],
    ['user.proxyAddresses -all (_ -contains "smtp")', true],
    [
      'user.assignedPlans -any (assignedPlan.service -eq "sharepoint" -and assignedPlan.capabilityStatus -eq "Deleted")',
      true,
    ],
    [
      'user.assignedPlans -any (assignedPlan.service -eq "sharepoint" -and assignedPlan.capabilityStatus -eq "Enabled")',
      false,
    ],
    ['user.assignedPlans -all (assignedPlan.servicePlanId -in ["p1", "p2"])', true],
    // What stands alone
    [`Direct Reports for "${MANAGER}"`, true],
    [`direct reports for "${MANAGER.replace(/1$/, "2")}"`, false],
    ["user.memberOf -any (group.objectId -in ['g0', 'g1'])", true],
    ["user.memberOf -any (group.objectId -in ['g0'])", false],
    ["user.objectId -ne null", true],
  ])("%s: %s", (rule, holds) => {
    expect(errors(rule)).toEqual([]);
    expect(judged(rule)).toBe(holds);
    expect(inTenant(rule), "and in the tenant").toBe(holds);
  });
});

describe("properties: each is read where Graph has it", () => {
  const same =
    "city country companyName department displayName employeeId givenName jobTitle mail onPremisesDistinguishedName onPremisesSecurityIdentifier passwordPolicies postalCode preferredLanguage state streetAddress surname usageLocation userPrincipalName userType mailNickname";
  const user: readonly (readonly [rule: string, graph: string, value: Value])[] = [
    ...same.split(" ").map((name) => [name, name, "x"] as const),
    ["objectId", "id", "x"],
    ["mobile", "mobilePhone", "x"],
    ["facsimileTelephoneNumber", "faxNumber", "x"],
    ["physicalDeliveryOfficeName", "officeLocation", "x"],
    ["telephoneNumber", "businessPhones", ["x", "y"]],
    ["sipProxyAddress", "imAddresses", ["x"]],
    [TEAM, TEAM, "x"],
  ];
  test.each(user)("user.%s is %s", (name, graph, value) => {
    const rule = `user.${name} -eq "x"`;
    const person = { id: "u1", properties: { [graph]: value } };
    expect(errors(rule)).toEqual([]);
    expect(needsOf(parseRule(rule)).select).toEqual([graph]);
    const uncertain = name === "sipProxyAddress";
    expect(judgeRule(parseRule(rule), person, NOW).holds).toBe(uncertain ? "uncertain" : true);
    expect(judgeRule(parseRule(rule.replace('"x"', '"z"')), person, NOW).holds).toBe(uncertain ? "uncertain" : false);
  });

  test.each([
    ["accountEnabled -eq true", { accountEnabled: true }],
    ["dirSyncEnabled -eq true", { onPremisesSyncEnabled: true }],
    ["employeeHireDate -le system.now", { employeeHireDate: "2026-11-20T00:00:00Z" }],
    ['otherMails -any (_ -eq "x")', { otherMails: ["x"] }],
    ['proxyAddresses -any (_ -eq "x")', { proxyAddresses: ["x"] }],
    ['assignedPlans -any (assignedPlan.service -eq "x")', { assignedPlans: [{ service: "x" }] }],
    ...Array.from({ length: 15 }, (_, index): [string, Readonly<Record<string, Value>>] => [
      `extensionAttribute${index + 1} -eq "x"`,
      { onPremisesExtensionAttributes: { [`extensionAttribute${index + 1}`]: "x" } },
    ]),
  ])("user.%s", (test, properties) => {
    expect(errors(`user.${test}`)).toEqual([]);
    expect(judgeRule(parseRule(`user.${test}`), { id: "u1", properties }, NOW).holds).toBe(true);
    expect(judgeRule(parseRule(`user.${test}`), { id: "u1", properties: {} }, NOW).holds).not.toBe(true);
  });

  test("of users there are no others", () => {
    const tested = new Set(user.map(([name]) => name));
    const typed =
      /^(accountEnabled|dirSyncEnabled|employeeHireDate|otherMails|proxyAddresses|assignedPlans|memberOf|extensionAttribute\d+)$/;
    expect(propertyNames("user").filter((name) => !tested.has(name) && !typed.test(name))).toEqual([]);
    for (const name of ["manager", "customSecurityAttributes", "createdDateTime"]) {
      expect(errors(`user.${name} -eq "x"`), name).toHaveLength(1);
    }
    expect(checkRule('user.employeeType -eq "x"', []), "nobody knows").toMatchObject([{ severity: "warning" }]);
    expect(judged('user.employeeType -eq "x"')).toBe("uncertain");
  });

  test("devices have their own, which are checked and never judged of people", () => {
    const texts =
      "deviceCategory deviceId deviceManagementAppId deviceManufacturer deviceModel displayName deviceOSType deviceOSVersion deviceOwnership deviceTrustType enrollmentProfileName managementType objectId profileType extensionAttribute15";
    for (const name of texts.split(" ")) expect(errors(`device.${name} -eq "x"`), name).toEqual([]);
    for (const name of ["accountEnabled", "isRooted"]) expect(errors(`device.${name} -eq true`), name).toEqual([]);
    for (const name of ["devicePhysicalIds", "systemLabels"]) {
      expect(errors(`device.${name} -any _ -startsWith "x"`), name).toEqual([]);
    }
    expect(errors("device.memberOf -any (group.objectId -in ['g1'])")).toEqual([]);
    expect(errors('device.department -eq "x"')).toHaveLength(1);
    expect(judged('device.displayName -eq "x"')).not.toBe(true);
  });
});
