/**
 * The crash test of writes that go on after their answer: Zendesk's bulk jobs. Accord dies, or loses an answer, while a
 * job is queued, half-done or done; the next apply waits for what is still under way, and ends where a run without any
 * fault does. The same promises as for the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Program, programOf } from "../support/program.ts";
import { CHILD, type Lifetime, lifetimeOf } from "./crash/deaths.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { type Beginning, beginningOf, type Recovered } from "./crash/ordeal.ts";
import { support } from "./crash/support.ts";
import { type Allowed, troubles, troublesAfter } from "./crash/trouble.ts";

const PATIENCE = 300_000;

let program: Program;
let beginning: Beginning;
let life: Lifetime;
const recovered: Recovered = new Map();

beforeAll(async () => {
  program = await programOf(CHILD);
  beginning = await beginningOf(support);
  life = await lifetimeOf(beginning, program, recovered);
}, PATIENCE);
afterAll(async () => {
  await life.remove();
  const made = [program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

/**
 * What the network itself delivers twice is done twice: names of groups and roles may repeat, and Accord binds the one it
 * saw; a second job finds its work done, and there is only one organization of a name.
 */
const TWICE: readonly Allowed[] = [
  ["POST /api/v2/groups", "group: Tier 2 (Escalations from support.)"],
  ["POST /api/v2/custom_roles", "role: Readers"],
  ["POST /api/v2/organization_memberships/create_many", "job: bulk_create_organization_membership, completed"],
  ["POST /api/v2/group_memberships/create_many", "job: bulk_create_group_membership, completed"],
  ["DELETE /api/v2/group_memberships/destroy_many", "job: bulk_delete_group_membership, completed"],
].map(([boundary, line]) => ({ fault: "deliver twice", boundary: `zendesk ${boundary}`, beyond: [`zendesk ${line}`] }));

/** Memberships end by their own ids: that is safe to repeat, and is repeated where no answer came. */
const REPEATED: Allowed = {
  fault: "lose answer",
  boundary: "zendesk DELETE /api/v2/group_memberships/destroy_many",
  beyond: ["zendesk job: bulk_delete_group_membership, completed"],
};

const writes = (): readonly Boundary[] => life.boundaries.filter((one) => one.writes);
const isLook = ({ name }: Boundary): boolean => name === "zendesk GET /api/v2/job_statuses/…";
const trial = () => ({ beginning, clean: life.end, recovered, allowed: [...TWICE, REPEATED] });

test("without any fault, the child makes it all and there is nothing left to do", () => {
  expect(life).toMatchObject({ code: 0 });
  expect(life.end).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(life.output).toContain("5 changes, all confirmed");
  expect(life.end.census).toContain("zendesk member: agent-40@acme.example of Tier 2");
  expect(life.end.census).toContain("zendesk user: ada@acme.example, agent, custom role Readers");
  expect(life.end.census).toContain("zendesk customer: mallory@acme.example of Initech");
  expect(life.end.census).not.toContain("zendesk member: rosalind@acme.example of Escalations");
});

test("the writes, and how often their jobs are looked at", () => {
  expect(writes().map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "zendesk POST /api/v2/organizations",
      "zendesk POST /api/v2/group_memberships/create_many",
      "zendesk POST /api/v2/custom_roles",
      "zendesk POST /api/v2/organization_memberships/create_many",
      "zendesk PUT /api/v2/users/…",
      "zendesk POST /api/v2/groups",
      "zendesk POST /api/v2/group_memberships/create_many",
      "zendesk DELETE /api/v2/group_memberships/destroy_many",
    ]
  `);
  expect(life.boundaries.filter(isLook).length).toBeGreaterThanOrEqual(4);
});

test(
  "a child that dies before any request arrives, looks at a queued, half-done and done job among them, or after any write",
  async () => {
    expect(life.deaths).toHaveLength(life.boundaries.length + writes().length);
    expect(await troublesAfter(trial(), life.deaths)).toEqual([]);
  },
  PATIENCE,
);

describe("Accord that lives on", () => {
  // A request that is lost is part of every kind's conformance.
  test.each<Fault>(["lose answer", "deliver twice", "delay answer", "go dark"])(
    "%s",
    async (fault) => {
      expect(await troubles(trial(), fault, writes())).toEqual([]);
    },
    PATIENCE,
  );
});
