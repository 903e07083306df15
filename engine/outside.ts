/** The world, passed in as one value so that time and order are testable. */

/** Time, as passed in: tests move it, nothing else in the code may ask the machine. */
export interface Clock {
  /** Epoch milliseconds, as the wall shows them. */
  now(): number;
  /** Milliseconds that only grow; for leases and rate limits. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The same for housekeeping that nobody waits for (a heartbeat): keeps no process alive, moves no test's clock. */
  background(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A place for what is expensive to read again. It may vanish or be refused at any time, so nothing may rest on it. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** The world as a provider sees it. */
export interface Outside {
  fetch(request: Request): Promise<Response>;
  readonly clock: Clock;
  /** Aborted when the user asks to stop at once. */
  readonly signal: AbortSignal;
  /** One masked line a request under `--verbose`; absent otherwise. */
  readonly trace?: (line: string) => void;
  /** Lasts between runs where the command keeps one; absent otherwise. */
  readonly cache?: Cache;
}
