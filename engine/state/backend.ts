/**
 * Where a stack's state lives. A backend carries three things, guarded by one lease:
 *
 *   state     one value, replaced by compare-and-swap on its serial
 *   journal   a log of the run in progress: the write-ahead log of state
 *   ledger    a log that only ever grows
 *
 * Everything that writes shows its lease, so that a holder that was overtaken cannot write even if it does not know
 * yet. `test/conformance/backend.ts` says what an implementation must keep.
 */
import type { State } from "./state.ts";

export interface StateBackend {
  /** How messages call it: `.accord/prod`. */
  readonly name: string;
  readonly state: StateStore;
  readonly journal: Log;
  readonly ledger: Log;
  /** Waits at most `options.wait`, then throws a ProblemError that says who holds it. */
  lease(owner: Owner, options?: LeaseOptions): Promise<Lease>;
  /** Who holds the lease, as far as the record tells; undefined while it is free. */
  holder(): Promise<Holding | undefined>;
  /** Ends whoever's lease by force (`state unlock`), fenced off like a takeover. Returns whose it was. */
  unlock(owner: Owner): Promise<Holding | undefined>;
}

export interface StateStore {
  /** Undefined before the first write. Damaged, foreign or newer content is a ProblemError, never an empty state. */
  read(): Promise<StoredState | undefined>;
  /**
   * All or nothing. Refuses (`state-moved`) when what is stored has not `expectedSerial` (0: nothing is stored) or is
   * of another lineage; `state.serial` is the next one.
   */
  write(state: State, expectedSerial: number, lease: Lease): Promise<void>;
}

export interface StoredState {
  readonly state: State;
  /** SHA-256 of the stored bytes, for messages and caches. */
  readonly digest: string;
}

/** An ordered list of lines, each a JSON object without a line break. */
export interface Log {
  /** How messages call it: a path, where it is a file. */
  readonly name: string;
  /** On disk when it resolves; on failure some of the lines may be there, the last one torn. */
  append(lines: readonly string[], lease: Lease): Promise<void>;
  /**
   * Lines that nobody waits for: there before, or together with, whatever the backend is given next. Where each write is a
   * question to a server, that saves one; absent where it would save nothing.
   */
  appendSoon?(lines: readonly string[], lease: Lease): void;
  /** Every line; the last one may be torn, where a crash cut an append short. Who appends drops it with `replace`. */
  readAll(): Promise<readonly string[]>;
  /**
   * The same lines from the end, a piece at a time: pieces newest first, the lines of a piece in their order. Who needs
   * the last of many reads no more than those; absent where everything is read at once anyway.
   */
  readBack?(): AsyncIterable<readonly string[]>;
  /** Atomically: the old lines or the new ones. Nothing left to keep is `[]`. */
  replace(lines: readonly string[], lease: Lease): Promise<void>;
}

/** The right to write, for a while. */
export interface Lease {
  /** Fencing token: each lease of a stack has a larger one than the lease before. */
  readonly token: number;
  /** Milliseconds that it lasts beyond its last heartbeat. */
  readonly duration: number;
  /** Extends it; throws once it is lost, and then it stays lost. */
  heartbeat(): Promise<void>;
  /** Throws ProblemError (`lease-lost`) where, by our own clock, somebody else may hold it by now. Asks nobody. */
  assertHeld(): void;
  /** Twice is fine, and so is releasing a lease that was lost. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** Milliseconds to wait for another holder; 0 unless told. */
  readonly wait?: number;
  /** Milliseconds that a lease lasts beyond its last heartbeat; as the backend thinks best unless told. */
  readonly duration?: number;
  /** The longest that a request already sent may still take effect; part of what a takeover waits. */
  readonly callTimeout?: number;
  readonly signal?: AbortSignal;
}

/** The process that asks for a lease, told apart from every other one. */
export interface Owner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** The command as a colleague would recognise it: `accord apply`. */
  readonly command: string;
  /** Identity of the boot; absent where the system tells none, and then nobody is ever proven dead. */
  readonly boot?: string;
  /** Identity of the pid namespace: containers share a boot and reuse small pids. */
  readonly pidNamespace?: string;
  /** When the process started, in the system's own unit: pids are reused. */
  readonly started?: string;
}

/** A lease as others see it. */
export interface Holding {
  readonly token: number;
  /** Absent where the record cannot be read. */
  readonly owner?: Owner;
  /** ISO time, by the holder's clock. */
  readonly since?: string;
}
