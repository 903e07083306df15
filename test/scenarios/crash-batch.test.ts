/**
 * The crash test of writes that are carried out by halves: Entra answers a batch of removals for each of its requests,
 * done or too many, and people come by the twenty. A child dies, or loses an answer, in between. The same promises as for
 * the first apply, and the same way to check them (`crash.test.ts`).
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programOf } from "../support/program.ts";
import type { Boundary, Fault } from "./crash/faults.ts";
import { handover } from "./crash/handover.ts";
import { type Beginning, beginningOf, type Ordeal, type Recovered, suffer } from "./crash/ordeal.ts";
import { troubles } from "./crash/trouble.ts";

const PATIENCE = 300_000;

/** The process that is killed. */
const CHILD = "test/scenarios/crash/child.ts";

const BATCH = "POST /v1.0/$batch";
const BIND = "PATCH /v1.0/groups/…";
const UPSERT = "PATCH /v1.0/groups(uniqueName='accord.acme-handover.entra.group.rota')";

let beginning: Beginning;
let clean: Ordeal;
const recovered: Recovered = new Map();

beforeAll(async () => {
  beginning = await beginningOf(handover, await programOf(CHILD));
  clean = await suffer(beginning, undefined, recovered);
}, PATIENCE);
afterAll(async () => {
  const made = [beginning.program.directory, beginning.directory];
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

const writes = (): readonly Boundary[] => clean.boundaries.filter((one) => one.writes);
const through = (fault: Fault, boundaries: readonly Boundary[]) =>
  troubles({ beginning, clean, recovered }, fault, boundaries);

/** The write of this name and number, as in the list below. */
function nth(name: string, number: number): Boundary {
  const found = writes().filter((one) => one.name === `entra ${name}`)[number - 1];
  if (found === undefined) throw new Error(`there is no ${name} #${number}`);
  return found;
}

test("without any fault, the child makes it all and there is nothing left to do", () => {
  expect(clean).toMatchObject({ code: 0, again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 }, journal: "" });
  expect(clean.output).toContain("2 changes, all confirmed");
  const members = (group: string) => clean.census.filter((line) => line.endsWith(`@acme.example of ${group}`));
  expect(members("Pager")).toEqual(expect.arrayContaining(["entra member: coming-25@acme.example of Pager"]));
  expect([members("Pager").length, members("Rota").length]).toEqual([26, 25]);
  expect(clean.census).toContain("entra member: Pager of Rota");
  expect(clean.census.filter((line) => line.startsWith("entra deleted"))).toEqual([]);
});

test("the writes: two batches of removals, and each a second time with what was too much the first time", () => {
  expect(writes().map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups(uniqueName='accord.acme-handover.entra.group.rota')",
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra PATCH /v1.0/groups/…",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
      "entra POST /v1.0/$batch",
    ]
  `);
});

describe("a child that is killed", () => {
  test(
    "when the directory has taken half of a batch, or a group with the first twenty of its people",
    async () => {
      const boundaries = [nth(BATCH, 1), nth(BATCH, 3), nth(UPSERT, 1)];
      expect(await through("kill after", boundaries)).toEqual([]);
    },
    PATIENCE,
  );

  test(
    "before the other half, before the rest of the people",
    async () => {
      const boundaries = [nth(BATCH, 2), nth(BIND, 2), nth(BIND, 4)];
      expect(await through("kill before", boundaries)).toEqual([]);
    },
    PATIENCE,
  );
});

describe("a child that lives on", () => {
  test.each<Fault>(["lose answer", "deliver twice", "go dark"])(
    "%s of a batch that was half carried out",
    async (fault) => {
      expect(await through(fault, [nth(BATCH, 1)])).toEqual([]);
    },
    PATIENCE,
  );
});
