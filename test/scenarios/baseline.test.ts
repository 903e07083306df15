/** The guardrails that the package ships, on plans of the emulated tenants: their facts are what the policies ask for. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const SETTINGS = `guardrails: { baseline: true }
limits: { breakGlass: [katherine@acme.example], emptying: { count: 9 } }`;

/** Name of each guardrail that denies → what it says. */
async function denials(acme: Company): Promise<Readonly<Record<string, string>>> {
  const { stdout, stderr } = await acme.accord("plan", "--json");
  expect(report(stderr)).not.toMatch(/✗/);
  const verdicts: readonly { name: string; outcome: string; message: string }[] = JSON.parse(stdout).accord.verdicts;
  return Object.fromEntries(
    verdicts.flatMap(({ name, outcome, message }) => (outcome === "deny" ? [[name, message]] : [])),
  );
}

const bundle = ({ auto = "accept: {}", labels = "{}", everyone = true, level = "High", slug = "assigned" }): string => `
kind: c1/risk-level
name: level
spec: { value: ${level} }
---
kind: c1/app
name: wiki
spec: { displayName: Wiki }
---
kind: c1/policy
name: auto
spec: { displayName: Auto, type: grant, steps: [{ ${auto} }] }
---
kind: c1/entitlement
name: admin
spec:
  app: c1/app/wiki
  resource: { type: Role, name: admin }
  slug: ${slug}
  displayName: Wiki admin
  riskLevel: c1/risk-level/level
  grantPolicy: c1/policy/auto
---
kind: c1/access-profile
name: wiki
labels: ${labels}
spec:
  displayName: Wiki admins
  entitlements: [c1/entitlement/admin]
  requests: { enabled: true, visibleToEveryone: ${everyone} }
  joiner: { approvalPolicy: c1/policy/auto, entitlementPolicies: bypass }
---
kind: c1/membership-automation
name: wiki
spec: { profile: c1/access-profile/wiki, cel: subject.department == "Nobody", grantAndRevoke: true }
`;

describe("ConductorOne", () => {
  test("what is new is judged by what it refers to", async () => {
    const acme = await company(bundle({}), { settings: SETTINGS, c1: true });
    expect(await denials(acme)).toMatchInlineSnapshot(`
      {
        "open-privileged-profile": "With c1/entitlement/admin everybody could ask for a profile with privileged contents. With c1/access-profile/wiki everybody could ask for a profile with privileged contents.",
        "privileged-auto-approval": "c1/policy/auto would let a privileged entitlement be granted with nobody asked. c1/entitlement/admin would let a privileged entitlement be granted with nobody asked.",
        "privileged-auto-join": "c1/policy/auto would let people join a profile with privileged contents with nobody asked. c1/access-profile/wiki would let people join a profile with privileged contents with nobody asked.",
        "rule-without-status": "The rule of c1/membership-automation/wiki does not ask for subject.status, so that people who left stay.",
      }
    `);
    await acme.declare(
      bundle({ level: "Low" }).replace('"Nobody"', '"Nobody" && subject.status == UserStatus.ENABLED'),
    );
    await applied(acme);
    await nothingLeft(acme);

    // Now with ids in the place of addresses: the policy that asked nobody is there, the profile is what changes.
    const asking = "approval: { manager: { allowSelfApproval: true } }";
    await acme.declare(
      bundle({ level: "Low", auto: asking, labels: '{ on-call: "true" }' })
        .replace("displayName: Wiki admin\n", 'displayName: Wiki admin\n  description: "!"\n')
        .replace("kind: c1/entitlement\n", 'kind: c1/entitlement\nlabels: { privileged: "true" }\n'),
    );
    expect(await denials(acme)).toMatchInlineSnapshot(`
      {
        "open-privileged-profile": "With c1/entitlement/admin everybody could ask for a profile with privileged contents.",
        "requester-approves": "c1/policy/auto would let people approve their own requests.",
        "rule-without-status": "The rule of c1/membership-automation/wiki does not ask for subject.status, so that people who left stay.",
      }
    `);
  });
});

test("Okta: emergency accounts, administrators, and members by name beside a rule", async () => {
  const admin = (name: string) => `
kind: okta/admin-role
name: ${name}
adopt: true
onRemoval: delete
spec: { type: SUPER_ADMIN, user: ${name}@acme.example }
`;
  const sre = (members: string) => `
kind: okta/group
name: sre
spec: { name: sre, members: [${members}] }
`;
  const rule = `
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="Nobody"', groups: [okta/group/sre], status: inactive }
`;
  const acme = await company([admin("trent"), admin("conductorone")].join("---"), { settings: SETTINGS });
  await applied(acme);
  await acme.declare([admin("trent"), sre("ada@acme.example, katherine@acme.example"), rule].join("---"));
  expect(await denials(acme)).toMatchInlineSnapshot(`
    {
      "break-glass-accounts": "katherine@acme.example is a break-glass account, and would gain member of sre.",
      "rule-fed-members": "okta/group/sre: a group that a rule feeds would have members by name. okta/group-rule/sre: a group that a rule feeds would have members by name.",
      "two-administrators": "Fewer than two administrators would be left in okta, should the run stop half-way.",
    }
  `);
  await acme.declare([admin("trent"), admin("conductorone"), sre(""), rule].join("---"));
  await applied(acme);
  await nothingLeft(acme);
});
