/** A saved plan is the executable: exactly what was reviewed, or nothing. */
import { stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const prod = (members: string, description = "Production shell"): string => `
kind: okta/group
name: prod
spec: { name: prod, description: ${description}, members: [${members}] }
`;
const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";

/** A stack with one group of Ada, and a saved plan that lets Grace in. */
async function planned(settings = ""): Promise<Company> {
  const acme = await company(prod(ADA), { settings });
  await applied(acme);
  await acme.declare(prod(`${ADA}, ${GRACE}`));
  expect(await acme.accord("plan", "--out", "plan.json")).toMatchObject({ code: 0 });
  return acme;
}

async function refused(acme: Company, file = "plan.json"): Promise<string> {
  acme.writes();
  const { code, stderr } = await acme.accord("apply", file, "--yes");
  expect({ code, stderr }).toMatchObject({ code: 5 });
  expect(acme.writes()).toEqual([]);
  return report(stderr);
}

test("is done as it was saved: no document is read", async () => {
  const acme = await planned();
  await acme.declare("kind: [this is not even YAML\n");
  expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("✗"),
  });
  expect(await acme.okta.members("prod")).toEqual(["ada", "grace"]);
  await acme.declare(prod(`${ADA}, ${GRACE}`));
  await nothingLeft(acme);
});

test("creates on a first apply, before there is a state", async () => {
  const acme = await company(prod(ADA));
  await acme.accord("plan", "--out", "plan.json");
  expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
  await nothingLeft(acme);
});

test("is shown and asked about, unless told not to", async () => {
  const acme = await planned();
  expect(await acme.accord("apply", "plan.json")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no terminal"),
  });
  const asked = await acme.as({ answers: ["yes"] })("apply", "plan.json");
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining("1 person gains access") });
});

describe("is stale, exit 5, naming what moved, when", () => {
  test("somebody did by hand what it would do", async () => {
    const acme = await planned();
    await acme.okta.add("prod", "grace");
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "✗ okta/group/prod has moved since the plan was made: members: grace@acme.example is there now.
          main.yaml:2:1  okta/group/prod
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem."
    `);
  });

  test("a value that it replaces is another one now", async () => {
    const acme = await planned();
    await acme.declare(prod(ADA, "Shell"));
    await acme.accord("plan", "--out", "plan.json");
    await acme.okta.describe("prod", "by hand");
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "✗ okta/group/prod has moved since the plan was made: description.
          main.yaml:2:1  okta/group/prod
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem."
    `);
  });

  test("what it would change is gone, or what it would make is there", async () => {
    const acme = await planned();
    await acme.okta.deleteGroup("prod");
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "✗ okta/group/prod has moved since the plan was made: it is gone.
          main.yaml:2:1  okta/group/prod
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem."
    `);

    const other = await company(prod(ADA));
    await other.accord("plan", "--out", "plan.json");
    await other.okta.makeGroup("prod");
    expect(await refused(other)).toMatchInlineSnapshot(`
      "✗ okta/group/prod has moved since the plan was made: it exists now (00g…).
          main.yaml:2:1  okta/group/prod
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem."
    `);
  });

  test("whom it would take out has come to be there by a rule, in whatever mode", async () => {
    for (const mode of ["explained", "exclusive"]) {
      const acme = await company(
        `kind: okta/group\nname: team\nmanage: { members: ${mode} }\nspec: { name: team, members: [] }\n`,
        { settings: "limits: { emptying: { count: 1 } }" },
      );
      await applied(acme);
      await acme.okta.add("team", "alan");
      await acme.accord("plan", "--out", "plan.json");
      const group = await acme.okta.groupId("team");
      const rule = await acme.okta.send("POST", "/api/v1/groups/rules", {
        type: "group_rule",
        name: "alan",
        conditions: { expression: { value: 'user.login=="alan@acme.example"', type: "urn:okta:expression:1.0" } },
        actions: { assignUserToGroups: { groupIds: [group] } },
      });
      await acme.okta.send("POST", `/api/v1/groups/rules/${(rule as { id: string }).id}/lifecycle/activate`);
      await acme.clock.sleep(60_000);
      expect(await refused(acme)).toContain("members: alan@acme.example is there for a reason now (rule alan)");
    }
  });

  test("state has moved, or is another one", async () => {
    const acme = await planned();
    await acme.declare(prod(ADA, "Shell"));
    await applied(acme);
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "✗ State has moved since the plan was made (3 → 6).
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem."
    `);
  });

  test("it was made for another stack or environment", async () => {
    const acme = await planned();
    const { code, stderr } = await acme.accord("apply", "plan.json", "--yes", "--env", "prod");
    expect([code, report(stderr)]).toMatchInlineSnapshot(`
      [
        5,
        "✗ The plan is of acme (default), and this is acme (prod).
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem.",
      ]
    `);
    await acme.write("accord.yaml", (await acme.read("accord.yaml")).replace("stack: acme", "stack: other"));
    expect((await acme.accord("apply", "plan.json", "--yes")).code).not.toBe(0);
  });
});

test("is not stale because others joined: preconditions are per element", async () => {
  const acme = await planned();
  await acme.okta.add("prod", "linus");
  await acme.okta.describe("prod", "by hand");
  expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
  expect(await acme.okta.members("prod")).toEqual(["ada", "grace", "linus"]);
});

