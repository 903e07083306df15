/** Guardrails in `policies/`: what they deny, ask an approval for, warn of and let pass. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const group = (members: readonly string[], more = "", name = "prod"): string => `---
kind: okta/group
name: ${name}
${more}
spec: { name: ${name}, members: [${members.map((one) => `${one}@acme.example`).join(", ")}] }
`;

const guardrail = (fields: Readonly<Record<string, string>>): string => {
  const all = {
    name: "prod-members",
    description: "Who is in production is decided by security.",
    each: "change",
    when: `change.kind == "okta/group" && change.fields.exists(f, f.op == "add")`,
    outcome: "deny",
    message: '"${change.name} takes in ${change.fields.map(f, f.element)}."',
    examples: `
      pass: [{ change: { kind: okta/group, fields: [{ op: remove, path: members, element: ada }] } }]
      fail: [{ change: { kind: okta/group, fields: [{ op: add, path: members, element: ada }] } }]`,
    ...fields,
  };
  return `version: 1
guardrails:
  - ${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join("\n    ")}
`;
};

/** Ada and Grace are in prod, and Linus is to join. */
async function joining(fields: Readonly<Record<string, string>>, more = ""): Promise<Company> {
  const acme = await company(group(["ada", "grace"], more));
  await applied(acme);
  await acme.write("policies/prod.yaml", guardrail(fields));
  await acme.declare(group(["ada", "grace", "linus"], more));
  return acme;
}

async function planned(acme: Company): Promise<readonly [code: number, report: string]> {
  const { code, stdout, stderr } = await acme.accord("plan");
  return [code, report(`${stdout}${stderr.replace(/^Reading .*\n/gm, "")}`)];
}

test("deny: exit 3, and nothing is applied", async () => {
  const acme = await joining({});
  expect(await planned(acme)).toMatchInlineSnapshot(`
    [
      3,
      "Plan: 0 to create, 1 to change, 0 to delete. DENIED by prod-members.

    1 person gains access
      + member of prod
          linus@acme.example
          through okta/group/prod

    Denied
      ✗ prod-members  okta/group/prod
          prod takes in linus@acme.example.
          → Change the stack, or see policies/prod.yaml:3.

    okta/group
      ~ okta/group/prod  members + linus@acme.example

    Next: change the stack as the denials say, then plan again; apply refuses this plan.
    Plan digest: <digest>",
    ]
  `);
  acme.writes();
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 3 });
  expect(acme.writes()).toEqual([]);
});
