/** A plan opens with people: whoever gains or loses something through what lies between, and by which way. */
import { describe, expect, test } from "vitest";
import { applied, company, report } from "../support/company.ts";

const group = (name: string, members: string): string =>
  `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [${members}] }\n---\n`;
const assigned = (name: string): string =>
  `kind: okta/app-assignment\nname: ${name}-aws\nspec: { app: { label: AWS }, group: okta/group/${name} }\n---\n`;
const end = `kind: "null/resource"\nname: left\nspec: {}\n`;
const [ada, grace] = ["ada@acme.example", "grace@acme.example"];

const people = (stdout: string): string => {
  const text = report(stdout);
  return text.slice(0, text.search(/\n\n[a-z-]+\/[a-z-]+\n/));
};

describe("an application that a group is given", () => {
  test("is what its members gain, each of them named, in one apply with the group", async () => {
    const acme = await company(`${group("prod", `${ada}, ${grace}`)}${assigned("prod")}${end}`);
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 3 to create, 0 to change, 0 to delete. Allowed.

      2 people gain access
        + application AWS
            ada@acme.example, grace@acme.example
            through okta/group/prod
            as member of prod
        + member of prod
            ada@acme.example, grace@acme.example
            through okta/group/prod"
    `);
  });

  test("is what members gain whom the document does not name: they are read", async () => {
    const acme = await company(`kind: okta/group\nname: support\nadopt: true\nspec: { name: support }\n---\n${end}`);
    await applied(acme);
    await acme.declare(`kind: okta/group\nname: support\nspec: { name: support }\n---\n${assigned("support")}${end}`);
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 1 to create, 0 to change, 0 to delete. Allowed.

      1 person gains access
        + application AWS
            rosalind@acme.example
            through okta/app-assignment/support-aws
            as member of support"
    `);
  });

  test("of another stack is what its members gain as well", async () => {
    const acme = await company(
      `kind: okta/app-assignment\nname: support-aws\nspec: { app: { label: AWS }, group: { name: support } }\n---\n${end}`,
    );
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 2 to create, 0 to change, 0 to delete. Allowed.

      1 person gains access
        + application AWS
            rosalind@acme.example
            through okta/app-assignment/support-aws
            as member of support"
    `);
  });

  test("comes with a membership, and goes with it", async () => {
    const acme = await company(`${group("prod", ada)}${assigned("prod")}${end}`);
    await applied(acme);
    await acme.declare(`${group("prod", grace)}${assigned("prod")}${end}`);
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
      1 person gains access; 1 person loses access.

      1 person gains access
        + application AWS
            grace@acme.example
            through okta/group/prod
            as member of prod
        + member of prod
            grace@acme.example
            through okta/group/prod

      1 person loses access
        - application AWS
            ada@acme.example
            through okta/group/prod
            as member of prod
        - member of prod
            ada@acme.example
            through okta/group/prod"
    `);
  });

  test("stays whoever has it by another group: only the membership moves", async () => {
    const acme = await company(`${group("prod", ada)}${group("dev", ada)}${assigned("prod")}${assigned("dev")}${end}`);
    await applied(acme);
    await acme.declare(`${group("prod", "")}${group("dev", ada)}${assigned("prod")}${assigned("dev")}${end}`);
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. DENIED by budget:emptying.

      1 person loses access
        - member of prod
            ada@acme.example
            through okta/group/prod

      Denied
        ✗ budget:emptying
            okta/group/prod members would be left with nobody.
            → If this is meant: \`--allow budget:emptying@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
    `);
  });
});

