import { setTimeout as after } from "node:timers/promises";
import type { Clock } from "../../../../engine/outside.ts";

/** The machine's own time: only for tests of real processes. */
export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => after(ms, undefined, signal === undefined ? {} : { signal }),
  background: (ms, signal) => after(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }),
};
