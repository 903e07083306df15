import type { Clock } from "../outside.ts";
import { ProblemError, problemsOf } from "../problem.ts";
import type { Lease, LeaseOptions, Owner, StateBackend } from "./backend.ts";

/**
 * Takes the lease, keeps it alive while `work` runs, gives it back. A heartbeat that fails stops nothing by itself:
 * the next one may succeed, and if none does the lease runs out and the next write refuses.
 */
export async function withLease<T>(
  backend: StateBackend,
  owner: Owner,
  clock: Clock,
  options: LeaseOptions,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await backend.lease(owner, options);
  const over = new AbortController();
  const beating = keepAlive(lease, clock, lease.duration / 4, over.signal);
  const giveBack = async (): Promise<void> => {
    over.abort();
    await beating;
    await lease.release();
  };
  let result: T;
  try {
    result = await work(lease);
  } catch (error) {
    await giveBack().catch((second: unknown) => {
      throw new ProblemError([...problemsOf(error), ...problemsOf(second)], { cause: error });
    });
    throw error;
  }
  await giveBack();
  return result;
}

/** Ends when the signal aborts; never throws. */
async function keepAlive(lease: Lease, clock: Clock, every: number, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      await clock.background(every, over);
      await lease.heartbeat();
    } catch {
      // Told by the lease itself, at the next write: it keeps the failure as the cause.
    }
  }
}
