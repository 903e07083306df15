/** Plans about a part of the stack. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const STACK = `
kind: okta/group
name: prod
spec: { name: prod }
---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/prod] }
---
kind: okta/group
name: dev
spec: { name: dev }
`;

function acting(stdout: string): readonly string[] {
  const changes: readonly { accord?: { address: string }; address: string; change: { actions: readonly string[] } }[] =
    JSON.parse(stdout).resource_changes;
  return changes.filter((one) => one.change.actions[0] !== "no-op").map((one) => one.address);
}

test("--target takes an address with what it needs, and says that the plan is not whole", async () => {
  const acme = await company(STACK);
  const { stdout } = await acme.accord("plan", "--target", "okta/group-rule/sre");
  expect(report(stdout)).toMatchInlineSnapshot(`
    "Plan: 2 to create, 0 to change, 0 to delete. Allowed. Partial: --target or --exclude left resources out.

    Whom changed rules take in and let go
      member of okta/group/prod: 3 enter; matches 3 people
          + ada@acme.example  department SRE
          + grace@acme.example  department SRE
          + linus@acme.example  department SRE
          through okta/group-rule/sre

    okta/group
      + okta/group/prod
          name   prod

    okta/group-rule
      + okta/group-rule/sre
          groups     + (known after apply: made by okta/group/prod)
          name         sre
          expression   'user.department=="SRE"'
          · Okta evaluates a new rule in the background; memberships follow its activation.

    Next: accord apply --target okta/group-rule/sre"
  `);
  expect(acting((await acme.accord("plan", "--target", "okta/group/prod", "--json")).stdout)).toEqual([
    "accord_okta_group.prod",
  ]);
  await applied(acme, "--target", "okta/group-rule/sre");
  expect(await acme.okta.exists("dev")).toBe(false);
  await applied(acme);
  await nothingLeft(acme);
});

test("--exclude leaves an address out, with what needs it", async () => {
  const acme = await company(STACK);
  expect(acting((await acme.accord("plan", "--exclude", "okta/group/prod", "--json")).stdout)).toEqual([
    "accord_okta_group.dev",
  ]);
});

test("both, several at once, and an ending *", async () => {
  const acme = await company(STACK);
  const { stdout } = await acme.accord("plan", "--target", "okta/group/*", "--exclude", "okta/group/dev", "--json");
  expect(acting(stdout)).toEqual(["accord_okta_group.prod"]);
  const two = await acme.accord("plan", "--target", "okta/group/prod,okta/group/dev", "--json");
  expect(acting(two.stdout)).toEqual(["accord_okta_group.dev", "accord_okta_group.prod"]);
});

test("what was not asked about is not removed either", async () => {
  const acme = await company(STACK);
  await applied(acme);
  await acme.declare(STACK.slice(0, STACK.indexOf("---")));
  await applied(acme, "--target", "okta/group/prod");
  expect(await acme.okta.exists("dev")).toBe(true);
  await applied(acme);
  expect(await acme.okta.exists("dev")).toBe(false);
  await nothingLeft(acme);
});

describe("what ends takes along what needs it, and leaves what it needs", () => {
  const sre = "accord_okta_group_rule.sre";
  const [prod, dev] = ["accord_okta_group.prod", "accord_okta_group.dev"];

  test.each([
    [["--target", "okta/group-rule/sre"], [sre]],
    [
      ["--target", "okta/group/prod"],
      [prod, sre],
    ],
    [
      ["--exclude", "okta/group/prod"],
      [dev, sre],
    ],
    [["--exclude", "okta/group-rule/sre"], [dev]],
  ])("--destroy %s", async (choice, ended) => {
    const acme = await company(STACK);
    await applied(acme);
    expect(acting((await acme.accord("plan", "--destroy", ...choice, "--json")).stdout)).toEqual(ended);
  });

  test.each([
    [["--target", "okta/group-rule/sre"], [sre]],
    [
      ["--target", "okta/group/prod"],
      [prod, sre],
    ],
    [["--exclude", "okta/group/prod"], [sre]],
    [["--exclude", "okta/group-rule/sre"], []],
  ])("without their documents, %s", async (choice, ended) => {
    const acme = await company(STACK);
    await applied(acme);
    await acme.declare(STACK.slice(STACK.lastIndexOf("---")));
    expect(acting((await acme.accord("plan", ...choice, "--json")).stdout)).toEqual(ended);
  });

  test("also where what needed it stays, and has only to let go of it first", async () => {
    const acme = await company(STACK);
    await applied(acme);
    await acme.declare(STACK.slice(STACK.indexOf("---")).replace("[okta/group/prod]", "[okta/group/dev]"));
    const { stdout } = await acme.accord("plan", "--target", "okta/group/prod", "--json");
    expect(acting(stdout)).toEqual([prod, sre]);
    expect(acting((await acme.accord("plan", "--exclude", "okta/group-rule/sre", "--json")).stdout)).toEqual([]);
    await applied(acme, "--target", "okta/group/prod");
    await nothingLeft(acme);
  });
});

test.each([["--target"], ["--exclude"], ["--replace"]])("%s of what is not there names the nearest", async (option) => {
  const acme = await company(STACK);
  const { code, stderr } = await acme.accord("plan", option, "okta/group/prd");
  expect(code).toBe(1);
  expect(stderr).toContain("okta/group/prd");
  expect(stderr).toMatch(/okta\/group\/prod|accord graph/);
});

describe("--replace", () => {
  test("makes an object anew, counting everybody in it, listed or not", async () => {
    const acme = await company(STACK);
    await applied(acme);
    await acme.okta.add("dev", "ada");
    const before = await acme.okta.groupId("dev");
    const { code, stdout } = await acme.accord("plan", "--replace", "okta/group/dev");
    expect(code).toBe(3);
    expect(report(stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 0 to delete, 1 to replace. DENIED by budget:emptying.

      1 person loses access
        - member of dev
            ada@acme.example
            through okta/group/dev

      Denied
        ✗ budget:emptying
            okta/group/dev members would be left with nobody.
            → If this is meant: \`--allow budget:emptying@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.

      okta/group
        -/+ okta/group/dev  asked for with --replace

      What undo cannot restore exactly
        okta/group/dev: would come back with a new id

      Next: change the stack as the denials say, then plan again; apply refuses this plan."
    `);
    await acme.okta.remove("dev", "ada");
    await applied(acme, "--replace", "okta/group/dev");
    expect(await acme.okta.groupId("dev")).not.toBe(before);
    await nothingLeft(acme);
  });

  test("of what cannot be made is a problem", async () => {
    const acme = await company("kind: pagerduty/schedule\nname: primary\nspec: { name: Primary }\n");
    await applied(acme);
    const { code, stderr } = await acme.accord("plan", "--replace", "pagerduty/schedule/primary");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ --replace needs a new object, and pagerduty/schedule cannot be created by Accord.
          main.yaml:1:1  pagerduty/schedule/primary
          → Put the old value back, or change the object where it lives.

      1 problem."
    `);
  });
});

test("--destroy and --refresh-only exclude each other", async () => {
  const acme = await company(STACK);
  expect(await acme.accord("plan", "--destroy", "--refresh-only")).toMatchObject({ code: 1 });
});
