/** Separation of duties: pairs of sets of which nobody may hold one of each, by whatever way. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const [ada, grace, linus, rosalind] = ["ada", "grace", "linus", "rosalind"].map((name) => `${name}@acme.example`) as [
  string,
  string,
  string,
  string,
];

const group = (name: string, ...members: readonly string[]): string =>
  `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [${members.join(", ")}] }\n---\n`;
const end = `kind: "null/resource"\nname: end\nspec: {}\n`;

interface Policy {
  readonly between?: string;
  readonly outcome?: string;
  readonly exceptions?: string;
}

const policy = ({
  between = "[okta/group/entry], [okta/group/release]",
  outcome = "deny",
  exceptions = "",
}: Policy = {}): string => `version: 1
separations:
  - name: payments
    description: Nobody both enters and releases a payment.
    between: [${between}]
    outcome: ${outcome}
${exceptions === "" ? "" : `    exceptions: [{ ${exceptions} }]\n`}    examples:
      pass: [{ holds: { ${ada}: [okta/group/entry, member of entry], ${grace}: [okta/group/release] } }]
      fail: [{ holds: { ${ada}: [okta/group/entry, okta/group/release, member of entry, admin role X] } }]
`;

const documents = (entry: readonly string[], release: readonly string[], more = ""): string =>
  `${group("entry", ...entry)}${group("release", ...release)}${more}${end}`;

interface Start {
  readonly entry: readonly string[];
  readonly release: readonly string[];
  readonly more?: string;
  readonly policy?: string;
}

async function payments({ entry, release, more = "", policy: text = policy() }: Start): Promise<Company> {
  const acme = await company(documents(entry, release, more));
  await applied(acme);
  await acme.write("policies/payments.yaml", text);
  return acme;
}

/** What Okta says for want of a right. */
function refusal(): Response {
  const error = { errorCode: "E0000006", errorSummary: "You do not have permission to perform the requested action" };
  return new Response(JSON.stringify(error), { status: 403, headers: { "content-type": "application/json" } });
}

/** What a plan says beside who moves and what changes. */
async function judged(acme: Company, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await acme.accord("plan", ...argv);
  if (stdout === "") throw new Error(stderr);
  const sections = report(stdout).split("\n\n");
  // Who moves is the report's to say.
  const [head = ""] = stdout.split("\n");
  return [`${code}: ${head}`, ...sections.filter((one) => /^(Denied|Waits|Needs|Warnings|Let pass)/.test(one))].join(
    "\n",
  );
}

