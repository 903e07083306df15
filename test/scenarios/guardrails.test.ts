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

const EXCEPTION = (expires: string): string =>
  `[{ covers: [okta/group/prod], owner: katherine@acme.example, reason: Linus is on loan., ticket: SEC-12, expires: ${expires} }]`;

test("deny: exit 3, and nothing is applied", async () => {
  const acme = await joining({ hint: "Ask security." });
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
          → Ask security.

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

test("approve: exit 3 until somebody has, and says whose approval it takes", async () => {
  const acme = await joining({ outcome: "approve", from: "{ group: security, count: 2 }" });
  const { code, stdout } = await acme.accord("plan", "--json");
  expect(code).toBe(3);
  const { allowed, verdicts } = JSON.parse(stdout).accord;
  expect({ allowed, verdicts }).toMatchInlineSnapshot(`
    {
      "allowed": false,
      "verdicts": [
        {
          "address": "okta/group/prod",
          "approvers": {
            "count": 2,
            "group": "security",
          },
          "hint": "2 of security have to approve; apply refuses it until then. See policies/prod.yaml:3.",
          "message": "prod takes in linus@acme.example.",
          "name": "prod-members",
          "outcome": "approve",
        },
      ],
    }
  `);
  acme.writes();
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 3 });
  expect(acme.writes()).toEqual([]);
});

test("warn: said, applied and recorded", async () => {
  const acme = await joining({ outcome: "warn" });
  const [code, text] = await planned(acme);
  expect([code, text.split("\n")[0]]).toEqual([
    0,
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed, with 1 warning.",
  ]);
  expect(text).toContain("! prod-members  okta/group/prod\n      prod takes in linus@acme.example.");
  await applied(acme);
  expect((await lastRun(acme))?.verdicts).toMatchObject([{ name: "prod-members", outcome: "warn" }]);
  await nothingLeft(acme);
});

test("what does not hit it is allowed", async () => {
  const acme = await joining({ when: 'change.kind == "okta/group" && change.name == "other"' });
  await applied(acme);
  await nothingLeft(acme);
});

describe("an exception", () => {
  test("lets pass what it covers, and is recorded", async () => {
    const acme = await joining({ exceptions: EXCEPTION("2099-12-31") });
    await applied(acme);
    expect((await lastRun(acme))?.verdicts).toEqual([
      {
        name: "prod-members",
        outcome: "allow",
        address: "okta/group/prod",
        message:
          "prod takes in linus@acme.example. Let pass by the exception of katherine@acme.example (SEC-12) until 2099-12-31: Linus is on loan.",
      },
    ]);
    await nothingLeft(acme);
  });

  test("lets nothing pass once its day is over, and says so", async () => {
    const acme = await joining({});
    const today = new Date(acme.clock.now()).toISOString().slice(0, 10);
    await acme.write("policies/prod.yaml", guardrail({ exceptions: EXCEPTION(today) }));
    expect(await acme.accord("plan")).toMatchObject({ code: 0 });
    expect((await acme.accord("validate")).stderr).toContain("ends today");
    acme.clock.pass(86_400_000);
    const [code, text] = await planned(acme);
    expect(code).toBe(3);
    expect(text).toContain(
      `prod takes in linus@acme.example. The exception of katherine@acme.example (SEC-12) ended on ${today}.`,
    );
    expect(report((await acme.accord("validate")).stderr).replaceAll(today, "<today>")).toMatchInlineSnapshot(`
      "! prod-members: the exception of katherine@acme.example (SEC-12) ended on <today>, and lets nothing pass any more.
          policies/prod.yaml:12:18
          → Remove it, or give it another end.

      1 warning."
    `);
  });

  test("may stand beside the rules, for those of the baseline", async () => {
    const acme = await joining({});
    const what = "covers: [okta/group/p*], owner: ada, reason: r, ticket: T-1, expires: 2099-01-01";
    const aside = (to: string) => `version: 1\nexceptions: [{ to: ${to}, ${what} }]\n`;
    await acme.write("policies/exceptions.yaml", aside("prod-members"));
    expect(await acme.accord("plan")).toMatchObject({ code: 0 });
    await acme.write("policies/exceptions.yaml", aside("prod-member"));
    const { code, stderr } = await acme.accord("plan");
    expect([code, report(stderr)]).toMatchInlineSnapshot(`
      [
        1,
        "✗ There is no guardrail "prod-member" that this could be an exception to.
          policies/exceptions.yaml:2:14
          → Did you mean "prod-members"?

      1 problem.",
      ]
    `);
  });
});

