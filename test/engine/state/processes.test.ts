import { mkdtemp, readdir, rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recover } from "../../../engine/apply/journal-recovery.ts";
import type { StateBackend } from "../../../engine/state/backend.ts";
import { fileBackend } from "../../../engine/state/file.ts";
import { thisProcess } from "../../../engine/state/owner.ts";
import { emptyState, successor } from "../../../engine/state/state.ts";
import { type Program, programOf } from "../../support/program.ts";
import { machineClock as clock } from "./children/clock.ts";
import { startWorker, type Worker } from "./processes.ts";

let worker: Program;
let directory: string;
let backend: StateBackend;
let started: Worker[] = [];

const start = (what: string, killPoint?: number): Worker => {
  const process = startWorker(worker.path, directory, what, killPoint);
  started.push(process);
  return process;
};

beforeAll(async () => {
  worker = await programOf("test/engine/state/children/worker.ts");
});

beforeEach(async () => {
  await Promise.all(started.map((one) => one.kill()));
  started = [];
  directory = await mkdtemp(`${worker.directory}/stack-`);
  backend = fileBackend({ directory, stack: "acme", environment: "prod", clock });
});

afterAll(async () => {
  await Promise.all(started.map((one) => one.kill()));
  await rm(worker.directory, { recursive: true });
});

describe("processes that want the same lease", () => {
  it("get it one at a time", async () => {
    const racers = Array.from({ length: 4 }, () => start("race"));
    await Promise.all(racers.map((racer) => racer.line()));
    for (const racer of racers) racer.tell();
    const answers = await Promise.all(racers.map((racer) => racer.line()));
    expect(answers.toSorted()).toEqual(["held 1", "lease-held", "lease-held", "lease-held"]);
  });

  it("get it at once from one that was killed", async () => {
    const holder = start("hold");
    expect(await holder.line()).toBe("held 1");
    const me = await thisProcess("accord apply");
    await expect(backend.lease(me)).rejects.toThrowError(`(pid ${holder.process.pid})`);
    await holder.kill();
    expect((await backend.lease(me)).token).toBe(2);
  });

  it("wait for one that was stopped, which then writes nothing", async () => {
    const holder = start("hold");
    await holder.line();
    holder.process.kill("SIGSTOP");
    const lease = await backend.lease(await thisProcess("accord apply"), { wait: 10_000 });
    const state = successor(emptyState("acme", "prod", "lineage-1"));
    await backend.state.write(state, 0, lease);
    holder.tell();
    holder.process.kill("SIGCONT");
    expect(await holder.line()).toBe("lease-lost");
    expect((await backend.state.read())?.state).toEqual(state);
  });

  it("leave one alone whose heartbeats go on", async () => {
    const holder = start("hold");
    await holder.line();
    await expect(backend.lease(await thisProcess("accord apply"), { wait: 1_200 })).rejects.toThrowError(/still held/);
    holder.tell();
    expect(await holder.line()).toBe("written");
  });
});

/** Starts a worker for each file operation that it dies at, until one survives; `check` sees what each had said. */
async function killAtEveryOperation(what: string, check: (said: readonly string[]) => Promise<void>): Promise<number> {
  for (let point = 1; ; point += 1) {
    const process = start(what, point);
    await check(await process.end());
    if (process.process.signalCode === null) return point - 1;
  }
}

describe("a process that is killed", () => {
  it("while it writes state leaves a whole state, not older than it had said", async () => {
    let last = 0;
    const points = await killAtEveryOperation("write", async (said) => {
      const stored = (await backend.state.read())?.state;
      expect(stored?.resources).toHaveLength(1_500);
      expect([Number(said.at(-1)), Number(said.at(-1)) + 1]).toContain(stored?.serial);
      expect(stored?.serial).toBeGreaterThan(last);
      last = stored?.serial ?? 0;
    });
    expect(points).toBeGreaterThanOrEqual(6);
    expect(await readdir(directory)).toEqual(["lock", "state.json", "state.json.backup"]);
  }, 30_000);

  it("while it journals has every intent on disk that it was told is there", async () => {
    let known = 0;
    await killAtEveryOperation("journal", async (said) => {
      const addresses = new Set(recover(await backend.journal.readAll()).open.map((step) => step.address));
      for (const number of said) expect(addresses).toContain(`okta/group/g${number}`);
      known += said.length;
    });
    expect(known).toBeGreaterThan(30);
  }, 30_000);
});
