/** Creating, changing, and leaving alone what nobody declared. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const PROD = `
kind: okta/group
name: prod
spec:
  name: prod
  description: Production shell
  members: [ada@acme.example, grace@acme.example]
`;

test("a document without an object is created; the people come first in the report", async () => {
  const acme = await company(PROD);
  const planned = await acme.accord("plan", "--detailed-exitcode");
  expect(planned.code).toBe(2);
  expect(report(planned.stdout)).toMatchInlineSnapshot(`
    "Plan: 1 to create, 0 to change, 0 to delete. Allowed.

    2 people gain access
      + member of prod
          ada@acme.example, grace@acme.example
          through okta/group/prod

    okta/group
      + okta/group/prod
          members     + ada@acme.example
          members     + grace@acme.example
          name          prod
          description   "Production shell"

    Next: accord apply"
  `);
  expect(acme.writes()).toEqual([]);
  expect(await applied(acme)).toMatchInlineSnapshot(`
    "Applied: 1 change, all confirmed.

    Run <run>; accord apply --undo <run> takes it back."
  `);
  expect(await acme.okta.members("prod")).toEqual(["ada", "grace"]);
  await nothingLeft(acme);
});

describe("an update", () => {
  test("sends the elements and fields that differ, and nothing else", async () => {
    const acme = await company(PROD);
    await applied(acme);
    await acme.declare(PROD.replace("grace@", "linus@").replace("Production shell", "Shell on production"));
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
      1 person gains access; 1 person loses access.

      1 person gains access
        + member of prod
            linus@acme.example
            through okta/group/prod

      1 person loses access
        - member of prod
            grace@acme.example
            through okta/group/prod

      okta/group
        ~ okta/group/prod
            members     - grace@acme.example
            members     + linus@acme.example
            description   "Production shell" → "Shell on production"

      Next: accord apply"
    `);
    acme.writes();
    // One member of two is below the floor of ten, so no budget minds.
    await applied(acme);
    expect(acme.writes().map((write) => write.replaceAll(/00[gu]\w+/g, "…"))).toMatchInlineSnapshot(`
      [
        "PUT /api/v1/groups/…",
        "PUT /api/v1/groups/…/users/…",
        "DELETE /api/v1/groups/…/users/…",
      ]
    `);
    expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
    await nothingLeft(acme);
  });

  test("leaves undeclared fields and collections as they are", async () => {
    const acme = await company(PROD);
    await applied(acme);
    await acme.declare("kind: okta/group\nname: prod\nspec: { name: prod-shell }\n");
    await applied(acme);
    expect(await acme.okta.profile("prod-shell")).toMatchObject({ description: "Production shell" });
    expect(await acme.okta.members("prod-shell")).toEqual(["ada", "grace"]);
    await nothingLeft(acme);
  });

  test("fields under `ignore` are never compared", async () => {
    const acme = await company(`${PROD}ignore: [description, members]\n`);
    await applied(acme);
    await acme.okta.describe("prod", "by hand");
    await acme.okta.add("prod", "mallory");
    await nothingLeft(acme);
  });

  test("fields under `ignore` are not taken for applied when they are compared again", async () => {
    const acme = await company(PROD);
    await applied(acme);
    const later = (description: string): string =>
      PROD.replace("Production shell", description).replace("grace@", "linus@");
    for (const description of ["beside another change", "alone"]) {
      await acme.declare(`${later(description)}ignore: [description]\n`);
      await applied(acme);
    }
    await acme.declare(later("Shell"));
    const { stdout } = await acme.accord("plan");
    expect(stdout).toContain('description  "Production shell" → Shell');
    expect(stdout).not.toContain("Changed outside Accord");
  });
});

describe("an object that the vendor replaces whole", () => {
  const ROLE = `
kind: okta/custom-role
name: support
spec:
  label: Support
  description: Helps
  permissions: [okta.users.read]
  resourceSet: { label: Desk, description: Everybody, resources: [/api/v1/users] }
`;
  const role = async ({ okta }: Company): Promise<unknown> => okta.send("GET", "/api/v1/iam/roles/Support%20desk");
  const describedByHand = async ({ okta }: Company): Promise<void> => {
    await okta.send("PUT", "/api/v1/iam/roles/Support", { label: "Support", description: "by hand" });
  };
  const renamed = ROLE.replace("label: Support", "label: Support desk");

  test("keeps a field under `ignore` as it is live", async () => {
    const acme = await company(ROLE);
    await applied(acme);
    await describedByHand(acme);
    await acme.declare(`${renamed}ignore: [description]\n`);
    await applied(acme);
    expect(await role(acme)).toMatchObject({ description: "by hand" });
    await nothingLeft(acme);
  });

  test("keeps what has moved since the plan was saved, where the plan does not rely on it", async () => {
    const acme = await company(ROLE);
    await applied(acme);
    await acme.declare(`${renamed}ignore: [description]\n`);
    await acme.accord("plan", "--out", "plan.json");
    await describedByHand(acme);
    const { code, stderr } = await acme.accord("apply", "plan.json", "--yes");
    expect(code, stderr).toBe(0);
    expect(await role(acme)).toMatchObject({ description: "by hand" });
    await nothingLeft(acme);
  });
});

test("order and letter case make no change where the vendor ignores them", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.declare(PROD.replace("ada@acme.example, grace@acme.example", "GRACE@acme.example, Ada@Acme.Example"));
  await nothingLeft(acme);
});

test("nothing to do touches neither the tenant nor the record", async () => {
  const acme = await company(PROD);
  await applied(acme);
  const before = await acme.files();
  acme.writes();
  const again = await acme.accord("apply");
  expect(again.code).toBe(0);
  expect(acme.writes()).toEqual([]);
  const after = await acme.files();
  for (const file of ["state.json", "ledger.jsonl"]) {
    const path = `${acme.directory}/.accord/default/${file}`;
    expect(after.get(path)).toBe(before.get(path));
  }
});

test("without a terminal and without --yes nothing is assumed", async () => {
  const acme = await company(PROD);
  const refused = await acme.accord("apply");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("There is no terminal to ask on, and --yes was not given.");
  expect(acme.writes()).toEqual([]);
  const declined = await acme.as({ answers: ["y"] })("apply");
  expect({ code: declined.code, said: declined.stderr }).toMatchObject({
    code: 1,
    said: expect.stringContaining("Nothing was applied."),
  });
  expect(acme.writes()).toEqual([]);
  expect(await acme.as({ answers: ["yes"] })("apply")).toMatchObject({ code: 0 });
  await nothingLeft(acme);
});
