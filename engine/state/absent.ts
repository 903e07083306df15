import type { StateBackend } from "./backend.ts";

/** A backend that is known not to be reached from the start. Whoever asks it is told why; a stack can be checked without. */
export function absentBackend(name: string, why: unknown): StateBackend {
  const refuse = (): Promise<never> => Promise.reject(why);
  const log = { name, append: refuse, readAll: refuse, replace: refuse };
  const state = { read: refuse, write: refuse };
  return { name, state, journal: log, ledger: log, lease: refuse, holder: refuse, unlock: refuse };
}
