/**
 * The crash test of writes that go on after their answer: Zendesk's bulk jobs. A child dies, or loses an answer, while a
 * job is queued, half-done or done; the next apply waits for what is still under way, and ends where a run without any
 * fault does. The same promises as for the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programOf } from "../support/program.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { type Beginning, beginningOf, type Ordeal, type Recovered, suffer } from "./crash/ordeal.ts";
import { support } from "./crash/support.ts";
import { type Allowed, troubles } from "./crash/trouble.ts";

const PATIENCE = 300_000;

/** The process that is killed. */
const CHILD = "test/scenarios/crash/child.ts";

let beginning: Beginning;
let clean: Ordeal;
const recovered: Recovered = new Map();

beforeAll(async () => {
  beginning = await beginningOf(support, await programOf(CHILD));
  clean = await suffer(beginning, undefined, recovered);
}, PATIENCE);
afterAll(async () => {
  const made = [beginning.program.directory, beginning.directory];
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

const writes = (): readonly Boundary[] => clean.boundaries.filter((one) => one.writes);
const isLook = ({ name }: Boundary): boolean => name === "zendesk GET /api/v2/job_statuses/…";
const through = (fault: Fault, boundaries = writes()) =>
  troubles({ beginning, clean, recovered, allowed: [...TWICE, REPEATED] }, fault, boundaries);

test("without any fault, the child makes it all and there is nothing left to do", () => {
  expect(clean).toMatchObject({ code: 0, again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(clean.output).toContain("5 changes, all confirmed");
  expect(clean.census).toContain("zendesk member: agent-40@acme.example of Tier 2");
  expect(clean.census).toContain("zendesk user: ada@acme.example, agent, custom role Readers");
  expect(clean.census).toContain("zendesk customer: mallory@acme.example of Initech");
  expect(clean.census).not.toContain("zendesk member: rosalind@acme.example of Escalations");
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
  expect(clean.boundaries.filter(isLook).length).toBeGreaterThanOrEqual(4);
});

describe("a child that is killed", () => {
  test(
    "before any of its writes arrives, and before any look at a job: queued, half-done, done",
    async () => {
      const boundaries = clean.boundaries.filter((one) => one.writes || isLook(one));
      expect(await through("kill before", boundaries)).toEqual([]);
    },
    PATIENCE,
  );

  test(
    "after any of its writes was carried out",
    async () => {
      expect(await through("kill after")).toEqual([]);
    },
    PATIENCE,
  );
});

describe("a child that lives on", () => {
  // A request that is lost is part of every kind's conformance.
  test.each<Fault>(["lose answer", "deliver twice", "delay answer", "go dark"])(
    "%s",
    async (fault) => {
      expect(await through(fault)).toEqual([]);
    },
    PATIENCE,
  );
});
