/** A process that works on a stack whose state is on a branch: `git-worker.js <clone> <what>`, one line for each deed. */
import { createInterface } from "node:readline";
import { problemsOf } from "../../../../engine/problem.ts";
import { withLease } from "../../../../engine/state/keep-lease.ts";
import { thisProcess } from "../../../../engine/state/owner.ts";
import { emptyState, replay, successor } from "../../../../engine/state/state.ts";
import { backendIn } from "../git-repositories.ts";
import { owned } from "../samples.ts";
import { machineClock as clock } from "./clock.ts";

const [, , directory = "", what = ""] = process.argv;
const backend = backendIn(directory, { clock, poll: 20 });
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Asks once, at the word; keeps what it got until the next word. */
  async race() {
    say("ready");
    await told.next();
    await backend.lease(await thisProcess("accord apply")).then(
      (lease) => say(`held ${lease.token}`),
      (error: unknown) =>
        say(
          problemsOf(error)
            .map(({ code }) => code)
            .join(),
        ),
    );
    await told.next();
  },

  /** Twice: waits for its turn, adds a resource to state, and tells the ledger. */
  async add() {
    const me = await thisProcess("accord apply");
    for (const round of [1, 2]) {
      await withLease(backend, me, clock, { wait: 60_000 }, async (lease) => {
        const found = (await backend.state.read())?.state ?? emptyState("acme", "prod", "lineage-1");
        const one = owned(`okta/group/of-${process.pid}-${round}`);
        const next = successor(replay(found, [{ address: one.address, owned: one }]));
        await backend.state.write(next, found.serial, lease);
        await backend.ledger.append([JSON.stringify({ type: "change", address: one.address })], lease);
        say(one.address);
      });
    }
  },

  /** Journals until it is killed, and names each line that is safe. */
  async journal() {
    const lease = await backend.lease(await thisProcess("accord apply"));
    for (let number = 1; ; number += 1) {
      await backend.journal.append([JSON.stringify({ number })], lease);
      say(String(number));
    }
  },
};

await tasks[what]?.();
process.exit(0);
