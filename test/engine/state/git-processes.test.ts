/** Real processes on real clones of one repository. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StateBackend } from "../../../engine/state/backend.ts";
import { thisProcess } from "../../../engine/state/owner.ts";
import { type Program, programOf } from "../../support/program.ts";
import { machineClock as clock } from "./children/clock.ts";
import { type Server, server } from "./git-repositories.ts";
import { startWorker, type Worker } from "./processes.ts";

let worker: Program;
let remote: Server;
let backend: StateBackend;
let started: Worker[] = [];

const start = async (what: string): Promise<Worker> => {
  const { directory } = await remote.clone({ clock });
  const process = startWorker(worker.path, directory, what);
  started.push(process);
  return process;
};

beforeAll(async () => {
  worker = await programOf("test/engine/state/children/git-worker.ts");
});

beforeEach(async () => {
  await Promise.all(started.map((one) => one.kill()));
  started = [];
  await remote?.remove();
  remote = await server();
  backend = (await remote.clone({ clock })).backend;
});

afterAll(async () => {
  await Promise.all(started.map((one) => one.kill()));
  await remote.remove();
  await rm(worker.directory, { recursive: true });
});

describe("processes in clones of one repository", () => {
  it("get the lease one at a time", async () => {
    const racers = await Promise.all([start("race"), start("race"), start("race")]);
    await Promise.all(racers.map((racer) => racer.line()));
    for (const racer of racers) racer.tell();
    const answers = await Promise.all(racers.map((racer) => racer.line()));
    expect(answers.toSorted()).toEqual(["held 1", "lease-held", "lease-held"]);
  });

  it("all write, and nothing that one wrote is lost to another", async () => {
    const writers = await Promise.all([start("add"), start("add"), start("add")]);
    const said = (await Promise.all(writers.map((one) => one.end()))).flat();
    const state = (await backend.state.read())?.state;
    expect(state?.resources.map((one) => one.address)).toEqual(said.toSorted());
    expect(state?.serial).toBe(6);
    expect(await backend.ledger.readAll()).toHaveLength(6);
    // One line of history: nobody's commit was replaced, and none has two parents.
    expect((await remote.on("log", "--format=%s", "accord/acme/prod")).split("\n")).toHaveLength(12);
    expect(await remote.on("rev-list", "--merges", "--count", "accord/acme/prod")).toBe("0");
  }, 30_000);

  it("know each line of one that was killed, and then no other", async () => {
    const killed = await start("journal");
    for (const number of ["1", "2", "3"]) expect(await killed.line()).toBe(number);
    await killed.kill();
    const lease = await backend.lease(await thisProcess("accord apply"));
    const found = (await backend.journal.readAll()).map((line) => JSON.parse(line).number);
    expect(found.slice(0, 3)).toEqual([1, 2, 3]);
    // What it had sent in its last moment came before the takeover, or not at all.
    await backend.journal.append(["{}"], lease);
    expect(await backend.journal.readAll()).toHaveLength(found.length + 1);
  });
});
