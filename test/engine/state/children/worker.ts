/**
 * A process that works on a stack: `worker.js <directory> <what> [<kill point>]`. Says what it did on stdout, line by
 * line; waits for a line on stdin where the test decides the moment. With a kill point it ends itself the hard way at
 * that file operation, half-way through where it is a write.
 */
import { createInterface } from "node:readline";
import { openJournal } from "../../../../engine/apply/journal.ts";
import { problemsOf } from "../../../../engine/problem.ts";
import type { Lease } from "../../../../engine/state/backend.ts";
import { fileBackend } from "../../../../engine/state/file.ts";
import { disk } from "../../../../engine/state/files.ts";
import { withLease } from "../../../../engine/state/keep-lease.ts";
import { thisProcess } from "../../../../engine/state/owner.ts";
import { emptyState, replay, successor } from "../../../../engine/state/state.ts";
import { faulty } from "../faults.ts";
import { owned } from "../samples.ts";
import { machineClock as clock } from "./clock.ts";

const [, , directory = "", what = "", killPoint = "0"] = process.argv;
const files = faulty(disk, { at: Number(killPoint), blow: die });
const backend = fileBackend({ directory, stack: "acme", environment: "prod", clock, files });
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const options = { duration: 400, callTimeout: 100 };

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Asks once, at the word; keeps what it got until the next word. */
  async race() {
    say("ready");
    await told.next();
    await backend.lease(await thisProcess("accord apply")).then(
      (lease) => say(`held ${lease.token}`),
      (error: unknown) => say(codeOf(error)),
    );
    await told.next();
  },

  /** Holds the lease alive; at the word it writes. */
  async hold() {
    await withLease(backend, await thisProcess("accord apply"), clock, options, async (lease) => {
      say(`held ${lease.token}`);
      await told.next();
      const state = successor(emptyState("acme", "prod", "lineage-of-the-paused"));
      await backend.state.write(state, 0, lease).then(
        () => say("written"),
        (error: unknown) => say(codeOf(error)),
      );
    });
  },

  /** Writes state after state, and names each serial that is safe. */
  async write() {
    await underLease(async (lease) => {
      const found = (await backend.state.read())?.state ?? emptyState("acme", "prod", "lineage-1");
      const many = Array.from({ length: 1_500 }, (_, index) => owned(`okta/group/g${index}`));
      let state = replay(
        found,
        many.map((one) => ({ address: one.address, owned: one })),
      );
      for (let round = 0; round < 3; round += 1) {
        state = successor(state);
        await backend.state.write(state, state.serial - 1, lease);
        say(String(state.serial));
        files.start();
      }
    });
  },

  /** Journals intents, three at a time, and names each that is safe. */
  async journal() {
    await underLease(async (lease) => {
      const journal = await openJournal(backend.journal, { run: "r", plan: "p", lineage: "l", lease, clock });
      for (let next = 0; next < 30; next += 3) {
        const intents = [next, next + 1, next + 2].map(async (number) => {
          const step = { id: `${number}`, address: `okta/group/g${number}`, operation: "create" } as const;
          await journal.recorder(step).intent({ method: "POST", path: "/api/v1/groups" });
          say(String(number));
        });
        await Promise.all(intents);
        files.start();
      }
    });
  },
};

/** SIGKILL, from inside so that the moment is exact; nothing runs after it. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

async function underLease(work: (lease: Lease) => Promise<void>): Promise<void> {
  await withLease(backend, await thisProcess("accord apply"), clock, {}, work);
}

function codeOf(error: unknown): string {
  return problemsOf(error)
    .map((problem) => problem.code)
    .join(",");
}

await tasks[what]?.();
process.exit(0);
