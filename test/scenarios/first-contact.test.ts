/** Objects that exist already: bound only when somebody says so, and never at the price of silent removals. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const support = (more: string, members = "members: [rosalind@acme.example]"): string => `
kind: okta/group
name: support
${more}
spec: { name: support, ${members} }
`;

test("an object that exists and is not ours is a problem that offers two ways", async () => {
  const acme = await company(support(""));
  const { code, stderr } = await acme.accord("plan");
  expect(code).toBe(1);
  expect(report(stderr)).toMatchInlineSnapshot(`
    "Reading okta, pagerduty, null
    ✗ okta/group "support" exists already (00g…) and is not managed by this stack.
        main.yaml:2:1  okta/group/support
        → Take it over with \`accord import okta/group/support 00g…\`, or write \`adopt: true\` in the document.

    1 problem."
  `);
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 1 });
  expect(acme.writes()).toEqual([]);
});

test("the first way: import binds it, and the next plan shows what differs", async () => {
  const acme = await company(support("", "members: [rosalind@acme.example, mallory@acme.example]"));
  const id = await acme.okta.groupId("support");
  expect(await acme.accord("import", "okta/group/support", id)).toMatchObject({ code: 0 });
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed.

    1 person gains access
      + member of support
          mallory@acme.example
          through okta/group/support

    okta/group
      ~ okta/group/support  members + mallory@acme.example

    Next: accord apply"
  `);
  await applied(acme);
  await nothingLeft(acme);
});

test("the second way: adopt binds it, and writes nothing that is live already", async () => {
  const acme = await company(support("adopt: true"));
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 0 to delete, 1 to adopt. Allowed.

    okta/group
      = okta/group/support  bound to the existing object 00g…

    Next: accord apply"
  `);
  await applied(acme);
  expect(acme.writes()).toEqual([]);
  await nothingLeft(acme);
});

describe("members that are live and not listed", () => {
  test("are a problem at first contact", async () => {
    const acme = await company(support("adopt: true", "members: [ada@acme.example]"));
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ support holds 1 element in members that the document does not list: rosalind@acme.example.
          main.yaml:2:1  okta/group/support
          → Binding never removes silently: list them, say \`manage: { members: explained }\` (or additive), or \`adopt: { prune: true }\`.

      1 problem."
    `);
  });

  test("go when the document says prune", async () => {
    const acme = await company(support("adopt: { prune: true }", "members: [ada@acme.example]"));
    await applied(acme);
    expect(await acme.okta.members("support")).toEqual(["ada"]);
    await nothingLeft(acme);
  });

  test("stay when the document says additive", async () => {
    const acme = await company(support("adopt: true\nmanage: { members: additive }", "members: [ada@acme.example]"));
    await applied(acme);
    expect(await acme.okta.members("support")).toEqual(["ada", "rosalind"]);
    await nothingLeft(acme);
  });

  test("stay, unmanaged, when the list is not declared", async () => {
    const acme = await company(support("adopt: true", "description: Customers call here"));
    await applied(acme);
    expect(await acme.okta.members("support")).toEqual(["rosalind"]);
    await nothingLeft(acme);
  });
});

describe("what Accord never makes", () => {
  test("is bound by its exact name, without asking", async () => {
    const acme = await company("kind: pagerduty/schedule\nname: primary\nspec: { name: Primary }\n");
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 0 to delete, 1 to adopt. Allowed.

      pagerduty/schedule
        = pagerduty/schedule/primary  bound to the existing object PJ7K2QX

      Next: accord apply"
    `);
    await applied(acme);
    await nothingLeft(acme);
  });

  test("and is a problem where there is no such name: case counts", async () => {
    const acme = await company("kind: pagerduty/schedule\nname: primary\nspec: { name: primary }\n");
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ pagerduty/schedule "primary" does not exist in pagerduty.
          main.yaml:1:1  pagerduty/schedule/primary
          → Accord does not create objects of this kind: make it there first, or correct the name (it is compared exactly).

      1 problem."
    `);
  });

  test("is forgotten, not deleted, when its document goes", async () => {
    const acme = await company(
      'kind: pagerduty/schedule\nname: primary\nspec: { name: Primary }\n---\nkind: "null/resource"\nname: left\nspec: {}\n',
    );
    await applied(acme);
    await acme.declare('kind: "null/resource"\nname: left\nspec: {}\n');
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 0 to delete, 1 to forget. Allowed.

      pagerduty/schedule
        ○ pagerduty/schedule/primary  no longer managed; stays live as it is
            · "Primary" stays live: it was there before this stack

      Next: accord apply"
    `);
    await applied(acme);
    await nothingLeft(acme);
  });
});
