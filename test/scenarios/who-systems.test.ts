/** The same questions in other systems, and with one of them down. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, onTestFinished, test } from "vitest";
import { byHand } from "../support/by-hand.ts";
import { testClock } from "../support/clock.ts";
import { applied, company, report } from "../support/company.ts";
import { accordIn } from "../support/run.ts";

const HOUR = 3_600_000;
const clean = (text: string): string =>
  report(text)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
    .replaceAll(/plan [0-9a-f]{12}/g, "plan <digest>");

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "accord-who-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Lines of the ledger that schemas/event.schema.json does not describe. */
async function strangersInRecord(place: string): Promise<readonly string[]> {
  const schema = await readFile(new URL("../../schemas/event.schema.json", import.meta.url), "utf8");
  const ajv = new Ajv2020({ strict: true, formats: { "date-time": true }, allowUnionTypes: true });
  const validate = ajv.compile(Object(JSON.parse(schema)));
  const lines = (await readFile(join(place, ".accord/default/ledger.jsonl"), "utf8")).trimEnd().split("\n");
  return lines.filter((line) => !validate(JSON.parse(line)));
}

test("on call: C1 let Ada in, and whoever asks is told so", async () => {
  const place = await directory();
  await cp(new URL("../../examples/on-call", import.meta.url), place, { recursive: true });
  const clock = testClock();
  const accord = accordIn(place, { clock });
  expect((await accord("apply", "--yes", "--sandbox")).code).toBe(0);
  await byHand(place, clock, ({ tenants }) => tenants.tick(3 * HOUR));
  const said = await accord("who", "okta/group/prod-breakglass", "--sandbox");
  expect(clean(said.stdout)).toMatchInlineSnapshot(`
    "okta/group/prod-breakglass: 1 person holds it, privileged. Live, <time>.

    member of prod-breakglass  (privileged)
      ada@acme.example
          directly (C1 grant (profile On-call))

    Covered: pagerduty, okta, c1: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
  expect(clean((await accord("who", "c1/access-profile/on-call", "--sandbox")).stdout)).toMatchInlineSnapshot(`
    "c1/access-profile/on-call: 1 person holds it. Live, <time>.

    member of the profile On-call
      ada@acme.example
          directly

    owner of access profile On-call
      ada@acme.example
          directly

    Covered: pagerduty, okta, c1: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
  expect(clean((await accord("who", "c1/membership-automation/on-call", "--sandbox")).stdout)).toMatchInlineSnapshot(`
    "c1/membership-automation/on-call: nobody is known to hold it. Live, <time>.
      Nothing that this stack knows of gives it to anybody.

    Covered: pagerduty, okta, c1: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
  expect(clean((await accord("access", "Ada@Acme.example", "--sandbox")).stdout)).toMatchInlineSnapshot(`
    "ada@acme.example holds 3 things, 1 of them privileged. Live, <time>.

    okta
      member of prod-breakglass  (privileged)
          directly (C1 grant (profile On-call))

    c1
      member of the profile On-call
          directly
      owner of access profile On-call
          directly, through c1/access-profile/on-call

    Covered: pagerduty, okta, c1: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
  expect((await accord("drift", "--record", "--sandbox")).stderr).not.toContain("✗");
  expect(await strangersInRecord(place)).toEqual([]);
  // What the run made is told by ids, and not by what the plan called them before there were any.
  const record = await readFile(join(place, ".accord/default/ledger.jsonl"), "utf8");
  const observed = record.split("\n").filter((line) => line.includes('"type":"observation"'));
  expect(observed.join("\n")).not.toContain("${");
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  expect(clean((await accord("who", "okta/group/prod-breakglass", "--at", day)).stdout)).toMatchInlineSnapshot(`
    "okta/group/prod-breakglass: 1 person holds it, privileged. As recorded <time>.

    member of prod-breakglass  (privileged)
      ada@acme.example
          directly (C1 grant (profile On-call))

    The newest observation before <time> that tells: run <run> by tester@host, recorded <time>, 0 minutes before; read from <time> on.
    No change on record touched it from then to the time asked about.
    Covered: pagerduty, okta, c1: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
});

test("Entra: who is in a group in a group has what the outer one is given, and not where only direct members do", async () => {
  const place = await directory();
  await writeFile(join(place, "accord.yaml"), "version: 1\nstack: acme\nproviders: { entra: {} }\n");
  await writeFile(
    join(place, "main.yaml"),
    `kind: entra/group
name: night
spec: { displayName: Night shift, members: [grace@acme.example] }
---
kind: entra/group
name: admins
spec: { displayName: Admins, roleAssignable: false, members: [ada@acme.example], memberGroups: [entra/group/night] }
`,
  );
  const clock = testClock();
  const accord = accordIn(place, { clock });
  const said = await accord("apply", "--yes", "--sandbox");
  expect(said.stdout).toContain("Applied:");
  // A new group takes a while to show what else is in it.
  await byHand(place, clock, ({ tenants }) => tenants.tick(HOUR));
  expect(clean((await accord("who", "entra/group/admins", "--sandbox")).stdout)).toMatchInlineSnapshot(`
    "entra/group/admins: 2 people hold it. Live, <time>.

    member of Admins
      ada@acme.example
          directly
      grace@acme.example
          as member of Night shift

    Covered: entra: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
  expect(clean((await accord("access", "grace@acme.example", "--sandbox")).stdout)).toMatchInlineSnapshot(`
    "grace@acme.example holds 2 things. Live, <time>.

    entra
      member of Admins
          as member of Night shift
      member of Night shift
          directly

    Covered: entra: objects of this stack and what they lead to. What the tenants have beside it is not looked at."
  `);
});

test("a system that is down hides nothing of the others, and is said to be missing", async () => {
  const acme = await company(
    `kind: okta/group\nname: prod\nspec: { name: prod, members: [ada@acme.example] }\n---\nkind: pagerduty/schedule\nname: primary\nspec: { name: Primary }\n`,
  );
  await applied(acme);
  acme.between(async (request, pass) =>
    request.url.includes("pagerduty") ? new Response('{"error":{"message":"no"}}', { status: 401 }) : pass(request),
  );
  const said = await acme.accord("who", "okta/group/prod");
  expect(said.code).toBe(0);
  expect(clean(said.stdout)).toMatchInlineSnapshot(`
    "okta/group/prod: 1 person holds it. Live, <time>.

    member of prod
      ada@acme.example
          directly

    Covered: okta: objects of this stack and what they lead to. What the tenants have beside it is not looked at.
    ! pagerduty could not be read: api.pagerduty.com does not accept the token."
  `);
  expect((await acme.accord("access", "ada@acme.example")).stdout).toContain("member of prod");
  const refused = await acme.accord("who", "pagerduty/schedule/primary");
  expect(refused.code).toBe(1);
  expect(clean(refused.stderr)).toMatchInlineSnapshot(`
    "Reading okta, pagerduty, null
    ✗ pagerduty/schedule/primary could not be read. pagerduty could not be read: api.pagerduty.com does not accept the token.
        pagerduty/schedule/primary
        → \`accord doctor\` says what is wrong with the connection.

    1 problem."
  `);
});

test("on a narrow terminal long ways are folded, and the many are counted", async () => {
  const names = ["ada", "grace", "linus"].map((name) => `${name}@acme.example`);
  const acme = await company(
    `kind: okta/group\nname: prod\nspec: { name: prod, members: [${names.join(", ")}] }\n---\nkind: okta/app-assignment\nname: prod-aws\nspec: { app: { label: AWS }, group: okta/group/prod }\n---\nkind: okta/app\nname: aws\nspec: { label: AWS }\n`,
  );
  await applied(acme);
  const said = await acme.as({ columns: 44 })("who", "okta/app/aws", "--no-color");
  const lines = clean(said.stdout).split("\n");
  expect(lines.filter((line) => line.length > 44)).toEqual([]);
  expect(clean(said.stdout)).toMatchInlineSnapshot(`
    "okta/app/aws: 3 people hold it.
    Live, <time>.

    application AWS
      ada@acme.example
          as member of prod, through
          okta/app-assignment/prod-aws
      grace@acme.example
          as member of prod, through
          okta/app-assignment/prod-aws
      linus@acme.example
          as member of prod, through
          okta/app-assignment/prod-aws

    Covered: okta: objects of this stack and
    what they lead to. What the tenants have
    beside it is not looked at."
  `);
});
