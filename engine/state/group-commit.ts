import type { Lease, Log } from "./backend.ts";

/** Lines that travel together: one append, and so one fsync, for everything that was added meanwhile. */
export interface GroupCommit {
  /** Goes with the next commit. */
  add(line: string): void;
  /** Resolves when every line added so far is durable. After one failure every later commit fails the same way. */
  commit(): Promise<void>;
  /** The same where they need only be there before anything later is (`Log.appendSoon`). */
  commitSoon(): Promise<void>;
}

export function groupCommit(log: Log, lease: Lease): GroupCommit {
  let waiting: string[] = [];
  let planned: Promise<void> | undefined;
  /** The append in progress; settles without an error. */
  let running: Promise<unknown> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  const write = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    planned = undefined;
    // Lines were lost: what follows them would tell a story with a hole.
    if (failure !== undefined) throw failure.error;
    if (lines.length === 0) return;
    try {
      await log.append(lines, lease);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };

  const commit = (): Promise<void> => {
    if (planned === undefined) {
      planned = running.then(turnOfTheLoop).then(write);
      running = planned.catch(() => undefined);
    }
    return planned;
  };

  return {
    add(line) {
      waiting.push(line);
    },
    commit,
    async commitSoon() {
      if (log.appendSoon === undefined) return commit();
      await running;
      // Somebody waits for lines among them after all.
      if (planned !== undefined || failure !== undefined) return commit();
      if (waiting.length === 0) return;
      log.appendSoon(waiting, lease);
      waiting = [];
    },
  };
}

/** Lets every step that is ready to go add its line first. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
