/** A token that is asked for once however many callers wait, and anew a while before its end. */
import type { Clock } from "../../engine/outside.ts";

export interface Lifetime {
  /** Epoch milliseconds. */
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

export interface HeldToken<T extends Lifetime> {
  /** The one that is held, else a new one; who asks meanwhile waits for the same. A refusal is not kept. */
  get(): Promise<T>;
  /** The one in use; undefined before the first, and between two. */
  known(): T | undefined;
  /**
   * After a 401: the next `get` asks anew. A token that came a moment ago is kept, for it is not the reason: the 401s of
   * concurrent calls would each throw it away. `anyway`: that one too.
   */
  forget(anyway?: boolean): void;
}

/** Milliseconds in which calls that went out with an old token come back. */
const YOUNG = 5_000;

/** `early`: how many milliseconds before its end a token counts as ended. */
export function holdToken<T extends Lifetime>(
  ask: () => Promise<T>,
  clock: Pick<Clock, "now">,
  early: number,
): HeldToken<T> {
  let current: Promise<T> | undefined;
  let known: T | undefined;
  const drop = (): void => {
    known = undefined;
    current = undefined;
  };
  return {
    known: () => known,
    get() {
      if (known !== undefined && clock.now() > known.expiresAt - early) drop();
      current ??= ask().then(
        (token) => {
          known = token;
          return token;
        },
        (error: unknown) => {
          drop();
          throw error;
        },
      );
      return current;
    },
    forget(anyway = false) {
      if (known !== undefined && (anyway || clock.now() - known.obtainedAt >= YOUNG)) drop();
    },
  };
}
