/**
 * The process that is killed: `child.js <directory> <tenant time> <control address> <argument…>` runs Accord over real
 * HTTP. Only its clock is not real: it stands still, and whoever sleeps has the tenants' time moved instead.
 */
import { composed } from "../../../engine/cli/compose.ts";
import { main } from "../../../engine/cli/main.ts";
import type { World } from "../../../engine/cli/world.ts";
import { movedClock } from "./moved-clock.ts";

const [, , cwd = "", start = "0", control = "", ...argv] = process.argv;
let slept = 0;

const world: World = {
  cwd,
  env: process.env,
  stdout: { write: (text) => void process.stdout.write(text), isTerminal: false },
  stderr: { write: (text) => void process.stderr.write(text), isTerminal: false },
  clock: movedClock(
    () => Number(start) + slept,
    async (ms) => {
      await fetch(`${control}?ms=${ms}`, { method: "POST" });
      slept += ms;
    },
  ),
  fetch: (request) => fetch(request),
  signal: new AbortController().signal,
  stopping: () => false,
  running: () => undefined,
  actor: "child@host",
};

process.exitCode = await main(argv, world, composed(), "0.0.0-test");
