/**
 * The crash test of writes that are carried out by halves: Entra answers a batch of removals for each of its requests,
 * done or too many, and people come by the twenty. Accord dies, or loses an answer, in between. The same promises as for
 * the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Program, programOf } from "../support/program.ts";
import { CHILD, type Lifetime, lifetimeOf } from "./crash/deaths.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { handover } from "./crash/handover.ts";
import { type Beginning, beginningOf, type Recovered } from "./crash/ordeal.ts";
import { troubles, troublesAfter } from "./crash/trouble.ts";

const PATIENCE = 300_000;

const BATCH = "POST /v1.0/$batch";

let program: Program;
let beginning: Beginning;
let life: Lifetime;
const recovered: Recovered = new Map();

beforeAll(async () => {
  program = await programOf(CHILD);
  beginning = await beginningOf(handover);
  life = await lifetimeOf(beginning, program, recovered);
}, PATIENCE);
afterAll(async () => {
  await life.remove();
  const made = [program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

const writes = (): readonly Boundary[] => life.boundaries.filter((one) => one.writes);
const trial = () => ({ beginning, clean: life.end, recovered });

/** The write of this name and number, as in the list below. */
function nth(name: string, number: number): Boundary {
  const found = writes().filter((one) => one.name === `entra ${name}`)[number - 1];
  if (found === undefined) throw new Error(`there is no ${name} #${number}`);
  return found;
}

test("without any fault, the child makes it all and there is nothing left to do", () => {
  expect(life).toMatchObject({ code: 0 });
  expect(life.end).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(life.output).toContain("3 changes, all confirmed");
  const members = (group: string) => life.end.census.filter((line) => line.endsWith(`@acme.example of ${group}`));
  expect(members("Pager")).toEqual(expect.arrayContaining(["entra member: coming-25@acme.example of Pager"]));
  expect([members("Pager").length, members("Rota").length]).toEqual([26, 26]);
  expect(life.end.census).toContain("entra member: Pager of Rota");
  expect(life.end.census).toContain("entra member: hedy@acme.example of Rota");
  expect(life.end.census.filter((line) => line.startsWith("entra deleted"))).toEqual([]);
});

test("the writes: two batches of removals, and each a second time with what was too much the first time", () => {
  expect(writes().map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra POST /v1.0/users",
      "entra PATCH /v1.0/groups(uniqueName='accord.acme-handover.entra.group.rota')",
      "entra PATCH /v1.0/groups(uniqueName='accord.acme-handover.entra.group.rota')",
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
    ]
  `);
});

test(
  "a child that dies after any write, or between the halves of a batch",
  async () => {
    // Before a write it leaves what it left after the one before, but for a line of the journal.
    const deaths = life.deaths.filter((one) => one.moment === "killed after" || one.boundary.name === `entra ${BATCH}`);
    expect(deaths.length).toBeGreaterThan(writes().length);
    expect(await troublesAfter(trial(), deaths)).toEqual([]);
  },
  PATIENCE,
);

describe("Accord that lives on", () => {
  test.each<Fault>(["lose answer", "deliver twice", "go dark"])(
    "%s of a batch that was half carried out",
    async (fault) => {
      expect(await troubles(trial(), fault, [nth(BATCH, 1)])).toEqual([]);
    },
    PATIENCE,
  );
});
