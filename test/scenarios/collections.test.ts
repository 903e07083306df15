/** What becomes of live members that the document does not name, in each of the four modes. */
import { expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

/** `engineering` is fed by a rule: alan, edsger and katherine. Support is a plain group with rosalind in it. */
const group = (mode: string, members: string, name = "team"): string => `
kind: okta/group
name: ${name}
manage: { members: ${mode} }
adopt: true
spec: { name: ${name}, members: [${members}] }
`;

async function team(mode: string, members: string): Promise<Company> {
  const acme = await company(group("additive", "ada@acme.example"));
  await applied(acme);
  await acme.okta.add("team", "grace");
  await acme.declare(group(mode, members));
  return acme;
}

test("exclusive, the default: whoever is not listed goes, visibly", async () => {
  const acme = await team("exclusive", "ada@acme.example");
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed.

    1 person loses access
      - member of team
          grace@acme.example
          through okta/group/team

    Changed outside Accord since the last apply
      okta/group/team
          members + grace@acme.example

    okta/group
      ~ okta/group/team  members - grace@acme.example

    Next: accord apply"
  `);
  await applied(acme);
  expect(await acme.okta.members("team")).toEqual(["ada"]);
  await nothingLeft(acme);
});

test("additive: missing members come, nobody goes", async () => {
  const acme = await team("additive", "ada@acme.example, linus@acme.example");
  await applied(acme);
  expect(await acme.okta.members("team")).toEqual(["ada", "grace", "linus"]);
  await nothingLeft(acme);
});

test("observe: only reported, neither added nor removed", async () => {
  const acme = await team("observe", "ada@acme.example, linus@acme.example");
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "No changes: 1 resource, live as declared.

    Notes
      · okta/group/team: members, only observed: linus@acme.example is missing and grace@acme.example is there, and not listed"
  `);
  expect((await acme.accord("drift")).code).toBe(0);
  await nothingLeft(acme);
  expect(await acme.okta.members("team")).toEqual(["ada", "grace"]);
});

test("explained: whom a rule feeds may stay, anyone else goes", async () => {
  const acme = await company(group("explained", "", "engineering"));
  await acme.okta.add("engineering", "mallory");
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 0 to delete, 1 to adopt. Allowed.

    1 person loses access
      - member of engineering
          mallory@acme.example
          through okta/group/engineering

    okta/group
      = okta/group/engineering  bound to the existing object 00g…
          members - mallory@acme.example
          · members: katherine@acme.example stays (rule engineering), alan@acme.example stays (rule engineering) and edsger@acme.example stays (rule engineering)

    Next: accord apply"
  `);
  await applied(acme);
  expect(await acme.okta.members("engineering")).toEqual(["alan", "edsger", "katherine"]);
  await nothingLeft(acme);
});

test("exclusive over a rule: refused while planning, before Okta turns a removal into an exclusion", async () => {
  const acme = await company(group("exclusive", "alan@acme.example", "engineering"));
  const { code, stderr } = await acme.accord("plan");
  expect(code).toBe(1);
  expect(report(stderr)).toMatchInlineSnapshot(`
    "Reading okta, pagerduty, null
    ✗ members does not list katherine@acme.example (rule engineering) and edsger@acme.example (rule engineering), and the vendor puts them there itself.
        main.yaml:2:1  okta/group/engineering
        → Say \`manage: { members: explained }\`, list them, or change what puts them there and apply that first.

    1 problem."
  `);
  const everybody = ["alan", "edsger", "katherine"].map((name) => `${name}@acme.example`).join(", ");
  await acme.declare(group("exclusive", everybody, "engineering"));
  await applied(acme);
  await nothingLeft(acme);
});
