/** Who holds it, and what somebody holds, asked of the tenants as they are. */
import { describe, expect, test } from "vitest";
import { applied, company, report } from "../support/company.ts";

const group = (name: string, members: string): string =>
  `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [${members}] }\n---\n`;
const assigned = (name: string): string =>
  `kind: okta/app-assignment\nname: ${name}-aws\nspec: { app: { label: AWS }, group: okta/group/${name} }\n---\n`;
const app = `kind: okta/app\nname: aws\nspec: { label: AWS }\n---\n`;
const role = `kind: okta/admin-role\nname: help\nspec: { type: HELP_DESK_ADMIN, group: okta/group/desk }\n---\n`;
const end = `kind: "null/resource"\nname: left\nspec: {}\n`;
const [ada, grace] = ["ada@acme.example", "grace@acme.example"];
const clean = (text: string): string => report(text).replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>");

describe("live", () => {
  test("holds a group: its members, first those with a reason of their own", async () => {
    const acme = await company(`${group("prod", `${ada}, ${grace}`)}${assigned("prod")}${app}${end}`);
    await applied(acme);
    const said = await acme.accord("who", "okta/group/prod");
    expect(said.code).toBe(0);
    expect(clean(said.stdout)).toMatchInlineSnapshot(`
      "okta/group/prod: 2 people hold it. Live, <time>.

      member of prod
        ada@acme.example
            directly
        grace@acme.example
            directly

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("who", "okta/app/aws")).stdout)).toMatchInlineSnapshot(`
      "okta/app/aws: 2 people hold it. Live, <time>.

      application AWS
        ada@acme.example
            as member of prod, through okta/app-assignment/prod-aws
        grace@acme.example
            as member of prod, through okta/app-assignment/prod-aws

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("who", "okta/app-assignment/prod-aws")).stdout)).toMatchInlineSnapshot(`
      "okta/app-assignment/prod-aws: 2 people hold it. Live, <time>.

      application AWS
        ada@acme.example
            as member of prod
        grace@acme.example
            as member of prod

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("access", "ADA@acme.example")).stdout)).toMatchInlineSnapshot(`
      "ada@acme.example holds 2 things. Live, <time>.

      okta
        application AWS
            as member of prod, through okta/app-assignment/prod-aws
        member of prod
            directly

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("access", "adda@acme.example")).stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ Nobody is called "adda@acme.example" in the systems of this stack.
          → Did you mean "ada@acme.example"? People are named by login or exact primary e-mail.

      1 problem."
    `);
    expect(clean((await acme.accord("who", "okta/group/prd")).stderr)).toMatchInlineSnapshot(`
      "✗ okta/group/prd is neither declared nor owned here.
          → Did you mean "okta/group/prod"?

      1 problem."
    `);
  });

  test("holds what a group is given whose members nobody declared", async () => {
    const acme = await company(
      `kind: okta/app-assignment\nname: support-aws\nspec: { app: { label: AWS }, group: { name: support } }\n---\n${role}${group("desk", ada)}${end}`,
    );
    await applied(acme);
    expect(clean((await acme.accord("who", "okta/app-assignment/support-aws")).stdout)).toMatchInlineSnapshot(`
      "okta/app-assignment/support-aws: 1 person holds it. Live, <time>.

      application AWS
        rosalind@acme.example
            as member of support

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("access", "ada@acme.example")).stdout)).toMatchInlineSnapshot(`
      "ada@acme.example holds 2 things, 1 of them privileged. Live, <time>.

      okta
        admin role HELP_DESK_ADMIN  (privileged)
            as member of desk, through okta/admin-role/help
        member of desk
            directly

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("who", "okta/admin-role/help")).stdout)).toMatchInlineSnapshot(`
      "okta/admin-role/help: 1 person holds it, privileged. Live, <time>.

      admin role HELP_DESK_ADMIN  (privileged)
        ada@acme.example
            as member of desk

      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
  });

  test("marks what a label says is privileged", async () => {
    const acme = await company(
      `kind: okta/group\nname: vault\nlabels: { privileged: "true" }\nspec: { name: vault, members: [${ada}] }\n---\n${end}`,
    );
    await applied(acme);
    expect((await acme.accord("who", "okta/group/vault")).stdout).toContain("member of vault  (privileged)");
    expect((await acme.accord("access", ada)).stdout).toContain("1 thing, privileged");
  });
});
