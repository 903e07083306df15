import type { Clock } from "../../../engine/outside.ts";

/** A heartbeat must fit in between: this much shorter than a lease. */
const STEP = 10_000;

/**
 * A clock that moves only when somebody sleeps, by having the tenants' time moved. Heartbeats fall due on the way, as
 * they would in an hour that really passes, and each is over before time goes on.
 */
export function movedClock(now: () => number, move: (ms: number) => Promise<void>): Clock {
  const waiting = new Set<{ readonly due: number; wake(): void }>();
  let settled = (): void => {};

  async function beat(): Promise<void> {
    for (const one of [...waiting]) {
      if (one.due > now()) continue;
      waiting.delete(one);
      const back = new Promise<void>((resolve) => {
        settled = resolve;
      });
      one.wake();
      await back;
    }
  }

  return {
    now,
    monotonic: now,
    async sleep(ms, signal) {
      for (let left = ms; left > 0; left -= STEP) {
        signal?.throwIfAborted();
        await move(Math.min(STEP, left));
        await beat();
      }
    },
    background(ms, signal) {
      settled();
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(one);
          settled();
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const one = { due: now() + ms, wake };
        waiting.add(one);
        signal?.addEventListener("abort", stop);
      });
    },
  };
}
