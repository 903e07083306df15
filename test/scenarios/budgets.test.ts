/** How much one plan, and all plans of a day, may take away. */
import { rm } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const EVERYONE = ["katherine", "ada", "grace", "linus", "alan", "edsger", "mallory", "victor", "rosalind", "trent"];
const team = (members: readonly string[]): string => `
kind: okta/group
name: team
spec: { name: team, members: [${members.map((name) => `${name}@acme.example`).join(", ")}] }
`;

async function teamOfTen(settings = ""): Promise<Company> {
  const acme = await company(team(EVERYONE), { settings });
  await applied(acme);
  return acme;
}

function denials(stdout: string): string {
  return (
    report(stdout)
      .match(/^Denied\n(?: {2}.*\n)+/m)?.[0]
      .trimEnd() ?? report(stdout)
  );
}

/** `name@digest` of the plan as it stands. */
async function allowing(acme: Company, name: string): Promise<readonly string[]> {
  const { stderr } = await acme.accord("plan");
  const digest = stderr.match(/Plan digest: ([0-9a-f]+)/)?.[1] ?? "";
  return ["--allow", `${name}@${digest}`, "--reason", "team is being split"];
}

test("at most 30 % of ten or more", async () => {
  const acme = await teamOfTen();
  await acme.declare(team(EVERYONE.slice(4)));
  const { code, stdout } = await acme.accord("plan");
  expect(code).toBe(3);
  expect(denials(stdout)).toMatchInlineSnapshot(`
    "Denied
      ✗ budget:removals
          4 removals of okta/group out of 10: more than 30 % (okta/group/team).
          → If this is meant: \`--allow budget:removals@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
  `);
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 3 });
  expect(acme.writes().filter((write) => write.startsWith("DELETE"))).toEqual([]);
  await acme.declare(team(EVERYONE.slice(3)));
  await applied(acme);
  await nothingLeft(acme);
});

test("below ten a share says nothing", async () => {
  const acme = await company(team(EVERYONE.slice(0, 9)));
  await applied(acme);
  await acme.declare(team(EVERYONE.slice(0, 2)));
  await applied(acme);
  await nothingLeft(acme);
});

test("emptying a collection is a budget of its own, without a floor", async () => {
  const acme = await company(team(["ada"]));
  await applied(acme);
  await acme.declare(team([]));
  const { code, stdout } = await acme.accord("plan");
  expect(code).toBe(3);
  expect(denials(stdout)).toMatchInlineSnapshot(`
    "Denied
      ✗ budget:emptying
          okta/group/team members would be left with nobody.
          → If this is meant: \`--allow budget:emptying@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
  `);
});

test("counts, grants and privileged grants are limited where limits say so", async () => {
  const acme = await company(team(["ada"]), { settings: "limits: { grants: { count: 2 }, removals: { count: 0 } }" });
  await applied(acme);
  await acme.declare(team(["grace", "linus"]));
  const { code, stdout } = await acme.accord("plan");
  expect(code).toBe(3);
  expect(denials(stdout)).toMatchInlineSnapshot(`
    "Denied
      ✗ budget:removals
          1 removal of okta/group out of 1: more than 0 (okta/group/team).
          → If this is meant: \`--allow budget:removals@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.
      ✗ budget:grants
          2 grants after 1 in the window: more than 2.
          → If this is meant: \`--allow budget:grants@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
  `);
});

test("whom a rule takes in counts as granted", async () => {
  const acme = await company(team(["ada"]), {
    settings: "limits: { grants: { count: 3 }, kinds: { okta/group: { grants: { perRun: 1 } } } }",
  });
  await applied(acme);
  await acme.declare(`${team(["ada"])}---
kind: okta/group-rule
name: sales
spec: { name: sales, expression: 'user.department == "Sales" || user.login == "grace@acme.example"', groups: [okta/group/team] }
`);
  const { code, stdout } = await acme.accord("plan");
  expect(code).toBe(3);
  expect(denials(stdout)).toContain("3 grants after 1 in the window: more than 3.");
  await acme.declare(team(["ada", "grace", "linus"]));
  expect(denials((await acme.accord("plan")).stdout)).toContain(
    "2 grants by okta/group after 1 in the window: more than 1 in one run.",
  );
});

