/**
 * The crash test: Accord applies the on-call story over real HTTP, and at one request something goes wrong; then it is
 * run again, as anybody would. However it was cut, the next apply succeeds without a question, a further plan is empty,
 * the record is intact, and three hours later the tenants hold exactly what they hold when nothing went wrong: nothing
 * twice, nothing left over.
 *
 * Covered: what a process leaves that dies before any single request, or after any write (after a read it is the same
 * wreck as before it, since reading changes nothing), and processes that really die; and each fault of the response at
 * each write. Equal wrecks are recovered once. No case ends *unsettled*: every kind of the story can be listed.
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Program, programOf } from "../support/program.ts";
import { CHILD, killedAt, type Lifetime, lifetimeOf } from "./crash/deaths.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { onCall } from "./crash/on-call.ts";
import { type Beginning, beginningOf, type Recovered } from "./crash/ordeal.ts";
import { type Allowed, troubles, troublesAfter } from "./crash/trouble.ts";

let program: Program;
let beginning: Beginning;
let life: Lifetime;
const recovered: Recovered = new Map();

beforeAll(async () => {
  program = await programOf(CHILD);
  beginning = await beginningOf(onCall);
  life = await lifetimeOf(beginning, program, recovered);
}, 60_000);
afterAll(async () => {
  await life.remove();
  const made = [program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

const PATIENCE = 300_000;

const writes = (): readonly Boundary[] => life.boundaries.filter((one) => one.writes);
const trial = () => ({ beginning, clean: life.end, recovered, allowed: TWINS });

/**
 * C1 takes neither an idempotency key nor a name only once (c1.md §3), so a create that the network itself delivers
 * twice is two objects, and the answer names one of them. Accord binds that one and never deletes on a guess: the twin
 * may be of the same stack in another environment.
 */
const TWINS: readonly Allowed[] = [
  {
    fault: "deliver twice",
    boundary: "c1 POST /api/v1/policies",
    beyond: ["c1 policy: Auto approve"],
  },
  {
    fault: "deliver twice",
    boundary: "c1 POST /api/v1/apps/…/resource_types/…/resources",
    beyond: [/^c1 resource: Okta \/ Group 00g\w+$/],
  },
  {
    fault: "deliver twice",
    boundary: "c1 POST /api/v1/apps/…/entitlements",
    beyond: [/^c1 entitlement: Okta \/ Group 00g\w+ member$/],
  },
  {
    fault: "deliver twice",
    boundary: "c1 POST /api/v1/catalogs",
    beyond: [
      "c1 profile: On-call, not published, holds , visible to ",
      "c1 resource: ConductorOne / On-call",
      "c1 entitlement: ConductorOne / On-call Enrollment",
      "c1 entitlement: ConductorOne / On-call Excluded from rule",
      /^c1 owner: .* of On-call$/,
    ],
  },
];

test("without any fault, the child applies everything and there is nothing left to do", () => {
  expect(life).toMatchObject({ code: 0 });
  expect(life.end).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(life.output).toContain("6 changes, all confirmed");
  expect(life.end.census).toContain("okta member: ada@acme.example of prod-breakglass");
});

test("the writes of the story", () => {
  expect(writes().map((one) => one.name)).toMatchInlineSnapshot(`
    [
      "okta POST /api/v1/groups",
      "c1 POST /api/v1/policies",
      "c1 POST /api/v1/apps/…/resource_types/…/resources",
      "c1 POST /api/v1/apps/…/entitlements",
      "c1 POST /api/v1/catalogs",
      "c1 POST /api/v1/apps/…/entitlements/…",
      "c1 POST /api/v1/catalogs/…/requestable_entries",
      "c1 PUT /api/v1/apps/…/resource_types/…/resource/…/owners",
      "c1 POST /api/v1/catalogs/…",
      "c1 POST /api/v1/catalogs/…/visibility_bindings",
      "c1 POST /api/v1/catalogs/…/bundle_automation",
    ]
  `);
});

describe("a child that dies", () => {
  test(
    "before any of its requests arrives, or after any of its writes was carried out",
    async () => {
      expect(life.deaths).toHaveLength(life.boundaries.length + writes().length);
      expect(await troublesAfter(trial(), life.deaths)).toEqual([]);
    },
    PATIENCE,
  );

  test.each(["killed before", "killed after"] as const)("is really %s its last write", async (moment) => {
    const boundary = writes().at(-1);
    if (boundary === undefined) throw new Error("it wrote nothing");
    const { code, recovery } = await killedAt(beginning, program, { boundary, moment });
    expect(code).toBeNull();
    expect(await troublesAfter(trial(), [{ boundary, moment, recovered: async () => recovery }])).toEqual([]);
  });
});

describe("Accord that lives on", () => {
  // A request that is lost on its way is every kind's in its conformance (`is made once and whole`).
  test.each<Fault>(["lose answer", "deliver twice", "delay answer", "go dark"])(
    "%s",
    async (fault) => {
      expect(await troubles(trial(), fault, writes())).toEqual([]);
    },
    PATIENCE,
  );
});