describe("a rule that cannot be evaluated", () => {
  test("lets nothing pass", async () => {
    const acme = await joining({ when: "change.after.owners.size() > 1" });
    const [code, text] = await planned(acme);
    expect(code).toBe(3);
    expect(text.slice(text.indexOf("Denied"), text.indexOf("okta/group\n"))).toMatchInlineSnapshot(`
      "Denied
        ✗ prod-members  okta/group/prod
            Nobody can tell whether okta/group/prod may be: No such key: owners.
            → A guardrail that fails lets nothing pass. Ask with has(…) before a field that may be absent, in policies/prod.yaml:3.

      "
    `);
  });

  test("is a problem before any call, with the place in its text", async () => {
    const acme = await joining({});
    await acme.write(
      "policies/prod.yaml",
      guardrail({
        when: 'chnage.kind == "okta/group" || change.knd == ""',
        message: '"${change.nmae} and ${size(change.fields)"',
      }),
    );
    await acme.write(
      "policies/typed.yaml",
      guardrail({
        name: "typed",
        each: "plan",
        when: '|\n      plan.changes.exists(c,\n        c.knd == "okta/group")',
        message: '"${move.person} ${impact.gained.map(m, m.person)}"',
      }),
    );
    acme.between(() => Promise.reject(new Error("nobody may be called")));
    for (const command of ["validate", "plan"]) {
      const { code, stderr } = await acme.accord(command);
      expect(code).toBe(1);
      expect(report(stderr)).toMatchInlineSnapshot(`
        "✗ prod-members, when: Unknown variable: chnage.
            policies/prod.yaml:6:5
              chnage.kind == "okta/group" || change.knd == ""
              ^^^^^^
            → Did you mean "change"?

        ✗ prod-members, message: No such key: nmae.
            policies/prod.yaml:8:5
              change.nmae
                     ^^^^
            → Did you mean "name"?

        ✗ The message opens \${ and does not close it: \${size(change.fields)
            policies/prod.yaml:8:5
            → Close it with }.

        ✗ typed, when: No such key: knd.
            policies/typed.yaml:6:5
                c.knd == "okta/group")
                  ^^^
            → Did you mean "kind"?

        ✗ typed, message: Unknown variable: move.
            policies/typed.yaml:10:5
              move.person
              ^^^^
            → There is a \`move\` with each: move; over all of them: impact.gained.exists(m, …).

        5 problems."
      `);
    }
  });
});

test("validate runs its examples", async () => {
  const acme = await joining({});
  expect(await acme.accord("validate")).toMatchObject({ code: 0, stdout: "Valid: 1 document and 1 guardrail.\n" });
  await acme.write(
    "policies/prod.yaml",
    guardrail({
      when: 'change.kind == "okta/group" && change.declared.name == "prod"',
      examples: `
      pass:
        - { change: { kind: okta/group, declared: { name: prod } } }
        - { change: { kind: okta/group } }
      fail:
        - { change: { kind: okta/group, declared: { name: dev } } }
        - { move: { person: ada@acme.example } }`,
    }),
  );
  const { code, stderr } = await acme.accord("validate");
  expect([code, report(stderr)]).toMatchInlineSnapshot(`
    [
      1,
      "✗ Example 1 under pass of prod-members should not hit it, and does: example takes in nothing.
        policies/prod.yaml:11:11
        → Correct the example, or the guardrail's \`when\`.

    ✗ Example 2 under pass of prod-members cannot be judged: No such key: name.
        policies/prod.yaml:12:11
        → Ask with has(…) before a field that may be absent, or give it in the example.

    ✗ Example 1 under fail of prod-members should hit it, and does not.
        policies/prod.yaml:14:11
        → Correct the example, or the guardrail's \`when\`.

    ✗ Example 2 under fail of prod-members has no change, which is what it is asked about.
        policies/prod.yaml:15:11
        → Write { change: { … } }.

    4 problems.",
    ]
  `);
});

