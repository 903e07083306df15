/** What documents say about each other: addresses, lookups, templates; and what only apply can know. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const GROUPS = `
kind: okta/group
name: prod
spec: { name: prod }
---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/prod] }
`;

test("an address orders the run, and its id is shown as unknown until then", async () => {
  const acme = await company(GROUPS);
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 2 to create, 0 to change, 0 to delete. Allowed.

    Whom changed rules take in and let go
      member of okta/group/prod: 3 enter; matches 3 people
          + ada@acme.example  department SRE
          + grace@acme.example  department SRE
          + linus@acme.example  department SRE
          through okta/group-rule/sre

    okta/group
      + okta/group/prod
          name   prod

    okta/group-rule
      + okta/group-rule/sre
          groups     + (known after apply: made by okta/group/prod)
          name         sre
          expression   'user.department=="SRE"'
          · Okta evaluates a new rule in the background; memberships follow its activation.

    Next: accord apply"
  `);
  await applied(acme);
  expect(acme.writes().map((write) => write.replace(/0pr\w+/, "…"))).toMatchInlineSnapshot(`
    [
      "POST /api/v1/groups",
      "POST /api/v1/groups/rules",
      "POST /api/v1/groups/rules/…/lifecycle/activate",
    ]
  `);
  await nothingLeft(acme);
});

test("a template takes any output, and orders the run too", async () => {
  const acme = await company(`
kind: "null/resource"
name: note
spec: { triggers: { group: "\${okta/group/prod.id}", text: "of \${okta/group/prod.name}, costs $\${5}" } }
---${GROUPS}`);
  await applied(acme);
  const shown = JSON.parse((await acme.accord("state", "show", "null/resource/note", "--json")).stdout);
  expect(shown.applied.triggers).toEqual({ group: await acme.okta.groupId("prod"), text: "of prod, costs ${5}" });
  await nothingLeft(acme);
});

describe("a lookup", () => {
  const rule = (group: string): string =>
    `kind: okta/group-rule\nname: sre\nspec: { name: sre, expression: 'user.department=="SRE"', groups: [${group}] }\n`;

  test("finds an object of the tenant by its natural key", async () => {
    const acme = await company(rule("{ name: support }"));
    await applied(acme);
    await nothingLeft(acme);
  });

  test("is a problem with what is near, where nothing matches", async () => {
    const acme = await company(rule("{ name: Support }"));
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ spec.groups[0]: {"name":"Support"} matches no okta/group in okta.
          main.yaml:3:67  okta/group-rule/sre
          → Did you mean support?

      1 problem."
    `);
  });

  test("is a problem with every candidate, where several match", async () => {
    const acme = await company(rule("{ name: support }"));
    acme.between(async (request, pass) => {
      const answer = await pass(request);
      if (new URL(request.url).pathname !== "/api/v1/groups") return answer;
      const groups: unknown = JSON.parse(await answer.text());
      const twice = Array.isArray(groups) ? [...groups, { ...groups.at(-1), id: "00gtwin" }] : groups;
      return new Response(JSON.stringify(twice), answer);
    });
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ spec.groups[0]: {"name":"support"} matches 2 objects of okta/group: support (00g…) and support (00gtwin).
          main.yaml:3:67  okta/group-rule/sre
          → Say which one: add what tells them apart, or use { id: … }.

      1 problem."
    `);
  });

  test("may be an id, which nobody searches", async () => {
    const acme = await company("");
    await acme.declare(rule(`{ id: ${await acme.okta.groupId("support")} }`));
    await applied(acme);
    await nothingLeft(acme);
  });
});

test("a typo in an address is a problem, offline, and never a search", async () => {
  const acme = await company(GROUPS.replace("[okta/group/prod]", "[okta/group/prdo]"));
  const { code, stderr } = await acme.accord("validate");
  expect(code).toBe(1);
  expect(report(stderr)).toMatchInlineSnapshot(`
    "✗ spec.groups[0]: there is no document okta/group/prdo in this stack.
        main.yaml:8:67  okta/group-rule/sre
        → Did you mean "okta/group/prod"?

    1 problem."
  `);
});

test("documents that need each other are named, all the way round", async () => {
  const acme = await company(`
kind: "null/resource"
name: egg
spec: { triggers: { from: "\${null/resource/hen.id}" } }
---
kind: "null/resource"
name: hen
dependsOn: [null/resource/egg]
spec: {}
`);
  const { code, stderr } = await acme.accord("validate");
  expect(code).toBe(1);
  expect(report(stderr)).toMatchInlineSnapshot(`
    "✗ These documents need each other: null/resource/egg → null/resource/hen → null/resource/egg.
        main.yaml:2:1  null/resource/egg
        → Take one reference out, or split the object that both sides need.

    1 problem."
  `);
});

test("a replaced object takes along whoever holds its id", async () => {
  const acme = await company(`
kind: okta/group
name: prod
spec: { name: prod }
---
kind: okta/app-assignment
name: prod-aws
spec: { app: { label: AWS }, group: okta/group/prod }
`);
  await applied(acme);
  const { stdout } = await acme.accord("plan", "--replace", "okta/group/prod");
  expect(report(stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 0 to delete, 2 to replace. Allowed.

    okta/app-assignment
      -/+ okta/app-assignment/prod-aws  it cannot be changed in place
          group   okta/group/prod → (known after apply: made by okta/group/prod)

    okta/group
      -/+ okta/group/prod  asked for with --replace

    What undo cannot restore exactly
      okta/group/prod: would come back with a new id; okta/app-assignment/prod-aws would have to follow it
      okta/app-assignment/prod-aws: would come back with a new id

    Next: accord apply --replace okta/group/prod"
  `);
  await applied(acme, "--replace", "okta/group/prod");
  await nothingLeft(acme);
});
