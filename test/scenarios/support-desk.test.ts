/** Zendesk through the commands: what a reviewer reads, what an apply does, and what becomes of jobs that fail. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openTenants } from "../../engine/sandbox/tenants.ts";
import { emulators } from "../../providers/emulators.ts";
import { createZendeskEmulator, type ZendeskEmulator } from "../../providers/zendesk/emulator.ts";
import { applied, nothingLeft, report } from "../support/company.ts";
import { livingClock } from "../support/living-clock.ts";
import { type Accord, accordIn } from "../support/run.ts";

const STACK = `version: 1
stack: support
providers:
  zendesk: { subdomain: acme, clientId: accord, clientSecret: "\${env:ZENDESK_SECRET}" }
`;

const opened: string[] = [];
afterEach(async () => {
  for (const directory of opened.splice(0)) await rm(directory, { recursive: true, force: true });
});

interface Desk {
  readonly zendesk: ZendeskEmulator;
  readonly accord: Accord;
  declare(documents: string): Promise<void>;
  /** As Trent, in the admin center. */
  byHand(method: string, path: string, body?: unknown): Promise<void>;
  membersOf(group: string): readonly string[];
  pass(ms: number): Promise<void>;
}

async function desk(documents: string): Promise<Desk> {
  const directory = await mkdtemp(join(tmpdir(), "accord-desk-"));
  opened.push(directory);
  let tick = async (_ms: number): Promise<void> => {};
  let ticked = 0;
  const clock = livingClock((ms) => tick(ms));
  const made: ZendeskEmulator[] = [];
  const registry = {
    ...(await emulators()),
    zendesk: {
      port: 3,
      load: async () => (world: Parameters<typeof createZendeskEmulator>[0]) => {
        const zendesk = createZendeskEmulator(world);
        made.push(zendesk);
        return zendesk;
      },
    },
  };
  const tenants = await openTenants({
    registry,
    names: ["zendesk"],
    clock: { now: () => clock.now() - ticked },
    wall: () => clock.now(),
  });
  tick = async (ms) => {
    ticked += ms;
    await tenants.tick(ms);
  };
  const [zendesk] = made;
  if (zendesk === undefined) throw new Error("There is no Zendesk");
  await writeFile(join(directory, "accord.yaml"), STACK);
  await writeFile(join(directory, "main.yaml"), documents);
  return {
    zendesk,
    accord: accordIn(directory, {
      env: { ZENDESK_SECRET: zendesk.settings.clientSecret ?? "" },
      clock,
      fetch: (request) => tenants.fetch(request),
    }),
    declare: (text) => writeFile(join(directory, "main.yaml"), text),
    async byHand(method, path, body) {
      const headers = { authorization: `Bearer ${zendesk.actors?.trent}`, "content-type": "application/json" };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const answer = await zendesk.fetch(new Request(`https://acme.zendesk.com/api/v2${path}`, init));
      expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    },
    membersOf(name) {
      const group = zendesk.memory.groups.find((one) => one.name === name);
      const held = zendesk.memory.groupMemberships.filter(({ ofId }) => ofId === group?.id);
      return held.map(({ userId }) => zendesk.memory.users.find(({ id }) => id === userId)?.name ?? userId);
    },
    pass: (ms) => clock.sleep(ms),
  };
}

const ESCALATIONS = `kind: zendesk/group
name: escalations
adopt: { prune: true }
spec: { name: Escalations, members: [grace@acme.example, linus@acme.example] }
`;

const plain = (text: string): string => report(text).replaceAll(/\b\d{14}\b/g, "<id>");