describe("who would hold one of each", () => {
  test("is denied by name, with both", async () => {
    const acme = await payments({ entry: [ada], release: [grace] });
    await acme.declare(documents([ada], [grace, ada]));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 0 to create, 1 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments  okta/group/release
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
    expect((await acme.accord("apply", "--yes")).code).toBe(3);
  });

  test("is shown with the way by which it comes, also where the document does not say who is there", async () => {
    const role = `kind: okta/admin-role\nname: desk\nspec: { type: HELP_DESK_ADMIN, group: { name: support } }\n---\n`;
    const acme = await payments({
      entry: [ada],
      release: [grace],
      policy: policy({ between: '[okta/group/entry], ["admin role *"]' }),
    });
    await acme.declare(documents([ada, rosalind], [grace], role));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 1 to create, 1 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments
            Nobody both enters and releases a payment: rosalind@acme.example would hold member of entry and admin role HELP_DESK_ADMIN (as member of support).
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
  });

  test("is who a changed rule takes in as well", async () => {
    const rule = `kind: okta/group-rule\nname: sre\nspec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/release] }\n---\n`;
    const acme = await payments({ entry: [ada, linus], release: [] });
    await acme.declare(documents([ada, linus], [], rule).replace("members: []", 'description: "fed"'));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 1 to create, 1 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments  okta/group-rule/sre
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release; linus@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
  });

  test("is who joins an access profile that gives it, in another system", async () => {
    const onCall = await readFile(new URL("../../examples/on-call/on-call.yaml", import.meta.url), "utf8");
    const acme = await company(`${group("approvers", ada, linus)}${onCall}`, { c1: true });
    await acme.write(
      "policies/production.yaml",
      policy()
        .replaceAll("okta/group/entry", "okta/group/prod-breakglass")
        .replaceAll("okta/group/release", "okta/group/approvers"),
    );
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 6 to create, 0 to change, 0 to delete, 1 to adopt. DENIED by separation:payments.
      Denied
        ✗ separation:payments
            Nobody both enters and releases a payment: ada@acme.example would hold member of prod-breakglass (as member of the profile On-call) and member of approvers.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/production.yaml:3."
    `);
  });

  test("may need an approval, or only be warned of", async () => {
    const acme = await payments({ entry: [ada], release: [grace] });
    await acme.declare(documents([ada], [grace, ada]));
    await acme.write(
      "policies/payments.yaml",
      policy({ outcome: "approve\n    from: { group: finance-leads, count: 2 }" }),
    );
    expect(await judged(acme)).toMatchInlineSnapshot(
      `
      "3: Plan: 0 to create, 1 to change, 0 to delete. NEEDS APPROVAL by 2 of finance-leads (separation:payments).
      Needs approval
        ? separation:payments  okta/group/release  2 of finance-leads
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release.
            → 2 of finance-leads have to approve; apply refuses it until then. Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `,
    );
    await acme.write("policies/payments.yaml", policy({ outcome: "warn" }));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "0: Plan: 0 to create, 1 to change, 0 to delete. Allowed, with 1 warning.
      Warnings
        ! separation:payments  okta/group/release
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
    await applied(acme);
  });

  test("already, and is not touched by the plan, is a warning", async () => {
    const acme = await payments({ entry: [ada], release: [ada] });
    await acme.declare(documents([ada, linus], [ada]));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "0: Plan: 0 to create, 1 to change, 0 to delete. Allowed, with 1 warning.
      Warnings
        ! separation:payments
            ada@acme.example holds member of entry and member of release. This plan does not change that.
            → Take one of the two from them, in this plan or in one of its own."
    `);
    await acme.declare(documents([ada], [ada], group("other", linus)));
    expect(await judged(acme)).toMatchInlineSnapshot(`"0: Plan: 1 to create, 0 to change, 0 to delete. Allowed."`);
  });

  test("is looked for in what --target leaves out", async () => {
    const acme = await payments({ entry: [ada], release: [grace] });
    await acme.declare(documents([], [grace, ada]));
    expect(await judged(acme, "--target", "okta/group/release")).toMatchInlineSnapshot(`
      "3: Plan: 0 to create, 1 to change, 0 to delete. DENIED by separation:payments. Partial: --target or --exclude left resources out.
      Denied
        ✗ separation:payments  okta/group/release
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
  });

  test("and nobody can read it: that is no answer, and denied", async () => {
    const acme = await payments({
      entry: [ada],
      release: [grace],
      policy: policy({ between: '[okta/group/entry], ["member of support", "admin role *"]' }),
    });
    await acme.declare(
      documents(
        [ada, linus],
        [grace],
        `kind: okta/admin-role\nname: desk\nspec: { type: HELP_DESK_ADMIN, group: { name: support } }\n---\n`,
      ),
    );
    const support = await acme.okta.groupId("support");
    acme.between((request, pass) =>
      new URL(request.url).pathname.includes(`/groups/${support}/users`) ? Promise.resolve(refusal()) : pass(request),
    );
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 1 to create, 1 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments
            Nobody both enters and releases a payment: who is behind okta/group support of okta could not be read, so nobody can tell whether somebody would hold both.
            → \`accord doctor\` says what the credential may not read. With that right, plan again.
      Warnings
        ! separation:payments
            Nothing that this plan knows is called "member of support": whoever holds it elsewhere was not looked at.
            → Write it as plans do, or name a document of this stack, in policies/payments.yaml:3."
    `);
  });
});

