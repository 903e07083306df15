import type { Clock } from "../../engine/outside.ts";

/** A clock that stands still until somebody sleeps; sleeping moves it and takes no time. */
export interface TestClock extends Clock {
  /** Moves time without anybody sleeping. */
  pass(ms: number): void;
}

export const START = Date.UTC(2026, 2, 3, 10, 0, 0);

export function testClock(start = START, onPass: (ms: number) => Promise<void> = async () => {}): TestClock {
  let elapsed = 0;
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      elapsed += ms;
      await onPass(ms);
    },
    background: (_ms, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true })),
    pass(ms) {
      elapsed += ms;
    },
  };
}
