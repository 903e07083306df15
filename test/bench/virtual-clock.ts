/**
 * A clock that stands still while anything can go on, and then jumps to the moment that somebody sleeps for: hours of
 * waiting take no time, and waiting side by side takes no longer than waiting alone.
 */
import { setTimeout as realTime } from "node:timers/promises";
import type { Clock } from "../../engine/outside.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Real milliseconds without a sign of life after which nothing is under way: longer than signing a token takes. */
const STILL = 5;

export interface VirtualClock extends Clock {
  /** Something happened that is not finished: time must not jump yet. */
  busy(): void;
  /** Runs `work` to its end, jumping wherever it waits. */
  carry<T>(work: Promise<T>): Promise<T>;
}

export function virtualClock(start: number, onJump: (ms: number) => Promise<void>): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let elapsed = 0;
  let signs = 0;

  const jump = async (): Promise<void> => {
    const next = Math.min(...[...sleepers].map((sleeper) => sleeper.until));
    const ms = Math.max(0, next - elapsed);
    elapsed += ms;
    await onJump(ms);
    for (const sleeper of [...sleepers]) {
      if (sleeper.until > elapsed) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleep(ms) {
      signs += 1;
      await new Promise<void>((wake) => sleepers.add({ until: elapsed + ms, wake }));
    },
    background: (_ms, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    busy() {
      signs += 1;
    },
    async carry(work) {
      let over = false;
      const ended = work.finally(() => {
        over = true;
      });
      while (!over) {
        const before = signs;
        await Promise.race([ended.catch(() => undefined), realTime(STILL)]);
        if (!over && signs === before && sleepers.size > 0) await jump();
      }
      return ended;
    },
  };
}