test("a plan says who is let in and who goes, and what going does to their tickets", async () => {
  const support = await desk(ESCALATIONS);
  expect(plain((await support.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 0 to change, 0 to delete, 1 to adopt. Allowed.
    1 person gains access; 1 person loses access.

    1 person gains access
      + member of Escalations
          linus@acme.example
          through zendesk/group/escalations

    1 person loses access
      - member of Escalations
          rosalind@acme.example
          through zendesk/group/escalations

    Uncertain
      ? zendesk/group/escalations
          Where it was somebody's default or only group, Zendesk does not say what becomes of the default: declare \`defaultGroup\` (zendesk/agent) beforehand.

    zendesk/group
      = zendesk/group/escalations  bound to the existing object "<id>"
          members - rosalind@acme.example
          members + linus@acme.example
          · Zendesk unassigns the working tickets that rosalind@acme.example has in this group, and an undo does not assign them again.

    What undo cannot restore exactly
      zendesk/group/escalations: restored only in part

    Next: accord apply"
  `);
  await applied(support);
  expect(support.membersOf("Escalations")).toEqual(["Grace Hopper", "Linus Pauling"]);
  await nothingLeft(support);
});

test("one refused member fails alone, and the next apply does the rest", async () => {
  const support = await desk(`kind: zendesk/group
name: tier-2
spec: { name: Tier 2, members: [grace@acme.example, ada@acme.example] }
`);
  const { code, stdout } = await support.accord("apply", "--yes");
  expect(code).toBe(4);
  expect(stdout).toContain("member ada@acme.example: Zendesk's job");
  expect(stdout).toContain("raise the role first (zendesk/agent)");
  expect(support.membersOf("Tier 2")).toEqual(["Grace Hopper"]);

  await support.byHand("PUT", `/users/${support.zendesk.memory.users[1]?.id}`, { user: { role: "agent" } });
  await applied(support);
  expect(support.membersOf("Tier 2")).toEqual(["Grace Hopper", "Ada Lovelace"]);
  await nothingLeft(support);
});

test("a job that never ends leaves its change unconfirmed, with what to do; the next plan reads what it did", async () => {
  const support = await desk(ESCALATIONS);
  support.zendesk.memory.jobsStall = true;
  const { code, stdout } = await support.accord("apply", "--yes");
  expect(code).toBe(4);
  expect(stdout).toContain("1 unconfirmed");
  const [job] = support.zendesk.memory.jobs.filter(({ id }) => stdout.includes(`Zendesk still works on job ${id}`));
  expect(stdout).toContain(`GET /api/v2/job_statuses/${job?.id}`);

  const during = await support.accord("plan");
  for (const { id } of support.zendesk.memory.jobs) expect(during.stdout).toContain(`still works on job ${id}`);
  support.zendesk.memory.jobsStall = false;
  await applied(support);
  expect(support.membersOf("Escalations")).toEqual(["Grace Hopper", "Linus Pauling"]);
  await nothingLeft(support);
});

test("an agent whose document goes is suspended, not deleted, and an undo lets them in again", async () => {
  const group = "kind: zendesk/group\nname: other\nspec: { name: Other }\n";
  const agent = "kind: zendesk/agent\nname: barbara\nspec: { email: barbara@acme.example, name: Barbara Liskov }\n";
  const support = await desk(`${group}---\n${agent}`);
  await applied(support);
  await support.declare(group);
  const { stdout } = await support.accord("apply", "--yes");
  const barbara = support.zendesk.memory.users.find(({ name }) => name === "Barbara Liskov");
  expect(barbara).toMatchObject({ suspended: true, active: true, role: "agent" });

  const run = /--undo (\S+)/.exec(stdout)?.[1] ?? "";
  await applied(support, "--undo", run);
  expect(barbara?.suspended).toBe(false);
});

test("the last administrator is not demoted, and a demotion says what it ends", async () => {
  const agent = (name: string, email: string): string =>
    `kind: zendesk/agent\nname: ${email}\nadopt: true\nspec: { email: ${email}@acme.example, name: ${name}, role: end-user }\n`;
  const support = await desk(agent("Trent Admin", "trent"));
  const refused = await support.accord("plan");
  expect(refused.code).toBe(3);
  expect(refused.stdout).toContain("is what Accord applies with, and would lose Zendesk administrator");

  await support.declare(agent("Rosalind Franklin", "rosalind"));
  expect(plain((await support.accord("plan")).stdout)).toContain("but the person leaves every group");
  await applied(support);
  expect(support.membersOf("Escalations")).toEqual(["Grace Hopper"]);
  await nothingLeft(support);
});

test("drift names who did it", async () => {
  const support = await desk(ESCALATIONS);
  await applied(support);
  await support.pass(60_000);
  const group = support.zendesk.memory.groups.find(({ name }) => name === "Escalations");
  const rosalind = support.zendesk.memory.users.find(({ name }) => name === "Rosalind Franklin");
  await support.byHand("POST", "/group_memberships", {
    group_membership: { user_id: Number(rosalind?.id), group_id: Number(group?.id) },
  });
  const { code, stdout } = await support.accord("drift");
  expect(code).toBe(2);
  expect(stdout).toContain("members + rosalind@acme.example");
  expect(stdout).toContain("by Trent Admin, 2026-03-03 10:01 UTC (update: Rosalind Franklin added)");
});

test("what Zendesk could not carry out is refused in the plan, each with its line", async () => {
  const support = await desk(`kind: zendesk/agent
name: grace
spec: { email: grace@acme.example, name: Grace Hopper, role: admin, customRole: { name: Staff } }
`);
  const offline = await support.accord("validate");
  expect(offline.code).toBe(1);
  expect(offline.stderr).toContain("customRole: it goes with role agent; together with admin");

  const group = support.zendesk.memory.groups.find(({ name }) => name === "Escalations");
  await support.byHand("PUT", `/groups/${group?.id}`, { group: { is_public: false } });
  await support.declare(`kind: zendesk/group
name: escalations
adopt: true
spec: { name: Escalations, isPublic: true, members: [nobody@acme.example] }
---
kind: zendesk/agent
name: grace
adopt: true
spec: { email: grace@acme.example, name: Grace Hopper, customRole: { name: Staf } }
`);
  const { code, stderr } = await support.accord("plan");
  expect(code).toBe(1);
  expect(plain(stderr)).toMatchInlineSnapshot(`
    "Reading zendesk
    ✗ isPublic: Zendesk cannot make a private group public again.
        main.yaml:4:28  zendesk/group/escalations
        → Declare a second group that is public, move members and tickets there, then end this one; or leave it private.

    ✗ Escalations holds 2 elements in members that the document does not list: grace@acme.example and rosalind@acme.example.
        main.yaml:4:44  zendesk/group/escalations
        → Binding never removes silently: list them, say \`manage: { members: explained }\` (or additive), or \`adopt: { prune: true }\`.

    ✗ spec.members[0]: there is no active person "nobody@acme.example" in zendesk.
        main.yaml:4:54  zendesk/group/escalations
        → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.

    ✗ spec.customRole: {"name":"Staf"} matches no zendesk/custom-role in zendesk.
        main.yaml:9:56  zendesk/agent/grace
        → Did you mean Staff?

    4 problems."
  `);
});
