/** Taking a run back: planned against live, through the same guardrails. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const LEFT = 'kind: "null/resource"\nname: left\nspec: {}\n';
const prod = (members: string, description = "Production shell"): string => `${LEFT}---
kind: okta/group
name: prod
spec: { name: prod, description: ${description}, members: [${members}] }
`;
const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";

/** The latest run. */
async function lastRun({ accord }: Company): Promise<string> {
  const events: readonly { type: string; run: string }[] = JSON.parse((await accord("history", "--json")).stdout);
  return events.findLast((event) => event.type === "run-started")?.run ?? "";
}

describe("of an update is exact", () => {
  test("and says that Git still declares the opposite", async () => {
    const acme = await company(prod(`${ADA}, ${GRACE}`));
    await applied(acme);
    await acme.declare(prod(`${ADA}, linus@acme.example`, "Shell"));
    await applied(acme);
    const { code, stdout } = await acme.accord("apply", "--undo", await lastRun(acme), "--yes");
    expect(code).toBe(0);
    expect(report(stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
      1 person gains access; 1 person loses access.

      1 person gains access
        + member of prod
            grace@acme.example
            through okta/group/prod

      1 person loses access
        - member of prod
            linus@acme.example
            through okta/group/prod

      okta/group
        ~ okta/group/prod
            members     - linus@acme.example
            members     + grace@acme.example
            description   Shell → "Production shell"

      Notes
        · Git still declares what this takes back: change the documents too, or the next plan puts it forward again.

      Applied: 1 change, all confirmed.

      Run <run>; accord apply --undo <run> takes it back."
    `);
    expect(await acme.okta.members("prod")).toEqual(["ada", "grace"]);
    expect(await acme.okta.profile("prod")).toMatchObject({ description: "Production shell" });
    await acme.declare(prod(`${ADA}, ${GRACE}`));
    await nothingLeft(acme);
    expect((await acme.accord("drift")).code).toBe(0);
  });

  test("and leaves alone what moved since", async () => {
    const acme = await company(prod(ADA));
    await applied(acme);
    await acme.declare(prod(`${ADA}, ${GRACE}`));
    await applied(acme);
    await acme.okta.add("prod", "linus");
    expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
    expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
  });
});

test("of a creation deletes, dependants first", async () => {
  const acme = await company(LEFT);
  await applied(acme);
  await acme.declare(`${prod("")}---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/prod] }
`);
  await applied(acme);
  acme.writes();
  expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
  expect(acme.writes().map((write) => write.replace(/0[0p][gr]\w+/, "…"))).toMatchInlineSnapshot(`
    [
      "POST /api/v1/groups/rules/…/lifecycle/deactivate",
      "DELETE /api/v1/groups/rules/…",
      "DELETE /api/v1/groups/…",
    ]
  `);
  await acme.declare(LEFT);
  await nothingLeft(acme);
});

test("of a deletion is approximate: it comes back with a new id, and with all that was in it", async () => {
  const acme = await company(prod(ADA), { settings: "limits: { emptying: { count: 1 } }" });
  await applied(acme);
  await acme.okta.add("prod", "mallory");
  const before = await acme.okta.groupId("prod");
  await acme.declare(LEFT);
  await applied(acme);
  expect(await acme.okta.exists("prod")).toBe(false);
  expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
  expect(await acme.okta.members("prod")).toEqual(["ada", "mallory"]);
  expect(await acme.okta.groupId("prod")).not.toBe(before);
});

test("of disabling enables the same account", async () => {
  const mallory = `${LEFT}---
kind: okta/user
name: mallory
adopt: true
onRemoval: disable
spec: { login: mallory@acme.example, email: mallory@acme.example, firstName: Mallory, lastName: Mallard }
`;
  const acme = await company(mallory);
  await applied(acme);
  const id = await acme.okta.userId("mallory");
  await acme.declare(LEFT);
  await applied(acme);
  await acme.clock.sleep(60_000);
  expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
  await acme.clock.sleep(60_000);
  expect(await acme.okta.send("GET", "/api/v1/users/mallory@acme.example")).toMatchObject({ id, status: "ACTIVE" });
  await acme.declare(mallory);
  await nothingLeft(acme);
});

test("of disabling keeps how the account came to be ours: without its document it is disabled again, not forgotten", async () => {
  const erin = `${LEFT}---
kind: okta/user
name: erin
spec: { login: erin@acme.example, email: erin@acme.example, firstName: Erin, lastName: Early }
`;
  const acme = await company(erin);
  acme.between(async (request, pass) => {
    if (request.method !== "POST" || new URL(request.url).pathname !== "/api/v1/users") return pass(request);
    // Erin has a password from the start, as who has signed in once: only such an account can be suspended.
    const body = {
      ...JSON.parse(await request.clone().text()),
      credentials: { password: { value: "Correct-Horse-7" } },
    };
    return pass(new Request(request, { body: JSON.stringify(body) }));
  });
  await applied(acme);
  await acme.clock.sleep(60_000);
  const origin = async (): Promise<unknown> =>
    JSON.parse((await acme.accord("state", "show", "okta/user/erin", "--json")).stdout).origin;
  expect(await origin()).toBe("created");
  await acme.declare(LEFT);
  await applied(acme);
  await acme.clock.sleep(60_000);
  expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
  expect(await origin()).toBe("created");
});

test("of an adoption lets the object go again, and touches nothing", async () => {
  const acme = await company(LEFT);
  await applied(acme);
  await acme.okta.makeGroup("theirs", ["linus"], "Theirs");
  const theirs = (spec: string): string =>
    `${LEFT}---\nkind: okta/group\nname: theirs\nadopt: true\nspec: { name: theirs${spec} }\n`;
  await acme.declare(theirs(""));
  await applied(acme);
  const run = await lastRun(acme);
  acme.writes();
  expect(report((await acme.accord("apply", "--undo", run, "--yes")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 0 to delete, 1 to forget. Allowed.

    okta/group
      ○ okta/group/theirs  no longer managed; stays live as it is

    Notes
      · Git still declares what this takes back: change the documents too, or the next plan puts it forward again.

    Applied: 1 change, all confirmed.

    Run <run>; accord apply --undo <run> takes it back."
  `);
  expect(acme.writes()).toEqual([]);
  expect((await acme.accord("state", "list")).stdout).not.toContain("theirs");
  expect(await acme.okta.members("theirs")).toEqual(["linus"]);

  // Where the adoption changed it, that is put back first.
  await acme.declare(theirs(", description: Ours"));
  await applied(acme);
  const { stdout } = await acme.accord("apply", "--undo", await lastRun(acme), "--yes");
  expect(stdout).toContain("it stays managed; `accord forget` lets it go afterwards");
  expect(await acme.okta.profile("theirs")).toMatchObject({ description: "Theirs" });
  await acme.declare(theirs(""));
  await nothingLeft(acme);
});

test("of a replacement makes the old one anew", async () => {
  const note = (text: string): string => `kind: "null/resource"\nname: note\nspec: { triggers: { text: ${text} } }\n`;
  const acme = await company(note("one"));
  await applied(acme);
  await acme.declare(note("two"));
  await applied(acme);
  expect(await acme.accord("apply", "--undo", await lastRun(acme), "--yes")).toMatchObject({ code: 0 });
  await acme.declare(note("one"));
  await nothingLeft(acme);
});

test("is judged like any plan: protection and budgets hold", async () => {
  const people = ["katherine", "ada", "grace", "linus", "alan", "edsger", "mallory", "victor", "rosalind", "trent"];
  const acme = await company(prod(ADA));
  await applied(acme);
  await acme.declare(prod(people.map((name) => `${name}@acme.example`).join(", ")));
  await applied(acme);
  const { code, stdout } = await acme.accord("apply", "--undo", await lastRun(acme), "--yes");
  expect(code).toBe(3);
  expect(stdout).toContain("9 removals of okta/group out of 10");
});

test("of a run that is not known names the nearest", async () => {
  const acme = await company(LEFT);
  await applied(acme);
  const run = await lastRun(acme);
  const { code, stderr } = await acme.accord("apply", "--undo", `${run.slice(0, -1)}x`, "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain(run);
});

test("twice does nothing the second time", async () => {
  const acme = await company(prod(ADA));
  await applied(acme);
  await acme.declare(prod(`${ADA}, ${GRACE}`));
  await applied(acme);
  const run = await lastRun(acme);
  expect(await acme.accord("apply", "--undo", run, "--yes")).toMatchObject({ code: 0 });
  acme.writes();
  const again = await acme.accord("apply", "--undo", run, "--yes");
  expect(again.code).toBe(0);
  expect(acme.writes()).toEqual([]);
});

test("takes no --target: a run is taken back whole", async () => {
  const acme = await company(LEFT);
  await applied(acme);
  const { code, stderr } = await acme.accord("apply", "--undo", await lastRun(acme), "--target", "null/resource/left");
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--target") });
});

test("of moving on from what was deleted leads back to what comes anew", async () => {
  const rule = (target: string): string =>
    `kind: okta/group\nname: ${target}\nspec: { name: ${target} }\n---\nkind: okta/group-rule\nname: feed\nspec: { name: feed, expression: 'user.department=="None"', groups: [okta/group/${target}] }\n`;
  const acme = await company(rule("old"));
  await applied(acme);
  const before = await acme.okta.groupId("old");
  await acme.declare(rule("new"));
  await applied(acme);
  await applied(acme, "--undo", await lastRun(acme));
  expect(await acme.okta.exists("new")).toBe(false);
  expect(await acme.okta.groupId("old")).not.toBe(before);
  await acme.declare(rule("old"));
  await nothingLeft(acme);
});
