/** What removing a document does to the live object: the document's wish, else the schema's default. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const LEFT = 'kind: "null/resource"\nname: left\nspec: {}\n';

test("a group is deleted, and everybody in it is named, listed in the document or not", async () => {
  const acme = await company(`${LEFT}---\nkind: okta/group\nname: prod\nspec: { name: prod }\n`);
  await applied(acme);
  await acme.okta.add("prod", "ada");
  await acme.okta.add("prod", "grace");
  await acme.declare(LEFT);
  const { code, stdout } = await acme.accord("plan");
  expect(code).toBe(3);
  expect(report(stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 1 to delete. DENIED by budget:emptying.

    2 people lose access
      - member of prod
          ada@acme.example, grace@acme.example
          through okta/group/prod

    Denied
      ✗ budget:emptying
          okta/group/prod members would be left with nobody.
          → If this is meant: \`--allow budget:emptying@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.

    okta/group
      - okta/group/prod  its document is gone
          members     - ada@acme.example
          members     - grace@acme.example
          name          prod
          description   ""
          profile       {}
          owners        (none)
          · Its members lose what it gives, and rules that target it become INVALID.

    What undo cannot restore exactly
      okta/group/prod: would come back with a new id

    Next: change the stack as the denials say, then plan again; apply refuses this plan."
  `);
});

test("an empty group is deleted without further ado", async () => {
  const acme = await company(`${LEFT}---\nkind: okta/group\nname: prod\nspec: { name: prod, members: [] }\n`);
  await applied(acme);
  await acme.declare(LEFT);
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 1 to delete. Allowed.

    okta/group
      - okta/group/prod  its document is gone
          name          prod
          description   ""
          profile       {}
          members       (none)
          owners        (none)
          · Its members lose what it gives, and rules that target it become INVALID.

    What undo cannot restore exactly
      okta/group/prod: would come back with a new id

    Next: accord apply"
  `);
  await applied(acme);
  expect(await acme.okta.exists("prod")).toBe(false);
  await nothingLeft(acme);
});

describe("an account", () => {
  const account = (name: string, more = ""): string =>
    `${LEFT}---\nkind: okta/user\nname: ${name}\n${more}spec: { login: ${name}@acme.example, email: ${name}@acme.example, firstName: New, lastName: Person }\n`;

  test("is disabled, not deleted", async () => {
    const acme = await company(account("nina"));
    await applied(acme);
    await acme.declare(LEFT);
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 1 to delete. Allowed.

      1 person loses access
        - an active account
            nina@acme.example
            through okta/user/nina

      okta/user
        - okta/user/nina  disabled, not deleted: its document is gone
            login       nina@acme.example
            email       nina@acme.example
            firstName   New
            lastName    Person
            profile     {}
            status      active

      Next: accord apply"
    `);
  });

  test("that was adopted is disabled where the document says so", async () => {
    const acme = await company(account("mallory", "adopt: true\nonRemoval: disable\n"));
    await applied(acme);
    // Okta's search takes a moment to show the new names.
    await acme.clock.sleep(60_000);
    await acme.declare(LEFT);
    await applied(acme);
    expect(await acme.okta.send("GET", "/api/v1/users/mallory@acme.example")).toMatchObject({ status: "SUSPENDED" });
    await nothingLeft(acme);
  });
});

describe("onRemoval", () => {
  test("forget leaves the object live, and the plan says so", async () => {
    const acme = await company(`${LEFT}---\nkind: okta/group\nname: prod\nonRemoval: forget\nspec: { name: prod }\n`);
    await applied(acme);
    await acme.declare(LEFT);
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 0 to delete, 1 to forget. Allowed.

      okta/group
        ○ okta/group/prod  no longer managed; stays live as it is
            · "prod" stays live

      Next: accord apply"
    `);
    await applied(acme);
    expect(await acme.okta.exists("prod")).toBe(true);
    await nothingLeft(acme);
  });

  test("is remembered by state: what counts is what was applied last", async () => {
    const acme = await company(`${LEFT}---\nkind: okta/group\nname: prod\nspec: { name: prod }\n`);
    await applied(acme);
    await acme.declare(`${LEFT}---\nkind: okta/group\nname: prod\nonRemoval: forget\nspec: { name: prod }\n`);
    await nothingLeft(acme);
    await applied(acme);
    await acme.declare(LEFT);
    await applied(acme);
    expect(await acme.okta.exists("prod")).toBe(true);
    await nothingLeft(acme);
  });

  test("delete takes even what was adopted", async () => {
    const acme = await company(
      `${LEFT}---\nkind: okta/group\nname: team\nadopt: true\nonRemoval: delete\nspec: { name: team }\n`,
    );
    await acme.okta.makeGroup("team");
    await applied(acme);
    await acme.declare(LEFT);
    await applied(acme);
    expect(await acme.okta.exists("team")).toBe(false);
    await nothingLeft(acme);
  });
});

test("what was adopted is forgotten, not deleted", async () => {
  const acme = await company(`${LEFT}---\nkind: okta/group\nname: support\nadopt: true\nspec: { name: support }\n`);
  await applied(acme);
  await acme.declare(LEFT);
  await applied(acme);
  expect(await acme.okta.exists("support")).toBe(true);
  await nothingLeft(acme);
});

test("dependants go first, whether they named what they need by address or by template", async () => {
  const acme = await company(`${LEFT}---
kind: okta/group
name: prod
spec: { name: prod }
---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/prod] }
`);
  await applied(acme);
  await acme.declare(LEFT);
  acme.writes();
  await applied(acme);
  expect(acme.writes().map((write) => write.replace(/0[0p][gr]\w+/, "…"))).toMatchInlineSnapshot(`
    [
      "POST /api/v1/groups/rules/…/lifecycle/deactivate",
      "DELETE /api/v1/groups/rules/…",
      "DELETE /api/v1/groups/…",
    ]
  `);
  await nothingLeft(acme);
});

test("--destroy ends everything that the stack owns, dependants first, adopted objects aside", async () => {
  const acme = await company(`${LEFT}---
kind: okta/group
name: prod
spec: { name: prod, members: [] }
---
kind: okta/group
name: support
adopt: true
spec: { name: support }
---
kind: okta/app-assignment
name: prod-aws
spec: { app: { label: AWS }, group: okta/group/prod }
`);
  await applied(acme);
  expect(report((await acme.accord("plan", "--destroy")).stdout)).toMatchInlineSnapshot(`
    "Destroy plan: 0 to create, 0 to change, 3 to delete, 1 to forget. Allowed.

    null/resource
      - null/resource/left

    okta/app-assignment
      - okta/app-assignment/prod-aws
          app                       "AWS" (0oa…)
          group                     okta/group/prod
          priority                  0
          profile.sessionDuration   "3600"
          · Members who have the application through no other group lose it, and may lose their data in it.

    okta/group
      - okta/group/prod
          name          prod
          description   ""
          profile       {}
          members       (none)
          owners        (none)
          · Its members lose what it gives, and rules that target it become INVALID.
      ○ okta/group/support  no longer managed; stays live as it is
          · "support" stays live: it was there before this stack

    What undo cannot restore exactly
      null/resource/left, okta/group/prod: would come back with a new id
      okta/app-assignment/prod-aws: would come back with a new id; okta/group/prod would have to follow it

    Next: accord apply --destroy"
  `);
  acme.writes();
  await applied(acme, "--destroy");
  expect(acme.writes().map((write) => write.replaceAll(/0[0o][ga]\w{8,}/g, "…"))).toMatchInlineSnapshot(`
    [
      "DELETE /api/v1/apps/…/groups/…",
      "DELETE /api/v1/groups/…",
    ]
  `);
  expect(JSON.parse((await acme.accord("state", "list", "--json")).stdout).resources).toEqual([]);
  expect(await acme.accord("plan", "--destroy", "--detailed-exitcode")).toMatchObject({ code: 0 });
});

test("what took the place of an adopted object that is gone is ours to end", async () => {
  const team = `kind: okta/group\nname: support\nadopt: true\nspec: { name: support }\n`;
  const acme = await company(`${LEFT}---\n${team}`);
  await applied(acme);
  await acme.okta.deleteGroup("support");
  await applied(acme);
  await acme.declare(LEFT);
  await applied(acme);
  expect(await acme.okta.exists("support")).toBe(false);
  await nothingLeft(acme);
});

test("a replacement names everybody who is in the old one, listed or not", async () => {
  const role = (slug: string, owners: string): string => `
kind: c1/app
name: wiki
spec: { displayName: Wiki }
---
kind: c1/entitlement
name: edit
spec: { app: c1/app/wiki, resource: { type: Role, name: edit }, slug: ${slug}, displayName: Edit${owners} }
`;
  const acme = await company(role("assigned", ", owners: [ada@acme.example]"), { c1: true });
  await applied(acme);
  await acme.declare(role("assigned", ""));
  await applied(acme);
  await acme.declare(role("member", ""));
  const { stdout } = await acme.accord("plan");
  expect(stdout).toContain("1 to replace");
  expect(stdout).toMatch(/loses access\n.*owner of entitlement Edit\n\s+ada@acme.example/);
});
