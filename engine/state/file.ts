/**
 * ⇄ The default backend: files below the stack's directory.
 *
 *   .accord/<env>/state.json  ledger.jsonl        may be committed to Git
 *   .accord/<env>/lock/       journal/            this machine's, ignored by Git
 */
import type { Clock } from "../outside.ts";
import type { Owner, StateBackend } from "./backend.ts";
import { fileLocks } from "./file-locks.ts";
import { fileLog } from "./file-log.ts";
import { fileState } from "./file-state.ts";
import { disk, type Files } from "./files.ts";
import { acquireLease, assertNewest, breakLease, currentHolding } from "./lease.ts";
import { isDead } from "./owner.ts";

export interface FileBackend {
  /** `<stack>/.accord/<env>`. */
  readonly directory: string;
  readonly stack: string;
  readonly environment: string;
  readonly clock: Clock;
  readonly files?: Files;
  isDead?(owner: Owner): Promise<boolean>;
}

export function fileBackend(options: FileBackend): StateBackend {
  const { directory, stack, environment, clock, files = disk } = options;
  const locks = fileLocks(`${directory}/lock`, files);
  const world = { locks, clock, isDead: options.isDead ?? isDead };
  const fence = assertNewest.bind(undefined, locks);
  return {
    name: directory,
    state: fileState({ path: `${directory}/state.json`, stack, environment, files, fence }),
    journal: fileLog(`${directory}/journal/journal.jsonl`, files, fence),
    ledger: fileLog(`${directory}/ledger.jsonl`, files, fence),
    lease: (owner, wanted) => acquireLease(world, owner, wanted),
    holder: () => currentHolding(locks),
    unlock: (owner) => breakLease(world, owner),
  };
}
