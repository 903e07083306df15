/**
 * Leases over numbered lock records, the same for every backend.
 *
 *   holder   beat ──── beat ──── beat ─ ─ ─ (paused) ─ ─ ─ ┤ its own clock says: over. Writes stop here
 *   taker    ·   ·   · sees the last beat ├── duration ──┤├ call timeout ┤ claims the next number
 *
 * The holder counts from before a heartbeat was sent, the taker from after it saw it, each on its own monotonic clock,
 * so the first ends before the second begins whatever the clocks say. The call timeout covers a request that the
 * holder sent in its last moment.
 */
import type { Clock } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import type { Holding, Lease, LeaseOptions, Owner } from "./backend.ts";
import { decodeLock, type LockRecord, type Locks, type NumberedLock } from "./locks.ts";

/** What taking a lease depends on. */
export interface LeaseWorld {
  readonly locks: Locks;
  readonly clock: Clock;
  /** True only with proof. */
  isDead(owner: Owner): Promise<boolean>;
  /** How long a lease lasts unless told; a minute where this says nothing. */
  readonly duration?: number;
  /** Milliseconds between two looks at somebody else's; half a second where this says nothing. */
  readonly poll?: number;
}

/** Long enough for the longest stretch without a turn of the event loop, short enough to wait for. */
const DURATION = 60_000;
/** That of `providers/shared/http.ts`. */
const CALL_TIMEOUT = 60_000;
const POLL = 500;

export async function acquireLease(world: LeaseWorld, owner: Owner, options: LeaseOptions = {}): Promise<Lease> {
  const { clock, locks } = world;
  const { wait = 0, duration = world.duration ?? DURATION, callTimeout = CALL_TIMEOUT, signal } = options;
  const began = clock.monotonic();
  const watch = watcher(clock);
  for (;;) {
    const newest = await locks.newest();
    if (newest === undefined || watch.isSilent(newest) || (await isFree(world, newest))) {
      const token = (newest?.token ?? 0) + 1;
      const since = new Date(clock.now()).toISOString();
      const record = { owner, since, duration, callTimeout, beat: 0, released: false };
      const asked = instant(clock);
      if (await claim(locks, token, record)) return holdLease(world, token, record, asked);
      continue;
    }
    const left = wait - (clock.monotonic() - began);
    if (left <= 0) throw heldBy(newest, wait);
    await clock.sleep(Math.min(world.poll ?? POLL, left), signal);
  }
}

/** Who holds it now; a dead process still counts, its journal may be open. */
export async function currentHolding(locks: Locks): Promise<Holding | undefined> {
  const newest = await locks.newest();
  if (newest === undefined) return undefined;
  const record = decodeLock(newest.content);
  if (record === undefined) return { token: newest.token };
  return record.released ? undefined : { token: newest.token, owner: record.owner, since: record.since };
}

/** Ends the current lease by claiming a number above it that is released from the start. */
export async function breakLease(world: LeaseWorld, owner: Owner): Promise<Holding | undefined> {
  for (;;) {
    const holding = await currentHolding(world.locks);
    if (holding === undefined) return undefined;
    const since = new Date(world.clock.now()).toISOString();
    const record = { owner, since, duration: 0, callTimeout: 0, beat: 0, released: true };
    if (await claim(world.locks, holding.token + 1, record)) return holding;
  }
}

/** Asked by a store right before it writes: still held, and by this token? */
export async function assertNewest(locks: Pick<Locks, "newest">, lease: Lease): Promise<void> {
  lease.assertHeld();
  const newest = await locks.newest();
  if (newest?.token !== lease.token) throw lost(newest);
}

