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
          main.yaml:5:24  okta/group/support
          → Binding never removes silently: list them, say \`manage: { members: explained }\` (or additive), or \`adopt: { prune: true }\`.

      1 problem."
    `);
  });

  test("are one for import too, which binds nothing", async () => {
    const acme = await company(support("", "members: [ada@acme.example]"));
    const id = await acme.okta.groupId("support");
    const refused = await acme.accord("import", "okta/group/support", id);
    expect(refused.code).toBe(1);
    expect(report(refused.stderr)).toMatchInlineSnapshot(`
      "✗ support holds 1 element in members that the document does not list: rosalind@acme.example.
          main.yaml:5:24  okta/group/support
          → Binding never removes silently: list them, say \`manage: { members: explained }\` (or additive), or \`adopt: { prune: true }\`.

      1 problem."
    `);
    expect((await acme.accord("state", "list")).stdout).not.toContain("okta/group/support");
    expect(acme.writes()).toEqual([]);

    await acme.declare(support("adopt: { prune: true }", "members: [ada@acme.example]"));
    expect(await acme.accord("import", "okta/group/support", id)).toMatchObject({ code: 0 });
    await applied(acme);
    expect(await acme.okta.members("support")).toEqual(["ada"]);
    await nothingLeft(acme);
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

      Who takes turns in the next 14 days (UTC)
        pagerduty/schedule/primary
            now               ada@acme.example
            Mon 09 Mar 09:00  grace@acme.example
            Mon 16 Mar 09:00  linus@acme.example

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

describe("one object has one address", () => {
  const group = (name: string, spec: string, more = ""): string =>
    `kind: okta/group\nname: ${name}\n${more}spec: { ${spec} }\n`;

  test.each(["", "adopt: true\n"])("a document that only got another name is to be moved (%j)", async (adopt) => {
    const acme = await company(group("a", "name: prod, members: [ada@acme.example]"));
    await applied(acme);
    await acme.declare(group("b", "name: prod, members: [ada@acme.example]", adopt));
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ okta/group/b and okta/group/a are the same object, okta/group "prod".
          main.yaml:1:1  okta/group/b
          → If the document got another name: accord move okta/group/a okta/group/b. If okta/group/a is to go: accord forget okta/group/a first.

      1 problem."
    `);
    expect(await acme.accord("plan", "--target", "okta/group/b")).toMatchObject({ code: 1 });
    await acme.accord("move", "okta/group/a", "okta/group/b");
    await nothingLeft(acme);
  });

  test("two documents of one name are a problem, whether it exists or not", async () => {
    for (const name of ["support", "new"]) {
      const acme = await company(
        ["a", "b"].map((address) => group(address, `name: ${name}`, "adopt: true\n")).join("---\n"),
      );
      const { code, stderr } = await acme.accord("plan");
      expect(code).toBe(1);
      expect(stderr).toContain(`okta/group/b and okta/group/a are the same object, okta/group "${name}".`);
      expect(stderr).toContain("Keep one of the two documents");
    }
  });

  test("state is not rebuilt for two documents of one object either", async () => {
    const acme = await company(["a", "b"].map((address) => group(address, "name: support")).join("---\n"));
    const { code, stderr } = await acme.accord("state", "rebuild", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("okta/group/b and okta/group/a are the same object");
  });

  test("what an interrupted run made and another document has taken over is not ended as left behind", async () => {
    const acme = await company(group("a", "name: prod"));
    let lost = false;
    acme.between(async (request, pass) => {
      if (lost) throw new TypeError("fetch failed");
      const answer = await pass(request);
      lost = request.method === "POST" && new URL(request.url).pathname === "/api/v1/groups";
      if (lost) throw new TypeError("fetch failed");
      return answer;
    });
    expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 4 });
    acme.between((request, pass) => pass(request));
    await acme.declare(group("b", "name: prod"));
    expect((await acme.accord("plan")).stderr).toContain("exists already");
    expect(await acme.accord("import", "okta/group/b", await acme.okta.groupId("prod"))).toMatchObject({ code: 0 });
    await applied(acme);
    expect(await acme.okta.exists("prod")).toBe(true);
    await nothingLeft(acme);
  });
});
