/** A rule changes: whom it takes in, whom it lets go, and which attribute decides, before anything is sent. */
import { expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const rule = (expression: string, more = ""): string => `
kind: okta/group
name: leads
spec: { name: leads }
---
kind: okta/group-rule
name: leads
spec: { name: leads, expression: '${expression}', groups: [okta/group/leads]${more} }
`;

/** What the plan says of rules, without the rest. */
async function judged(acme: Company): Promise<string> {
  const { stdout, stderr } = await acme.accord("plan");
  expect(stderr).not.toContain("✗");
  return /Whom changed rules[\s\S]*?\n\n/.exec(report(stdout))?.[0].trimEnd() ?? "";
}

test("a group rule", async () => {
  const acme = await company(rule('user.department == "Sales"'));
  expect(await judged(acme), "a new rule, into a new group").toMatchInlineSnapshot(`
    "Whom changed rules take in and let go
      member of okta/group/leads: 2 enter; matches 2 people
          + mallory@acme.example  department Sales
          + victor@acme.example  department Sales
          through okta/group-rule/leads"
  `);
  await applied(acme);
  await acme.clock.sleep(60_000);
  expect(await acme.okta.members("leads")).toEqual(["mallory", "victor"]);
  await nothingLeft(acme);
  expect((await acme.accord("plan")).stdout, "Okta counts as many").not.toContain("vendor counts");
  await acme.okta.changeUser("victor", { department: "Board" });
  await acme.clock.sleep(60_000);
  expect(/· (.*judged to match.*)/.exec((await acme.accord("plan")).stdout)?.[1]).toBe(
    "okta/group-rule/leads: it was judged to match 2 people, and the vendor counts 1.",
  );
  await acme.okta.changeUser("victor", { department: "Sales" });
  await acme.clock.sleep(60_000);

  await acme.declare(rule('user.title == "Account Executive" || user.login == "ada@acme.example"'));
  expect(await judged(acme), "another expression").toMatchInlineSnapshot(`
    "Whom changed rules take in and let go
      member of leads: 1 enters, 1 leaves; matches 2 people
          - victor@acme.example  title "Head of Sales", login victor@acme.example
          + ada@acme.example  login ada@acme.example
          · Whoever was also added by hand stays; Okta does not show whom a rule alone keeps there.
          through okta/group-rule/leads"
  `);

  await acme.declare(rule('user.department == "Sales"', ", exclude: [victor@acme.example]"));
  expect(await judged(acme), "an exclusion").toMatchInlineSnapshot(`
    "Whom changed rules take in and let go
      member of leads: 1 leaves; matches 1 person
          - victor@acme.example  exclude victor@acme.example
          · Whoever was also added by hand stays; Okta does not show whom a rule alone keeps there.
          through okta/group-rule/leads"
  `);

  await acme.declare(rule('user.department == "Sales" && user.getLinkedObject("manager").title == "VP"'));
  expect(await judged(acme), "what cannot be told").toMatchInlineSnapshot(`
    "Whom changed rules take in and let go
      member of leads: 2 uncertain; matches 0 people, or up to 2
          ? mallory@acme.example  may leave: linked objects are not read (department Sales)
          ? victor@acme.example  may leave: linked objects are not read (department Sales)
          through okta/group-rule/leads"
  `);

  const counted = await acme.accord("plan");
  expect(counted.code, "and counts as the worst that it can be").toBe(3);
  expect(counted.stdout).toContain("okta/group-rule/leads (member of leads) would be left with nobody.");
  const markdown = await acme.accord("plan", "--format", "markdown");
  expect(/### Whom changed rules[\s\S]*?through .*/.exec(markdown.stdout)?.[0]).toMatchInlineSnapshot(`
    "### Whom changed rules take in and let go

    - \`member of leads\`: 2 uncertain; matches 0 people, or up to 2<br>
      \`? mallory@acme.example\` may leave: linked objects are not read (department Sales)<br>
      \`? victor@acme.example\` may leave: linked objects are not read (department Sales)<br>
      through \`okta/group-rule/leads\`"
  `);
  const json = JSON.parse((await acme.accord("plan", "--format", "json")).stdout);
  expect(json.accord.populations[0].uncertain[0].by).toEqual([{ attribute: "department", value: "Sales" }]);

  await acme.declare(rule('user.department == "Sales"').replace("name: leads, exp", "name: sales leads, exp"));
  expect(await judged(acme), "another name moves nobody").toBe("");

  await acme.declare(rule('user.department == "Sales" || user.title == "Staff SRE"'));
  await applied(acme);
  await acme.clock.sleep(60_000);
  expect(await acme.okta.members("leads")).toEqual(["ada", "mallory", "victor"]);
  const events: readonly { readonly type: string; readonly run: string }[] = JSON.parse(
    (await acme.accord("history", "--json")).stdout,
  );
  const run = events.findLast(({ type }) => type === "run-started")?.run ?? "";
  const undone = await acme.accord("apply", "--undo", run, "--yes");
  expect(undone.stdout, "taking it back moves people as well").toContain("- ada@acme.example  department SRE");
});
