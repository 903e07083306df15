/** Several sets of one object that share their people: each is a role, and whoever changes roles is never out. */
import { expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const team = (managers: string, responders: string): string => `
kind: pagerduty/team
name: database
spec:
  name: Database
  description: Keeps the data.
  managers: [${managers}]
  responders: [${responders}]
  observers: []
`;

test("a team is made, its people change roles or leave, and a second plan is empty each time", async () => {
  const acme = await company(team("ADA@acme.example", "grace@acme.example, linus@acme.example"));
  await applied(acme);
  await nothingLeft(acme);
  acme.writes();

  await acme.declare(team("grace@acme.example", "ada@acme.example"));
  const { stdout } = await acme.accord("plan");
  expect(report(stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
    2 people gain access; 3 people lose access.

    2 people gain access
      + manager of the PagerDuty team Database
          grace@acme.example
          through pagerduty/team/database
      + responder of the PagerDuty team Database
          ada@acme.example
          through pagerduty/team/database

    3 people lose access
      - responder of the PagerDuty team Database
          grace@acme.example, linus@acme.example
          through pagerduty/team/database
      - manager of the PagerDuty team Database
          ada@acme.example
          through pagerduty/team/database

    pagerduty/team
      ~ pagerduty/team/database
          managers   - ada@acme.example
          responders - grace@acme.example
          responders - linus@acme.example
          managers   + grace@acme.example
          responders + ada@acme.example

    Next: accord apply"
  `);
  await applied(acme);
  // Two change roles in place, and only one leaves, after them.
  expect(acme.writes().map((line) => line.replace(/teams\/\w+/, "teams/…"))).toEqual([
    expect.stringMatching(/^PUT \/teams\/…\/users\/P(ADAAAA|GRACEE)$/),
    expect.stringMatching(/^PUT \/teams\/…\/users\/P(ADAAAA|GRACEE)$/),
    "DELETE /teams/…/users/PLINUSS",
  ]);
  await nothingLeft(acme);
});
