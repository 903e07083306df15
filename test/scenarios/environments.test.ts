/** One stack in several environments: variables, state and tenants apart. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const PROD = `
kind: okta/group
name: team
spec: { name: "\${var:prefix}-team", description: "\${var:text}" }
`;
const VARS = "vars: { prefix: dev, text: null }";

describe("variables", () => {
  test("come from accord.yaml, then the environment's file, then the command line", async () => {
    const acme = await company(PROD, { settings: VARS });
    await acme.write("accord.prod.yaml", "vars: { prefix: prod, text: from the file }\n");
    await applied(acme, "--var", "text=by hand");
    expect(await acme.okta.profile("dev-team")).toMatchObject({ description: "by hand" });
    await applied(acme, "--env", "prod");
    expect(await acme.okta.profile("prod-team")).toMatchObject({ description: "from the file" });
    await applied(acme, "--env", "prod", "--var", "text=by hand");
    expect(await acme.okta.profile("prod-team")).toMatchObject({ description: "by hand" });
  });

  test("without a value are a problem with its place, before any call", async () => {
    const acme = await company(PROD, { settings: VARS });
    let calls = 0;
    acme.between((request, pass) => {
      calls += 1;
      return pass(request);
    });
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "✗ The variable text has no value.
          main.yaml:4:37  okta/group/team
          → Give it one: --var text=…

      1 problem."
    `);
    expect(calls).toBe(0);
  });
});

test("state, lock and ledger are an environment's own", async () => {
  const acme = await company(PROD, { settings: "vars: { prefix: dev, text: x }" });
  await applied(acme);
  await applied(acme, "--env", "prod", "--var", "prefix=prod");
  const listed = async (...options: readonly string[]): Promise<unknown> =>
    JSON.parse((await acme.accord("state", "list", "--json", ...options)).stdout);
  expect(await listed()).toMatchObject({ environment: "default", resources: [{ applied: { name: "dev-team" } }] });
  expect(await listed("--env", "prod")).toMatchObject({
    environment: "prod",
    resources: [{ applied: { name: "prod-team" } }],
  });
  const paths = [...(await acme.files()).keys()].map((path) => path.slice(acme.directory.length));
  expect(paths).toEqual(expect.arrayContaining(["/.accord/default/state.json", "/.accord/prod/ledger.jsonl"]));
});

test("an environment that the stack does not know is a typo, not an empty state", async () => {
  const acme = await company(PROD, { settings: VARS });
  await acme.write("accord.prod.yaml", "vars: { prefix: prod, text: x }\n");
  const { code, stderr } = await acme.accord("plan", "--env", "prdo");
  expect(code).toBe(1);
  expect(report(stderr)).toMatchInlineSnapshot(`
    "✗ There is no environment prdo: accord.prdo.yaml does not exist.
        accord.yaml:1:1
        → Did you mean "prod"? The stack has prod; add accord.prdo.yaml for a new one.

    1 problem."
  `);
});

describe("another tenant behind the same name", () => {
  const moveAway = (acme: Company): void =>
    acme.between(async (request, pass) => {
      const answer = await pass(request);
      if (!new URL(request.url).pathname.endsWith("okta-organization")) return answer;
      return new Response((await answer.text()).replace(/"id":"[^"]+"/, '"id":"00oOTHER"'), answer);
    });

  test.each([
    ["plan", ["plan"]],
    ["apply", ["apply", "--yes"]],
    ["drift", ["drift"]],
    ["import", ["import", "okta/group/other", "00g1"]],
    ["state rebuild", ["state", "rebuild", "--yes"]],
    ["undo", ["apply", "--yes", "--undo"]],
  ])("is a problem for %s, before any diff", async (_, argv) => {
    const acme = await company(PROD, { settings: "vars: { prefix: dev, text: x }" });
    await applied(acme);
    const run = JSON.parse((await acme.accord("history", "--json")).stdout)[0].run;
    await acme.declare(`${PROD}---\nkind: okta/group\nname: other\nspec: { name: other }\n`);
    moveAway(acme);
    acme.writes();
    const { code, stderr } = await acme.accord(...argv, ...(argv.includes("--undo") ? [run] : []));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("okta is now the tenant 00oOTHER"),
    });
    expect(acme.writes()).toEqual([]);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });
});
