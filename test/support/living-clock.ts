/** A test's clock on which background work goes on: a lease stays alive however long somebody sleeps. */
import { START, type TestClock } from "./clock.ts";

/** Shorter than any heartbeat. */
const STEP = 5_000;

interface Waiting {
  readonly due: number;
  readonly signal: AbortSignal | undefined;
  fire(): void;
}

/** `onPass` is called for each piece of time that sleeping takes. Work in the background is over before time goes on. */
export function livingClock(onPass: (ms: number) => Promise<void>): TestClock {
  let elapsed = 0;
  const waiting = new Set<Waiting>();
  /** Background work that was woken and has not come back to wait; called when it does. */
  const busy = new Map<AbortSignal, () => void>();

  function comeBack(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    busy.get(signal)?.();
    busy.delete(signal);
  }

  async function wake(): Promise<void> {
    for (const one of [...waiting].filter(({ due }) => due <= elapsed)) {
      waiting.delete(one);
      const { signal } = one;
      const back = signal === undefined ? Promise.resolve() : new Promise<void>((resolve) => busy.set(signal, resolve));
      one.fire();
      await back;
    }
  }

  return {
    now: () => START + elapsed,
    monotonic: () => elapsed,
    async sleep(ms, signal) {
      for (let left = ms; left > 0; left -= STEP) {
        signal?.throwIfAborted();
        const step = Math.min(STEP, left);
        elapsed += step;
        await onPass(step);
        await wake();
      }
    },
    background(ms, signal) {
      comeBack(signal);
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(one);
          comeBack(signal);
          reject(signal?.reason);
        };
        const fire = (): void => {
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const one: Waiting = { due: elapsed + ms, signal, fire };
        waiting.add(one);
        signal?.addEventListener("abort", stop, { once: true });
      });
    },
    pass(ms) {
      elapsed += ms;
    },
  };
}