describe("the window", () => {
  test("adds up what earlier runs took, and forgets it in time", async () => {
    const acme = await teamOfTen("limits: { window: 24h }");
    await acme.declare(team(EVERYONE.slice(2)));
    await applied(acme);
    await acme.declare(team(EVERYONE.slice(4)));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denials(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ budget:removals
            2 removals of okta/group out of 10, with 2 taken earlier in the window: more than 30 % (okta/group/team).
            → If this is meant: \`--allow budget:removals@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
    `);
    acme.clock.pass(25 * 3_600_000);
    // Eight are left, fewer than the floor.
    await applied(acme);
    await nothingLeft(acme);
  });

  test("is not stretched by putting back what was taken", async () => {
    const acme = await teamOfTen();
    for (const members of [EVERYONE.slice(3), EVERYONE]) {
      await acme.declare(team(members));
      await applied(acme);
    }
    await acme.declare(team(EVERYONE.slice(1)));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denials(stdout)).toContain(
      "1 removal of okta/group out of 10, with 3 taken earlier in the window: more than 30 % (okta/group/team).",
    );
  });

  test("adds up whom a rule lets go, also where the rule has another name by then", async () => {
    const rule = (name: string, people: readonly string[]): string => `
kind: okta/group
name: team
spec: { name: team }
---
kind: okta/group-rule
name: ${name}
spec: { name: team, expression: '${people.map((one) => `user.login == "${one}@acme.example"`).join(" || ")}', groups: [okta/group/team] }
`;
    const acme = await company(rule("team", EVERYONE));
    await applied(acme);
    await acme.clock.sleep(60_000);
    await acme.declare(rule("team", EVERYONE.slice(2)));
    await applied(acme);
    await acme.clock.sleep(60_000);
    await acme.declare(rule("crew", EVERYONE.slice(2)));
    expect(await acme.accord("move", "okta/group-rule/team", "okta/group-rule/crew")).toMatchObject({ code: 0 });
    await acme.declare(rule("crew", EVERYONE.slice(4)));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denials(stdout)).toContain("would leave by a rule (member of team, okta/group-rule/crew), after 2 earlier");
    acme.clock.pass(25 * 3_600_000);
    expect(await acme.accord("plan")).toMatchObject({ code: 0 });
  });

  test("counts as used up where there are owned resources and no ledger", async () => {
    const acme = await company(team(["ada", "grace"]), {
      settings: "limits: { emptying: { count: 5 }, grants: { count: 5 } }",
    });
    await applied(acme);
    await rm(`${acme.directory}/.accord/default/ledger.jsonl`);
    const state = JSON.parse(await acme.read(".accord/default/state.json"));
    await acme.write(
      ".accord/default/state.json",
      JSON.stringify({ ...state, ledger: { head: "0".repeat(64), length: 0 } }),
    );
    await acme.declare(team(["linus"]));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denials(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ budget:removals
            2 removals of okta/group, and there is no ledger to tell what was removed lately: the budget counts as used up.
            → If this is meant: \`--allow budget:removals@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.
        ✗ budget:grants
            1 grant, and there is no ledger to tell what was granted lately: the budget of 5 counts as used up.
            → If this is meant: \`--allow budget:grants@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
    `);
  });
});

describe("--allow", () => {
  test("lets the one plan pass that it names, and is recorded with its reason", async () => {
    const acme = await teamOfTen();
    await acme.declare(team(EVERYONE.slice(5)));
    const allow = await allowing(acme, "budget:removals");
    await applied(acme, ...allow);
    const history = JSON.parse((await acme.accord("history", "--json")).stdout);
    expect(history.filter((event: { type: string }) => event.type === "override")).toMatchObject([
      { name: "budget:removals", reason: "team is being split", actor: "tester@host" },
    ]);
    await nothingLeft(acme);
  });

  test("of another plan is refused: what is planned now is not what was allowed", async () => {
    const acme = await teamOfTen();
    await acme.declare(team(EVERYONE.slice(5)));
    const allow = await allowing(acme, "budget:removals");
    await acme.declare(team(EVERYONE.slice(6)));
    const { code, stderr } = await acme.accord("apply", "--yes", ...allow);
    expect(code).toBe(1);
    expect(stderr).toContain("What is planned now is not what was allowed.");
  });

  test("needs a reason", async () => {
    const acme = await teamOfTen();
    await acme.declare(team(EVERYONE.slice(5)));
    const [flag = "", value = ""] = await allowing(acme, "budget:removals");
    const { code, stderr } = await acme.accord("apply", "--yes", flag, value);
    expect([code, report(stderr).split("\n").slice(1).join("\n")]).toMatchInlineSnapshot(`
      [
        1,
        "✗ --allow needs a reason, which is recorded.
          → Add --reason "…".

      1 problem.",
      ]
    `);
  });

  test("lets only the budget pass that it names", async () => {
    const acme = await teamOfTen();
    await acme.declare(team([]));
    const { code, stdout } = await acme.accord("plan", ...(await allowing(acme, "budget:removals")));
    expect(code).toBe(3);
    expect(denials(stdout)).toContain("budget:emptying");
    expect(denials(stdout)).not.toContain("budget:removals");
  });
});
