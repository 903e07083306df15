/**
 * The crash test of an update: Mallory, added by hand, goes; a description and the contents of the profile change. The
 * same promises as for the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programOf } from "../support/program.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { type Beginning, type Ordeal, type Recovered, suffer } from "./crash/ordeal.ts";
import { troubles } from "./crash/trouble.ts";
import { updateToMake } from "./crash/update.ts";

const PATIENCE = 300_000;

/** The process that is killed. */
const CHILD = "test/scenarios/crash/child.ts";

let beginning: Beginning;
let clean: Ordeal;
const recovered: Recovered = new Map();

beforeAll(async () => {
  beginning = await updateToMake(await programOf(CHILD));
  clean = await suffer(beginning, undefined, recovered);
}, PATIENCE);
afterAll(async () => {
  const made = [beginning.program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

const writes = (): readonly Boundary[] => clean.boundaries.filter((one) => one.writes);
const through = (fault: Fault, boundaries = writes()) => troubles({ beginning, clean, recovered }, fault, boundaries);

test("without any fault, the child makes the update and there is nothing left to do", () => {
  expect(clean).toMatchObject({ code: 0, again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(clean.output).toContain("2 changes, all confirmed");
  expect(clean.census).toContain("okta member: ada@acme.example of prod-breakglass");
  expect(clean.census).not.toContain("okta member: mallory@acme.example of prod-breakglass");
});

test("the writes of the update", () => {
  expect(writes().map((one) => one.name)).toMatchInlineSnapshot(`
    [
      "c1 POST /api/v1/catalogs/…/requestable_entries",
      "okta PUT /api/v1/groups/…",
      "c1 DELETE /api/v1/catalogs/…/requestable_entries",
      "okta DELETE /api/v1/groups/…/users/…",
    ]
  `);
});

describe("a child that is killed", () => {
  // Until the first write every wreck is the same one: nothing was done. `crash.test.ts` dies there at each request.
  test(
    "before any request from its first write on arrives",
    async () => {
      const first = clean.boundaries.findIndex((one) => one.writes);
      expect(await through("kill before", clean.boundaries.slice(first))).toEqual([]);
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
  test.each<Fault>(["lose answer", "deliver twice", "go dark"])(
    "%s",
    async (fault) => {
      expect(await through(fault)).toEqual([]);
    },
    PATIENCE,
  );
});
