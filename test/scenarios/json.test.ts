/** `--json`: one JSON value on stdout, whatever the command and however it ends, and the same one for the same question. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company } from "../support/company.ts";

const STACK = `
kind: okta/group
name: prod
spec: { name: prod, members: [ada@acme.example] }
---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/prod] }
`;

async function json(acme: Company, ...argv: readonly string[]): Promise<unknown> {
  const { stdout } = await acme.accord(...argv, "--json");
  expect(stdout.endsWith("\n"), stdout).toBe(true);
  expect(() => JSON.parse(stdout), `${argv.join(" ")}: ${stdout}`).not.toThrow();
  return JSON.parse(stdout);
}

describe("every command", () => {
  test("that reads answers twice alike", async () => {
    const acme = await company(STACK);
    await applied(acme);
    await acme.okta.add("prod", "mallory");
    for (const argv of [
      ["validate"],
      ["plan"],
      ["drift"],
      ["history"],
      ["verify"],
      ["state", "list"],
      ["state", "show", "okta/group/prod"],
      ["graph"],
      ["explain"],
      ["explain", "okta/group"],
      ["explain", "okta/group.members"],
      ["schema"],
      ["schema", "okta/group"],
      ["schema", "--vscode"],
      ["run", "okta"],
    ]) {
      expect(await json(acme, ...argv), argv.join(" ")).toEqual(await json(acme, ...argv));
    }
    // What is left of the rate limits is part of its answer.
    expect(await json(acme, "doctor")).toMatchObject([{ instance: "okta" }, {}, {}]);
  });

  test("that writes says what it did", async () => {
    const acme = await company(STACK);
    expect(await json(acme, "apply", "--yes")).toMatchObject({ total: 2, counts: { confirmed: 2 } });
    expect(await json(acme, "apply", "--yes")).toMatchObject({ total: 0 });
    expect(await json(acme, "move", "okta/group-rule/sre", "okta/group-rule/ops")).toEqual({
      from: "okta/group-rule/sre",
      to: "okta/group-rule/ops",
      problems: [expect.objectContaining({ code: "not-declared", severity: "warning" })],
    });
    const id = JSON.parse((await acme.accord("state", "show", "okta/group-rule/ops", "--json")).stdout).id;
    expect(await json(acme, "forget", "okta/group-rule/ops", "--yes")).toEqual({ address: "okta/group-rule/ops", id });
    expect(await json(acme, "import", "okta/group-rule/sre", id)).toEqual({ address: "okta/group-rule/sre", id });
    await acme.accord("forget", "okta/group-rule/sre", "--yes");
    expect(await json(acme, "state", "rebuild", "--yes")).toMatchObject({
      bound: [{ address: "okta/group-rule/sre", id }],
    });
    expect(await json(acme, "state", "unlock", "--yes")).toEqual({ held: false });
  });

  test("that is refused says why, as data, and keeps its exit code", async () => {
    const acme = await company(STACK);
    await applied(acme);
    for (const argv of [
      ["plan", "--target", "okta/group/none"],
      ["apply", "none.json", "--yes"],
      ["import", "okta/group/none", "00g1"],
      ["forget", "okta/group/none"],
      ["move", "okta/group/none", "okta/group/nothing"],
      ["state", "show", "okta/group/none"],
      ["state", "lst"],
      ["explain", "okta/grup"],
      ["schema", "okta/grup"],
      ["render", "okta/group/prod"],
      ["run", "nobody", "nothing"],
      ["apply", "--undo", "none", "--yes"],
      ["plan", "--colour"],
      ["plan", "--format", "yaml"],
    ]) {
      const { code } = await acme.accord(...argv, "--json");
      expect(code, argv.join(" ")).toBe(1);
      expect(await json(acme, ...argv), argv.join(" ")).toMatchObject({
        problems: [{ code: expect.stringMatching(/^[a-z0-9-]+$/), message: expect.any(String) }],
      });
    }
    await acme.declare("kind: okta/grup\nname: x\nspec: {}\n");
    expect(await json(acme, "validate")).toMatchObject({
      problems: [{ source: { file: "main.yaml", line: 1 } }],
    });
  });
});

test("a denied apply gives the plan with its verdicts, a stale one its problems", async () => {
  const acme = await company(STACK);
  await applied(acme);
  await acme.declare(STACK.replace("ada@acme.example", ""));
  const denied = await acme.accord("apply", "--yes", "--json");
  expect(denied.code).toBe(3);
  expect(JSON.parse(denied.stdout).accord.verdicts).toMatchObject([{ name: "budget:emptying", outcome: "deny" }]);
  await acme.declare(STACK.replace("ada@", "grace@"));
  await acme.accord("plan", "--out", "plan.json");
  await acme.okta.add("prod", "grace");
  const stale = await acme.accord("apply", "plan.json", "--yes", "--json");
  expect(stale.code).toBe(5);
  expect(JSON.parse(stale.stdout)).toMatchObject({ problems: [{ code: "stale-plan", address: "okta/group/prod" }] });
});

test("a plan is Terraform's, with ours beside it", async () => {
  const acme = await company(STACK);
  const plan = JSON.parse((await acme.accord("plan", "--json")).stdout);
  expect(plan).toMatchObject({
    format_version: "1.2",
    resource_changes: [
      { address: "accord_okta_group.prod", type: "accord_okta_group", change: { actions: ["create"], before: null } },
      { address: "accord_okta_group_rule.sre", change: { after_unknown: { groups: [{ id: true }] } } },
    ],
    accord: {
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      impact: { gained: expect.arrayContaining([expect.objectContaining({ person: "ada@acme.example" })]) },
    },
  });
});