describe("a saved plan", () => {
  test("is judged again, by the guardrails of the day of its apply", async () => {
    const acme = await joining({ outcome: "warn" });
    expect(await acme.accord("plan", "--out", "plan.json")).toMatchObject({ code: 0 });
    await acme.write("policies/prod.yaml", guardrail({}));
    acme.writes();
    expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 3 });
    expect(acme.writes()).toEqual([]);
    await acme.write("policies/prod.yaml", guardrail({ exceptions: EXCEPTION("2099-12-31") }));
    expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
    await nothingLeft(acme);
  });

  test("that was denied when it was made is applied once the guardrail is gone", async () => {
    const acme = await joining({});
    expect(await acme.accord("plan", "--out", "plan.json")).toMatchObject({ code: 3 });
    await acme.write("policies/prod.yaml", guardrail({ when: '"false"' }));
    expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
  });
});

test("an undo is judged like any plan", async () => {
  const acme = await company(group(["ada", "grace"]));
  await applied(acme);
  await acme.declare(group(["ada"]));
  await applied(acme);
  await acme.write("policies/prod.yaml", guardrail({}));
  const { code, stdout } = await acme.accord("apply", "--undo", (await lastRun(acme))?.run ?? "", "--yes");
  expect([code, stdout]).toEqual([3, expect.stringContaining("prod takes in grace@acme.example.")]);
});

describe("what a plan's moves say", () => {
  const noMove = (when: string): string =>
    guardrail({
      name: "moves",
      each: "move",
      when,
      message: '"${move.person} would gain ${move.entitlement}."',
      examples: `
      pass: [{ move: { gained: false } }]
      fail: [{ move: { privileged: true, administers: true } }]`,
    });

  test("a label makes privileged whatever the document gives", async () => {
    const acme = await joining({}, 'labels: { privileged: "true" }');
    await acme.write("policies/prod.yaml", noMove("move.gained && move.privileged"));
    const [code, text] = await planned(acme);
    expect(code).toBe(3);
    expect(text.slice(0, text.indexOf("okta/group\n"))).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. DENIED by moves.
      1 person gains access, some of it privileged.

      1 person gains access
        + member of prod  (privileged)
            linus@acme.example
            through okta/group/prod

      Denied
        ✗ moves  okta/group/prod
            linus@acme.example would gain member of prod.
            → Change the stack, or see policies/prod.yaml:3.

      "
    `);
  });

  test("one verdict for many, with the first of them", async () => {
    const acme = await company(group(["ada"]));
    await applied(acme);
    await acme.write("policies/prod.yaml", noMove("move.gained"));
    await acme.declare(group(["ada", "grace", "linus", "alan", "edsger", "mallory", "victor"]));
    const { verdicts } = JSON.parse((await acme.accord("plan", "--json")).stdout).accord;
    expect(verdicts).toMatchInlineSnapshot(`
      [
        {
          "address": "okta/group/prod",
          "hint": "Change the stack, or see policies/prod.yaml:3.",
          "hits": 6,
          "message": "alan@acme.example would gain member of prod. edsger@acme.example would gain member of prod. grace@acme.example would gain member of prod. And 3 more: linus@acme.example: member of prod, mallory@acme.example: member of prod and victor@acme.example: member of prod.",
          "name": "moves",
          "outcome": "deny",
        },
      ]
    `);
  });
});

test("is there no policies directory, nothing is different", async () => {
  const acme = await company(group(["ada"]));
  await applied(acme);
  expect((await lastRun(acme))?.verdicts).toEqual([]);
  await nothingLeft(acme);
});

interface RunStarted {
  readonly type: string;
  readonly run: string;
  readonly verdicts: unknown;
}

async function lastRun({ accord }: Company): Promise<RunStarted | undefined> {
  const events: readonly RunStarted[] = JSON.parse((await accord("history", "--json")).stdout);
  return events.findLast(({ type }) => type === "run-started");
}