function holdLease(world: LeaseWorld, token: number, first: LockRecord, asked: Instant): Lease {
  const { clock, locks } = world;
  let record = first;
  let counted = asked;
  let ended: ProblemError | undefined;
  let trouble: unknown;
  let turn: Promise<void> = Promise.resolve();

  const assertHeld = (): void => {
    if (ended === undefined && elapsed(clock, counted) >= record.duration) ended = lost(undefined, trouble);
    if (ended !== undefined) throw ended;
  };
  const beat = async (): Promise<void> => {
    assertHeld();
    const before = instant(clock);
    record = { ...record, beat: record.beat + 1 };
    await locks.update(token, record);
    const newest = await locks.newest();
    if (newest?.token !== token) ended = lost(newest);
    // A heartbeat that took longer than the lease had left came too late to be seen.
    assertHeld();
    counted = before;
  };
  const end = async (): Promise<void> => {
    if (record.released) return;
    record = { ...record, released: true };
    ended ??= new ProblemError({
      code: "lease-lost",
      message: "The lease was released.",
      hint: "This is a bug in Accord.",
    });
    await locks.update(token, record);
  };
  /** One at a time: a heartbeat on its way must not undo a release. */
  const next = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const heartbeat = (): Promise<void> =>
    next(beat).catch((error: unknown) => {
      trouble = error;
      throw error;
    });
  return { token, duration: first.duration, assertHeld, heartbeat, release: () => next(end) };
}

async function claim(locks: Locks, token: number, record: LockRecord): Promise<boolean> {
  if (!(await locks.claim(token, record))) return false;
  // A number long past, swept away meanwhile, can be claimed again: the newest one decides.
  if ((await locks.newest())?.token === token) return true;
  await locks.update(token, { ...record, released: true });
  return false;
}

async function isFree(world: LeaseWorld, newest: NumberedLock): Promise<boolean> {
  const record = decodeLock(newest.content);
  return record !== undefined && (record.released || (await world.isDead(record.owner)));
}

/** Remembers when a record last changed before our eyes. */
function watcher(clock: Clock): { isSilent(lock: NumberedLock): boolean } {
  let seen: { readonly lock: NumberedLock; readonly at: number } | undefined;
  return {
    isSilent(lock) {
      if (seen === undefined || seen.lock.token !== lock.token || seen.lock.content !== lock.content) {
        seen = { lock, at: clock.monotonic() };
        return false;
      }
      const record = decodeLock(lock.content);
      const patience = (record?.duration ?? DURATION) + (record?.callTimeout ?? CALL_TIMEOUT);
      return clock.monotonic() - seen.at > patience;
    },
  };
}

/**
 * Both of our own clocks: the monotonic one stands still while a laptop sleeps, the wall clock may be set back. The
 * lease is over when either says so.
 */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

function instant(clock: Clock): Instant {
  return { monotonic: clock.monotonic(), wall: clock.now() };
}

function elapsed(clock: Clock, since: Instant): number {
  return Math.max(clock.monotonic() - since.monotonic, clock.now() - since.wall);
}

function heldBy(lock: NumberedLock, wait: number): ProblemError {
  const record = decodeLock(lock.content);
  const who =
    record === undefined
      ? "a lock that cannot be read"
      : `${record.owner.user}@${record.owner.host} (pid ${record.owner.pid}) since ${record.since}, command: ${record.owner.command}`;
  const waited = wait === 0 ? "" : ` after ${wait / 1000} s of waiting`;
  return new ProblemError({
    code: "lease-held",
    message: `The stack is${waited === "" ? "" : " still"} held by ${who}${waited}.`,
    hint: "Wait for it with --lock-timeout 5m; if that process is certainly gone, run accord state unlock.",
  });
}

function lost(newest: NumberedLock | undefined, cause?: unknown): ProblemError {
  const owner = newest === undefined ? undefined : decodeLock(newest.content)?.owner;
  const by = owner === undefined ? "" : ` ${owner.user}@${owner.host} (${owner.command}) has it now.`;
  const problem = {
    code: "lease-lost",
    message: `This run lost its lease: it was paused or cut off for too long, or the lease was ended by force.${by}`,
    hint: "Nothing more was written. Run accord apply again: it settles what the journal holds.",
  };
  return new ProblemError(problem, { cause });
}
