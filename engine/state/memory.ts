/** A backend in memory: for tests, and for stacks that live no longer than the process. Keeps what `file` keeps. */
import { createHash } from "node:crypto";
import type { Clock } from "../outside.ts";
import type { Lease, Log, Owner, StateBackend, StateStore } from "./backend.ts";
import { decodeState, encodeState } from "./format.ts";
import { acquireLease, assertNewest, breakLease, currentHolding } from "./lease.ts";
import { encodeLock, type Locks } from "./locks.ts";
import { refuseMoved } from "./swap.ts";

/** What outlives a backend: two backends on one storage are two processes on one stack. */
export interface MemoryStorage {
  state: string | undefined;
  journal: readonly string[];
  ledger: readonly string[];
  locks: Map<number, string>;
}

export interface MemoryBackend {
  readonly stack: string;
  readonly environment: string;
  readonly clock: Clock;
  readonly storage?: MemoryStorage;
  isDead?(owner: Owner): Promise<boolean>;
}

export function memoryStorage(): MemoryStorage {
  return { state: undefined, journal: [], ledger: [], locks: new Map() };
}

export function memoryBackend(options: MemoryBackend): StateBackend {
  const { storage = memoryStorage(), clock, stack, environment } = options;
  const locks = memoryLocks(storage);
  const world = { locks, clock, isDead: options.isDead ?? (async () => false) };
  const fence = assertNewest.bind(undefined, locks);
  return {
    name: "memory",
    state: memoryState(storage, { stack, environment, where: "memory" }, fence),
    journal: memoryLog(storage, "journal", fence),
    ledger: memoryLog(storage, "ledger", fence),
    lease: (owner, wanted) => acquireLease(world, owner, wanted),
    holder: () => currentHolding(locks),
    unlock: (owner) => breakLease(world, owner),
  };
}

type Fence = (lease: Lease) => Promise<void>;

function memoryState(storage: MemoryStorage, expected: Parameters<typeof decodeState>[1], fence: Fence): StateStore {
  const stored = () => (storage.state === undefined ? undefined : decodeState(storage.state, expected));
  return {
    async read() {
      const state = stored();
      if (state === undefined || storage.state === undefined) return undefined;
      return { state, digest: createHash("sha256").update(storage.state).digest("hex") };
    },
    async write(state, expectedSerial, lease) {
      await fence(lease);
      refuseMoved(stored(), state, expectedSerial, expected.where);
      storage.state = encodeState(state);
    },
  };
}

function memoryLog(storage: MemoryStorage, name: "journal" | "ledger", fence: Fence): Log {
  return {
    name: `memory (${name})`,
    async append(lines, lease) {
      await fence(lease);
      storage[name] = [...storage[name], ...lines];
    },
    async readAll() {
      return storage[name];
    },
    async replace(lines, lease) {
      await fence(lease);
      storage[name] = [...lines];
    },
  };
}

function memoryLocks({ locks }: MemoryStorage): Locks {
  return {
    async newest() {
      const token = Math.max(0, ...locks.keys());
      return token === 0 ? undefined : { token, content: locks.get(token) ?? "" };
    },
    async claim(token, record) {
      if (locks.has(token)) return false;
      locks.set(token, encodeLock(record));
      return true;
    },
    async update(token, record) {
      locks.set(token, encodeLock(record));
    },
  };
}