describe("an exception", () => {
  const exceptions = `people: [${ada}], owner: cfo@acme.example, reason: Grace is away, ticket: FIN-12, expires: 2026-03-31`;

  test("lets its people pass until it ends, and says until when; then they are denied, and it is named", async () => {
    const acme = await payments({ entry: [ada], release: [grace], policy: policy({ exceptions }) });
    await acme.declare(documents([ada], [grace, ada]));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "0: Plan: 0 to create, 1 to change, 0 to delete. Allowed, with 1 exception.
      Let pass by an exception
        ! separation:payments
            ada@acme.example would hold member of entry and member of release. Let pass by the exception of cfo@acme.example (FIN-12) until 2026-03-31: Grace is away."
    `);
    await acme.declare(documents([ada, linus], [grace, ada, linus]));
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 0 to create, 2 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments
            Nobody both enters and releases a payment: linus@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3.
      Let pass by an exception
        ! separation:payments
            ada@acme.example would hold member of entry and member of release. Let pass by the exception of cfo@acme.example (FIN-12) until 2026-03-31: Grace is away."
    `);
    await acme.declare(documents([ada], [grace, ada]));
    acme.clock.pass(40 * 24 * 3_600_000);
    expect(await judged(acme)).toMatchInlineSnapshot(`
      "3: Plan: 0 to create, 1 to change, 0 to delete. DENIED by separation:payments.
      Denied
        ✗ separation:payments  okta/group/release
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release. The exception of cfo@acme.example (FIN-12) ended on 2026-03-31.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
  });

  test("that has ended ends a saved plan too", async () => {
    const acme = await payments({ entry: [ada], release: [grace], policy: policy({ exceptions }) });
    await acme.declare(documents([ada], [grace, ada]));
    expect((await acme.accord("plan", "--out", "plan.json")).code).toBe(0);
    acme.clock.pass(40 * 24 * 3_600_000);
    const { code, stdout } = await acme.accord("apply", "plan.json", "--yes");
    expect(code).toBe(3);
    expect(stdout).toContain("The exception of cfo@acme.example (FIN-12) ended on 2026-03-31.");
  });
});

test("a saved plan is asked again: whoever joined the other set by hand meanwhile is seen", async () => {
  const acme = await payments({ entry: [], release: [grace] });
  await acme.declare(documents([], [grace, ada]).replace("name: entry, members: []", "name: entry"));
  expect((await acme.accord("plan", "--out", "plan.json")).code).toBe(0);
  await acme.okta.add("entry", "ada");
  const { code, stdout } = await acme.accord("apply", "plan.json", "--yes");
  expect([code, stdout]).toEqual([
    3,
    expect.stringContaining(`${ada} would hold member of entry and member of release`),
  ]);
});

describe("a swap", () => {
  const taken = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/ .*/, ""));

  test("takes the one, waits until that is confirmed, and gives the other", async () => {
    const acme = await payments({ entry: [ada, linus], release: [grace] });
    await acme.declare(documents([linus], [grace, ada]));
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 2 to change, 0 to delete. Allowed.
      1 person gains access; 1 person loses access.

      1 person gains access
        + member of release
            ada@acme.example
            through okta/group/release

      1 person loses access
        - member of entry
            ada@acme.example
            through okta/group/entry

      okta/group
        ~ okta/group/entry  members - ada@acme.example
        ~ okta/group/release  members + ada@acme.example
            · Gives only once okta/group/entry is confirmed: nobody may hold both (payments), and ada@acme.example would for a moment

      Next: accord apply"
    `);
    acme.writes();
    await applied(acme);
    expect(taken(acme.writes())).toEqual(["DELETE", "PUT"]);
    await nothingLeft(acme);
  });

  test("of a saved plan keeps its order", async () => {
    const acme = await payments({ entry: [ada, linus], release: [grace] });
    await acme.declare(documents([linus], [grace, ada]));
    await acme.accord("plan", "--out", "plan.json");
    acme.writes();
    expect((await acme.accord("apply", "plan.json", "--yes")).code).toBe(0);
    expect(taken(acme.writes())).toEqual(["DELETE", "PUT"]);
  });

  test("of two people in both directions takes both before it gives either", async () => {
    const acme = await payments({ entry: [ada, linus], release: [grace, rosalind] });
    await acme.declare(documents([linus, grace], [rosalind, ada]));
    acme.writes();
    await applied(acme);
    expect(taken(acme.writes())).toEqual(["DELETE", "DELETE", "PUT", "PUT"]);
    await nothingLeft(acme);
  });

  test("gives nothing where the taking fails: it is skipped and named, and the next apply takes it up", async () => {
    const acme = await payments({ entry: [ada, linus], release: [grace] });
    await acme.declare(documents([linus], [grace, ada]));
    acme.between((request, pass) => (request.method === "DELETE" ? Promise.resolve(refusal()) : pass(request)));
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(report(stdout.slice(stdout.indexOf("Applied:")))).toMatchInlineSnapshot(`
      "Applied: 0 of 2 changes confirmed, 1 failed, 1 skipped.

      Failed
        ✗ ~ okta/group/entry
            · member ada@acme.example: Okta refused DELETE /api/v1/groups/00g…/users/00u…: You do not have permission to perform the requested action (E0000006).
                main.yaml:1:1
                → A scope or an admin role of the credential is missing; \`accord doctor\` says which.

      Skipped
        ○ ~ okta/group/release  because okta/group/entry did not succeed
            it waits until okta/group/entry is confirmed: nobody may hold both (payments), and ada@acme.example would for a moment
            → The next apply takes it up again.

      Run <run>."
    `);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });

  test("of somebody who is excused gives before it takes, as ever", async () => {
    const exceptions = `people: [${ada}], owner: cfo@acme.example, reason: Grace is away, ticket: FIN-12, expires: 2027-12-31`;
    const acme = await payments({ entry: [ada, linus], release: [grace], policy: policy({ exceptions }) });
    await acme.declare(documents([linus], [grace, ada]));
    acme.writes();
    await applied(acme);
    expect(taken(acme.writes())).toEqual(["PUT", "DELETE"]);
  });

  test("taken back by --undo is ordered as well", async () => {
    const acme = await payments({ entry: [ada, linus], release: [grace] });
    await acme.declare(documents([linus], [grace, ada]));
    const run = /Run (\S+);/.exec((await acme.accord("apply", "--yes")).stdout)?.[1] ?? "";
    acme.writes();
    expect((await acme.accord("apply", "--undo", run, "--yes")).code).toBe(0);
    expect(taken(acme.writes())).toEqual(["DELETE", "PUT"]);
  });
});

test("a plan that is about neither set asks nobody more", async () => {
  const acme = await payments({
    entry: [ada],
    release: [grace],
    policy: policy({ between: '[okta/group/entry], ["member of support"]' }),
  });
  await acme.declare(documents([ada], [grace], group("other", linus)));
  const calls = async (): Promise<string | undefined> =>
    /^Calls made: .*$/m.exec((await acme.accord("plan")).stdout)?.[0];
  const judging = await calls();
  await acme.write("policies/payments.yaml", "version: 1\nguardrails: []\n");
  expect(await calls()).toBe(judging);
});
