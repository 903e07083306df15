/**
 * The crash test of an update: Mallory, added by hand, goes; a description and the contents of the profile change. The
 * same promises as for the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Program, programOf } from "../support/program.ts";
import { CHILD, type Lifetime, lifetimeOf } from "./crash/deaths.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import type { Beginning, Recovered } from "./crash/ordeal.ts";
import { troubles, troublesAfter } from "./crash/trouble.ts";
import { updateToMake } from "./crash/update.ts";

const PATIENCE = 300_000;

let program: Program;
let beginning: Beginning;
let life: Lifetime;
const recovered: Recovered = new Map();

beforeAll(async () => {
  program = await programOf(CHILD);
  beginning = await updateToMake();
  life = await lifetimeOf(beginning, program, recovered);
}, PATIENCE);
afterAll(async () => {
  await life.remove();
  const made = [program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

const writes = (): readonly Boundary[] => life.boundaries.filter((one) => one.writes);
const trial = () => ({ beginning, clean: life.end, recovered });

test("without any fault, the child makes the update and there is nothing left to do", () => {
  expect(life).toMatchObject({ code: 0 });
  expect(life.end).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(life.output).toContain("2 changes, all confirmed");
  expect(life.end.census).toContain("okta member: ada@acme.example of prod-breakglass");
  expect(life.end.census).not.toContain("okta member: mallory@acme.example of prod-breakglass");
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

test(
  "a child that dies before any of its requests arrives, or after any of its writes was carried out",
  async () => {
    expect(life.deaths).toHaveLength(life.boundaries.length + writes().length);
    expect(await troublesAfter(trial(), life.deaths)).toEqual([]);
  },
  PATIENCE,
);

describe("Accord that lives on", () => {
  test.each<Fault>(["lose answer", "deliver twice", "go dark"])(
    "%s",
    async (fault) => {
      expect(await troubles(trial(), fault, writes())).toEqual([]);
    },
    PATIENCE,
  );
});
