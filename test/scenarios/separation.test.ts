/** Separation of duties: pairs of entitlement sets of which nobody may hold one of each, by whatever way. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const [ada, grace, linus] = ["ada@acme.example", "grace@acme.example", "linus@acme.example"];

const group = (name: string, ...members: readonly string[]): string =>
  `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [${members.join(", ")}] }\n---\n`;
const end = `kind: "null/resource"\nname: end\nspec: {}\n`;

/** Emptying a group is what these swaps do: the budget for it is another test's. */
const SETTINGS = { settings: "limits: { emptying: false }" };

const policy = (
  more = "",
  between = "[okta/group/entry], [okta/group/release]",
  outcome = "deny",
): string => `version: 1
separations:
  - name: payments
    description: Nobody both enters and releases a payment.
    between: [${between}]
    outcome: ${outcome}
${more}    examples:
      pass: [{ holds: { ${ada}: [okta/group/entry], ${grace}: [okta/group/release] } }]
      fail: [{ holds: { ${ada}: [okta/group/entry, okta/group/release] } }]
`;

const documents = (entry: readonly string[], release: readonly string[]): string =>
  `${group("entry", ...entry)}${group("release", ...release)}${end}`;

async function payments(entry: readonly string[], release: readonly string[], text = policy()): Promise<Company> {
  const acme = await company(documents(entry, release));
  await applied(acme);
  await acme.write("policies/payments.yaml", text);
  return acme;
}

const verdicts = (stdout: string): string => {
  const text = report(stdout);
  return text.slice(0, text.search(/\n\n[a-z-]+\/[a-z-]+\n/));
};

describe("who would hold one of each", () => {
  test("is denied by name, with both", async () => {
    const acme = await payments([ada], [grace]);
    await acme.declare(documents([ada], [grace, ada]));
    const { code, stdout } = await acme.accord("plan");
    expect(verdicts(stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 1 to change, 0 to delete. DENIED by separation:payments.

      1 person gains access
        + member of release
            ada@acme.example
            through okta/group/release

      Denied
        ✗ separation:payments  okta/group/release
            Nobody both enters and releases a payment: ada@acme.example would hold member of entry and member of release.
            → Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3."
    `);
    expect(code).toBe(3);
  });
});

describe("a swap", () => {
  test("takes the one before it gives the other", async () => {
    const acme = await payments([ada, linus], [grace]);
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
    expect(acme.writes().map((line) => line.split(" ")[0])).toEqual(["DELETE", "PUT"]);
    await nothingLeft(acme);
  });
});
