/** `protect: true` outlives its document; taking it off takes one apply of its own. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const LEFT = 'kind: "null/resource"\nname: left\nspec: {}\n';
const prod = (protect: boolean, members = "[ada@acme.example]"): string => `${LEFT}---
kind: okta/group
name: prod
protect: ${protect}
spec: { name: prod, members: ${members} }
`;

async function protectedGroup(): Promise<Company> {
  const acme = await company(prod(true));
  await applied(acme);
  return acme;
}

async function refused(acme: Company, ...options: readonly string[]): Promise<string> {
  const { code, stdout } = await acme.accord("apply", "--yes", ...options);
  expect(code).toBe(3);
  return report(stdout).match(/ {2}✗ protect.*\n.*\n.*/)?.[0] ?? report(stdout);
}

describe("refused by name", () => {
  test("deleting", async () => {
    const acme = await protectedGroup();
    await acme.declare(LEFT);
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "  ✗ protect  okta/group/prod
            okta/group/prod is protected, and this plan would delete it.
            → Set \`protect: false\` in its document, apply that, and plan again."
    `);
    expect(await acme.okta.exists("prod")).toBe(true);
  });

  test("replacing", async () => {
    expect(await refused(await protectedGroup(), "--replace", "okta/group/prod")).toMatchInlineSnapshot(`
      "  ✗ protect  okta/group/prod
            okta/group/prod is protected, and this plan would replace it.
            → Set \`protect: false\` in its document, apply that, and plan again."
    `);
  });

  test("emptying", async () => {
    const acme = await protectedGroup();
    await acme.declare(prod(true, "[]"));
    expect(await refused(acme)).toMatchInlineSnapshot(`
      "  ✗ protect  okta/group/prod
            okta/group/prod is protected, and this plan would empty members of it.
            → Set \`protect: false\` in its document, apply that, and plan again."
    `);
  });

  test("emptying through a --destroy", async () => {
    expect(await refused(await protectedGroup(), "--destroy")).toMatchInlineSnapshot(`
      "  ✗ protect  okta/group/prod
            okta/group/prod is protected, and this plan would delete it.
            → Set \`protect: false\` in its document, apply that, and plan again."
    `);
  });

  test("forgetting and moving", async () => {
    const acme = await protectedGroup();
    const forget = await acme.accord("forget", "okta/group/prod", "--yes");
    expect([forget.code, forget.stderr]).toMatchInlineSnapshot(`
      [
        1,
        "✗ okta/group/prod is protected: it cannot be forgotten.
          okta/group/prod
          → Set \`protect: false\` in its document, apply that, then forget it.

      1 problem.
      ",
      ]
    `);
    const move = await acme.accord("move", "okta/group/prod", "okta/group/live");
    expect([move.code, move.stderr]).toMatchInlineSnapshot(`
      [
        1,
        "✗ okta/group/prod is protected: it cannot be moved.
          okta/group/prod
          → Set \`protect: false\` in its document, apply that, then move it.

      1 problem.
      ",
      ]
    `);
    await nothingLeft(acme);
  });
});

test("no budget's --allow lets protection pass", async () => {
  const acme = await protectedGroup();
  await acme.declare(LEFT);
  expect(await acme.accord("apply", "--yes", "--allow", "protect@00000000", "--reason", "x")).toMatchObject({
    code: 1,
  });
});

test("taking it off and deleting in one go is refused; one after the other is not", async () => {
  const acme = await protectedGroup();
  await acme.declare(prod(false, "[]"));
  expect(await refused(acme)).toMatchInlineSnapshot(`
    "  ✗ protect  okta/group/prod
          okta/group/prod is protected, and this plan would empty members of it.
          → Apply the removal of \`protect\` first, by itself; the next plan may then do this."
  `);
  await acme.declare(prod(false));
  await nothingLeft(acme);
  await applied(acme);
  await acme.declare(prod(false, "[grace@acme.example]"));
  await applied(acme);
  await nothingLeft(acme);
});

test("a plan says when an apply would take it off, also where nothing else changes, and only then", async () => {
  const acme = await protectedGroup();
  const notes = async (): Promise<string | undefined> =>
    report((await acme.accord("plan")).stdout).match(/^Notes\n(?: {2}.*)+/m)?.[0];
  expect(await notes()).toBe(undefined);
  await acme.declare(prod(false));
  expect(await notes()).toMatchInlineSnapshot(`
    "Notes
      · okta/group/prod: protection ends with this apply, since the document does not say \`protect: true\`."
  `);
  await acme.declare(prod(false, "[ada@acme.example, grace@acme.example]"));
  expect(await notes()).toContain("okta/group/prod: protection ends with this apply");
  await applied(acme);
  expect(await notes()).toBe(undefined);
});

test("stated or taken off by an apply of its own, it holds or is gone although nothing changes live", async () => {
  const acme = await company(prod(false, "[]"));
  await applied(acme);
  await acme.declare(prod(true, "[]"));
  acme.writes();
  await applied(acme);
  await acme.declare(LEFT);
  expect(await refused(acme)).toContain("is protected");
  await acme.declare(prod(false, "[]"));
  await applied(acme);
  expect(acme.writes()).toEqual([]);
  await acme.declare(LEFT);
  await applied(acme);
  expect(await acme.okta.exists("prod")).toBe(false);
  await nothingLeft(acme);
});

test("what somebody else deleted is not held on to", async () => {
  const acme = await protectedGroup();
  await acme.okta.deleteGroup("prod");
  await acme.declare(LEFT);
  await applied(acme);
  await nothingLeft(acme);
});