test("an admin role of a group is what whoever joins the group gains, first of all", async () => {
  const role = `kind: okta/admin-role\nname: help\nspec: { type: HELP_DESK_ADMIN, group: okta/group/desk }\n---\n`;
  const acme = await company(`${group("desk", ada)}${role}${end}`);
  await applied(acme);
  await acme.declare(`${group("desk", `${ada}, ${grace}`)}${role}${end}`);
  expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
    1 person gains access, some of it privileged.

    1 person gains access
      + admin role HELP_DESK_ADMIN  (privileged)
          grace@acme.example
          through okta/group/desk
          as member of desk
      + member of desk
          grace@acme.example
          through okta/group/desk"
  `);
});

describe("a rule that changes", () => {
  const rule = (expression: string): string => `kind: okta/group
name: leads
adopt: true
spec: { name: leads }
---
kind: okta/group-rule
name: leads
spec: { name: leads, expression: '${expression}', groups: [okta/group/leads] }
---
${assigned("leads")}${end}`;

  test("gives and takes whatever its group gives; whom it takes in is said once", async () => {
    const acme = await company(rule('user.department == "Sales"'));
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 4 to create, 0 to change, 0 to delete. Allowed.
      2 people gain access; changed rules take in 2.

      2 people gain access
        + application AWS
            mallory@acme.example, victor@acme.example
            through okta/group-rule/leads
            as member of leads

      Whom changed rules take in and let go
        member of okta/group/leads: 2 enter; matches 2 people
            + mallory@acme.example  department Sales
            + victor@acme.example  department Sales
            through okta/group-rule/leads"
    `);
    await applied(acme);
    await acme.clock.sleep(60_000);
    expect(await acme.okta.members("leads")).toEqual(["mallory", "victor"]);
    await acme.declare(rule('user.title == "Account Executive" || user.login == "ada@acme.example"'));
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
      1 person gains access; 1 person loses access; changed rules take in 1 and let go 1.

      1 person gains access
        + application AWS
            ada@acme.example
            through okta/group-rule/leads
            as member of leads

      1 person loses access
        - application AWS
            victor@acme.example
            through okta/group-rule/leads
            as member of leads

      Whom changed rules take in and let go
        member of leads: 1 enters, 1 leaves; matches 2 people
            - victor@acme.example  title "Head of Sales", login victor@acme.example
            + ada@acme.example  login ada@acme.example
            · Whoever was also added by hand stays; Okta does not show whom a rule alone keeps there.
            through okta/group-rule/leads"
    `);
  });

  test("into a group that is privileged gives what is privileged", async () => {
    const documents = rule('user.department == "Sales"').replace(
      "name: leads\nadopt",
      'name: leads\nlabels: { privileged: "true" }\nadopt',
    );
    const acme = await company(documents);
    const { impact } = JSON.parse((await acme.accord("plan", "--format", "json")).stdout).accord;
    const gained: readonly { readonly person: string; readonly entitlement: string; readonly privileged?: boolean }[] =
      impact.gained;
    expect(
      gained.filter(({ privileged }) => privileged).map(({ person, entitlement }) => `${person} ${entitlement}`),
    ).toEqual(["mallory@acme.example member of leads", "victor@acme.example member of leads"]);
  });

  test("and of which nobody can tell whom it is about, may take it", async () => {
    const acme = await company(rule('user.department == "Sales"'));
    await applied(acme);
    await acme.clock.sleep(60_000);
    await acme.declare(rule('user.department == "Sales" && user.getLinkedObject("manager").title == "VP"'));
    expect(people((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. DENIED by budget:emptying.
      2 people may lose access; changed rules leave 2 uncertain.

      2 people may lose access
        - application AWS
            mallory@acme.example (uncertain), victor@acme.example (uncertain)
            through okta/group-rule/leads
            as member of leads

      Whom changed rules take in and let go
        member of leads: 2 uncertain; matches 0 people, or up to 2
            ? mallory@acme.example  may leave: linked objects are not read (department Sales)
            ? victor@acme.example  may leave: linked objects are not read (department Sales)
            through okta/group-rule/leads

      Denied
        ✗ budget:emptying
            okta/group-rule/leads (member of leads) would be left with nobody.
            → If this is meant: \`--allow budget:emptying@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml."
    `);
    const json = JSON.parse((await acme.accord("plan", "--format", "json")).stdout);
    const lost: readonly { readonly entitlement: string; readonly uncertain: boolean }[] = json.accord.impact.lost;
    expect(lost.map(({ entitlement, uncertain }) => `${entitlement} ${uncertain}`)).toEqual([
      ...["application AWS true", "member of leads true", "application AWS true", "member of leads true"],
    ]);
  });
});
