/** Who could reach this on that day, who decided it, and can the record be trusted? */
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { applied, type Company, company, report } from "../support/company.ts";

const DAY = 86_400_000;
const group = (name: string, members: string): string =>
  `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [${members}] }\n---\n`;
const assigned = (name: string): string =>
  `kind: okta/app-assignment\nname: ${name}-aws\nspec: { app: { label: AWS }, group: okta/group/${name} }\n---\n`;
const end = `kind: "null/resource"\nname: left\nspec: {}\n`;
const [ada, grace] = ["ada@acme.example", "grace@acme.example"];
const clean = (text: string): string =>
  report(text)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
    .replaceAll(/plan [0-9a-f]{12}/g, "plan <digest>");
const today = ({ clock }: Company): string => new Date(clock.now()).toISOString().slice(0, 10);

describe("who --at", () => {
  test("tells of that day: who held it, and by whose decision", async () => {
    const acme = await company(`${group("prod", ada)}${assigned("prod")}${end}`);
    await applied(acme);
    const first = today(acme);
    await acme.clock.sleep(2 * DAY);
    await acme.declare(`${group("prod", `${ada}, ${grace}`)}${assigned("prod")}${end}`);
    await applied(acme);
    expect(clean((await acme.accord("who", "okta/group/prod", "--at", first)).stdout)).toMatchInlineSnapshot(`
      "okta/group/prod: 1 person holds it. As recorded <time>.

      member of prod
        ada@acme.example
            directly
            decided: create of okta/group/prod in run <run> by tester@host, <time>, plan <digest>

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 14 hours before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(
      clean((await acme.accord("who", "okta/app-assignment/prod-aws", "--at", today(acme))).stdout),
    ).toMatchInlineSnapshot(`
      "okta/app-assignment/prod-aws: 2 people hold it. As recorded <time>.

      application AWS
        ada@acme.example
            as member of prod
            decided: create of okta/group/prod in run <run> by tester@host, <time>, plan <digest>
        grace@acme.example
            as member of prod
            decided: update of okta/group/prod in run <run> by tester@host, <time>, plan <digest>

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 0 minutes before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("access", grace, "--at", today(acme))).stdout)).toMatchInlineSnapshot(`
      "grace@acme.example holds 2 things. As recorded <time>.

      okta
        application AWS
            as member of prod, through okta/app-assignment/prod-aws
            decided: update of okta/group/prod in run <run> by tester@host, <time>, plan <digest>
        member of prod
            directly
            decided: update of okta/group/prod in run <run> by tester@host, <time>, plan <digest>

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 0 minutes before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect(clean((await acme.accord("history")).stdout)).toMatchInlineSnapshot(`
      " 1  <time>  run <run> started by tester@host: accord apply
       2  <time>  + null/resource/left  confirmed
       3  <time>  + okta/group/prod  confirmed
       4  <time>  + okta/app-assignment/prod-aws  confirmed
       5  <time>  observed who holds what in okta: 2 objects
       6  <time>  run <run> finished: 3 confirmed
       7  <time>  run <run> started by tester@host: accord apply
       8  <time>  ~ okta/group/prod  members + grace@acme.example  confirmed
       9  <time>  observed who holds what in okta: 1 object changed
      10  <time>  run <run> finished: 1 confirmed"
    `);
  });

  test("says so where nobody had looked yet, and where the record is broken", async () => {
    const acme = await company(`${group("prod", ada)}${end}`);
    await applied(acme);
    expect(clean((await acme.accord("who", "okta/group/prod", "--at", "2020-01-01")).stderr)).toMatchInlineSnapshot(`
      "✗ Nobody had looked who holds what by <time>. The first observation is of <time>.
          → \`accord apply\` records it after each run, and \`accord drift --record\` whenever it is run: on a schedule, every day has one. \`accord history\` shows what was done.

      1 problem."
    `);
    expect(clean((await acme.accord("who", "okta/group/prod", "--at", "yesterday")).stderr)).toMatchInlineSnapshot(`
      "✗ --at "yesterday" is no time.
          → A date is its end, in UTC: --at 2026-03-03. A moment: --at 2026-03-03T14:00Z.

      1 problem."
    `);
    const record = await acme.read(".accord/default/ledger.jsonl");
    await acme.write(".accord/default/ledger.jsonl", record.replace("ada@acme", "eve@acme"));
    const said = await acme.accord("who", "okta/group/prod", "--at", today(acme));
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/The ledger is not what was written\. Line \d+ was edited/);
  });

  test("answers from what drift --record has read, and leaves saved plans as they are", async () => {
    const acme = await company(
      `kind: okta/app-assignment\nname: support-aws\nspec: { app: { label: AWS }, group: { name: support } }\n---\n${group("prod", ada)}${end}`,
    );
    await applied(acme);
    expect(
      clean((await acme.accord("who", "okta/app-assignment/support-aws", "--at", today(acme))).stdout),
    ).toMatchInlineSnapshot(`
      "okta/app-assignment/support-aws: nobody is known to hold it, and whoever is behind 1 object that nobody has read. As recorded <time>.

      application AWS
        whoever is behind group support
            directly
            decided: create of okta/app-assignment/support-aws in run <run> by tester@host, <time>, plan <digest>

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 0 minutes before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at.
      ! Who was behind 1 object of okta/group in okta was not read then."
    `);
    await acme.declare(
      `kind: okta/app-assignment\nname: support-aws\nspec: { app: { label: AWS }, group: { name: support } }\n---\n${group("prod", `${ada}, ${grace}`)}${end}`,
    );
    await acme.accord("plan", "--out", "plan.json");
    await acme.clock.sleep(DAY);
    expect((await acme.accord("drift", "--record")).code).toBe(0);
    await acme.clock.sleep(DAY);
    expect((await acme.accord("apply", "plan.json", "--yes")).code).toBe(0);
    expect(
      clean((await acme.accord("who", "okta/app-assignment/support-aws", "--at", today(acme))).stdout),
    ).toMatchInlineSnapshot(`
      "okta/app-assignment/support-aws: 1 person holds it. As recorded <time>.

      application AWS
        rosalind@acme.example
            as member of support
            decided: create of okta/app-assignment/support-aws in run <run> by tester@host, <time>, plan <digest>
            member of support: by no change on record

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 24 hours before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect((await acme.accord("verify")).stdout).toMatch(/^Intact: 13 events/);
    expect(clean((await acme.accord("history")).stdout)).toMatchInlineSnapshot(`
      " 1  <time>  run <run> started by tester@host: accord apply
       2  <time>  + null/resource/left  confirmed
       3  <time>  + okta/app-assignment/support-aws  confirmed
       4  <time>  + okta/group/prod  confirmed
       5  <time>  observed who holds what in okta: 2 objects
       6  <time>  run <run> finished: 3 confirmed
       7  <time>  run <run> started by tester@host: accord drift --record
       8  <time>  observed who holds what in okta: 1 object changed
       9  <time>  run <run> finished: nothing to do
      10  <time>  run <run> started by tester@host: accord apply plan.json
      11  <time>  ~ okta/group/prod  members + grace@acme.example  confirmed
      12  <time>  observed who holds what in okta: 2 objects changed
      13  <time>  run <run> finished: 1 confirmed"
    `);
  });

  test("lists what has touched it since, where a run was about a part of the stack", async () => {
    const acme = await company(`${group("prod", ada)}${group("dev", ada)}${end}`);
    await applied(acme);
    await acme.clock.sleep(DAY);
    await acme.declare(`${group("prod", `${ada}, ${grace}`)}${group("dev", ada)}${end}`);
    await applied(acme, "--target", "okta/group/prod");
    const said = clean((await acme.accord("who", "okta/group/prod", "--at", today(acme))).stdout);
    expect(said).toMatchInlineSnapshot(`
      "okta/group/prod: 1 person holds it. As recorded <time>.

      member of prod
        ada@acme.example
            directly
            decided: create of okta/group/prod in run <run> by tester@host, <time>, plan <digest>

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 24 hours before; read from <time> on.
      Since then 1 change in 1 run touched it:
        update of okta/group/prod in run <run> by tester@host, <time>, plan <digest>
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
    expect((await acme.accord("who", "okta/group/dev", "--at", today(acme))).stdout).toContain("No change on record");
  });

  test("knows objects and people by the names that they have now, and by those of that day", async () => {
    const acme = await company(`${group("prod", ada)}${end}`);
    await applied(acme);
    const first = today(acme);
    await acme.clock.sleep(DAY);
    await acme.declare(`${group("production", ada)}${end}`.replace("name: production, members", "name: prod, members"));
    expect((await acme.accord("move", "okta/group/prod", "okta/group/production")).code).toBe(0);
    await acme.okta.changeUser("ada", { login: "ada.lovelace@acme.example" });
    await acme.declare(
      `${group("production", "ada.lovelace@acme.example")}${end}`.replace(
        "name: production, members",
        "name: prod, members",
      ),
    );
    await acme.accord("drift", "--record");
    const of = async (...argv: readonly string[]) => (await acme.accord(...argv, "--at", first)).stdout.split("\n")[0];
    expect(await of("who", "okta/group/production")).toContain("okta/group/prod: 1 person holds it.");
    expect(await of("who", "okta/group/prod")).toContain("okta/group/prod: 1 person holds it.");
    expect(await of("access", "ada@acme.example")).toContain("ada@acme.example holds 1 thing.");
    expect(await of("access", "Ada.Lovelace@acme.example")).toContain("ada@acme.example holds 1 thing.");
    const nobody = await acme.accord("access", "eve@acme.example", "--at", first);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('Nobody is called "eve@acme.example"');
    const unknown = await acme.accord("who", "okta/group/prdo", "--at", first);
    expect(unknown.stderr).toContain('Did you mean "okta/group/prod"?');
  });

  test("says as data what schemas/holdings.schema.json describes", async () => {
    const acme = await company(`${group("prod", `${ada}, ${grace}`)}${assigned("prod")}${end}`);
    await applied(acme);
    const path = new URL("../../schemas/holdings.schema.json", import.meta.url);
    const validate = new Ajv2020({ strict: true, formats: { "date-time": true } }).compile(
      Object(JSON.parse(await readFile(path, "utf8"))),
    );
    for (const asked of [
      ["who", "okta/app-assignment/prod-aws"],
      ["access", ada],
    ]) {
      for (const when of [[], ["--at", today(acme)]]) {
        const { stdout } = await acme.accord(...asked, ...when, "--json");
        validate(JSON.parse(stdout));
        expect(validate.errors).toBeNull();
      }
    }
    const { holdings } = JSON.parse(
      (await acme.accord("who", "okta/group/prod", "--at", today(acme), "--json")).stdout,
    );
    expect(holdings).toMatchObject([
      {
        person: ada,
        entitlement: "member of prod",
        ways: [[{ address: "okta/group/prod", decided: { action: "create" } }]],
      },
      { person: grace },
    ]);
  });

  test("names who put somebody there by hand: nobody on record", async () => {
    const acme = await company(`${group("prod", ada)}${end}`);
    await applied(acme);
    await acme.okta.add("prod", "grace");
    await acme.accord("drift", "--record");
    const said = clean((await acme.accord("who", "okta/group/prod", "--at", today(acme))).stdout);
    expect(said).toMatchInlineSnapshot(`
      "okta/group/prod: 2 people hold it. As recorded <time>.

      member of prod
        ada@acme.example
            directly
            decided: create of okta/group/prod in run <run> by tester@host, <time>, plan <digest>
        grace@acme.example
            directly
            member of prod: by no change on record

      The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 0 minutes before; read from <time> on.
      No change on record touched it from then to the time asked about.
      Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
    `);
  });
});