test("of a deletion is stale when anybody joined: who loses was reviewed", async () => {
  const acme = await company(`${prod("")}---\nkind: "null/resource"\nname: left\nspec: {}\n`);
  await applied(acme);
  await acme.declare('kind: "null/resource"\nname: left\nspec: {}\n');
  await acme.accord("plan", "--out", "plan.json");
  await acme.okta.add("prod", "linus");
  expect(await refused(acme)).toMatchInlineSnapshot(`
    "✗ okta/group/prod has moved since the plan was made: members: linus@acme.example is there now.
        okta/group/prod
        → Nothing was applied. Plan again, and have the new plan reviewed.

    1 problem."
  `);
});

describe("is refused when", () => {
  test("it was edited", async () => {
    const acme = await planned();
    await acme.write("plan.json", (await acme.read("plan.json")).replaceAll(GRACE, "mallory@acme.example"));
    const { code, stderr } = await acme.accord("apply", "plan.json", "--yes");
    expect([code, report(stderr)]).toMatchInlineSnapshot(`
      [
        1,
        "✗ plan.json was changed after it was written.
          → Nothing was applied. Make a new one: accord plan --out FILE.

      1 problem.",
      ]
    `);
  });

  test.each([
    ["cut", "is not a whole plan file.", (text: string) => text.slice(0, text.length / 2)],
    [
      "newer than this Accord",
      "was written by a newer Accord (0.0.0-test, format 2).",
      (text: string) => text.replace('"version":1', '"version":2'),
    ],
    ["no plan at all", "is not a plan that `accord plan --out` wrote.", () => '{"hello":1}'],
  ])("it is %s", async (_, says, damage) => {
    const acme = await planned();
    await acme.write("plan.json", damage(await acme.read("plan.json")));
    const { code, stderr } = await acme.accord("apply", "plan.json", "--yes");
    expect([code, report(stderr).split("\n")[0]]).toEqual([1, `✗ plan.json ${says}`]);
  });

  test("it is not there", async () => {
    const acme = await planned();
    const { code, stderr } = await acme.accord("apply", "other.json", "--yes");
    expect([code, report(stderr)]).toMatchInlineSnapshot(`
      [
        1,
        "✗ There is no file other.json.
          → Make it with: accord plan --out FILE.

      1 problem.",
      ]
    `);
  });

  test("the instance is another tenant by now", async () => {
    const acme = await company(prod(ADA));
    await acme.accord("plan", "--out", "plan.json");
    acme.between(async (request, pass) => {
      const answer = await pass(request);
      if (!new URL(request.url).pathname.endsWith("okta-organization")) return answer;
      return new Response((await answer.text()).replace(/"id":"[^"]+"/, '"id":"00oOTHER"'), answer);
    });
    acme.writes();
    const { code, stderr } = await acme.accord("apply", "plan.json", "--yes");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "✗ okta is now the tenant 00oOTHER (acme.okta.com); state belongs to 00oacmesandboxorg5d7 (acme.okta.com).
          → Point okta back in accord.yaml, or use another instance name or --env for the other tenant.

      1 problem."
    `);
    expect(acme.writes()).toEqual([]);
  });
});

test("a saved verdict permits nothing: budgets of today are asked again", async () => {
  const acme = await planned("limits: { grants: { count: 5 } }");
  await acme.write("accord.yaml", (await acme.read("accord.yaml")).replace("count: 5", "count: 1"));
  const { code, stdout } = await acme.accord("apply", "plan.json", "--yes");
  expect(code).toBe(3);
  expect(stdout).toContain("1 grant after 1 in the window: more than 1.");
});

test("an override given when it was saved has to be given again", async () => {
  const acme = await company(prod(ADA), { settings: "limits: { grants: { count: 0 } }" });
  const { stderr } = await acme.accord("plan");
  const allow = [
    "--allow",
    `budget:grants@${stderr.match(/Plan digest: ([0-9a-f]+)/)?.[1]}`,
    "--reason",
    "first",
  ] as const;
  expect(await acme.accord("plan", "--out", "plan.json", ...allow)).toMatchObject({ code: 0 });
  expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 3 });
  expect(await acme.accord("apply", "plan.json", "--yes", ...allow)).toMatchObject({ code: 0 });
  await nothingLeft(acme);
});

test("may be read by its owner alone: it names people", async () => {
  const acme = await planned();
  expect(((await stat(`${acme.directory}/plan.json`)).mode & 0o777).toString(8)).toBe("600");
});

test.each(["--target", "--exclude", "--replace"])("takes no %s: it is what was saved, or nothing", async (option) => {
  const acme = await planned();
  acme.writes();
  const { code, stderr } = await acme.accord("apply", "plan.json", "--yes", option, "okta/group/prod");
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(option) });
  expect(acme.writes()).toEqual([]);
});

test("takes no --destroy or --refresh-only either", async () => {
  const acme = await planned();
  expect(await acme.accord("apply", "plan.json", "--yes", "--destroy")).toMatchObject({ code: 1 });
  expect(await acme.accord("apply", "plan.json", "--yes", "--refresh-only")).toMatchObject({ code: 1 });
});

test("may be one of --refresh-only or --destroy", async () => {
  const acme = await planned();
  await acme.okta.add("prod", "linus");
  await acme.accord("plan", "--refresh-only", "--out", "refresh.json");
  expect(await acme.accord("apply", "refresh.json", "--yes")).toMatchObject({ code: 0 });
  expect((await acme.accord("drift")).code).toBe(0);
  await acme.declare(prod(""));
  await acme.okta.remove("prod", "linus");
  await acme.okta.remove("prod", "ada");
  await acme.accord("plan", "--destroy", "--out", "destroy.json");
  expect(await acme.accord("apply", "destroy.json", "--yes")).toMatchObject({ code: 0 });
  expect(await acme.okta.exists("prod")).toBe(false);
});
