/**
 * ⇄ State in PostgreSQL, for runners that share no disk: many stacks in one schema, each under its own lease.
 *
 *   stacks   what is ours, by compare-and-swap        lines   journal and ledger
 *   locks    the newest lease: the fence              format  the version of these tables
 */
import type { Clock } from "../outside.ts";
import type { Owner, StateBackend } from "./backend.ts";
import { acquireLease, breakLease, currentHolding } from "./lease.ts";
import { isDead } from "./owner.ts";
import { openDatabase } from "./postgres-database.ts";
import { fencedWrites } from "./postgres-fence.ts";
import { postgresLocks } from "./postgres-locks.ts";
import { postgresLog } from "./postgres-log.ts";
import { postgresState } from "./postgres-state.ts";
import { postgresTables } from "./postgres-tables.ts";
import { postgresAddress } from "./postgres-url.ts";

export interface PostgresBackend {
  /** As libpq reads it. Holds a password: it is in no message. */
  readonly url: string;
  readonly schema?: string;
  readonly stack: string;
  readonly environment: string;
  readonly clock: Clock;
  isDead?(owner: Owner): Promise<boolean>;
}

/** Connects when it is first asked something. Whoever opened it closes it. */
export function postgresBackend(options: PostgresBackend): StateBackend & { close(): Promise<void> } {
  const { url, schema = "accord", stack, environment, clock } = options;
  const database = openDatabase(postgresAddress(url), schema);
  const tables = postgresTables(database);
  const key = { stack, environment };
  const locks = postgresLocks(database, tables, key);
  const fenced = fencedWrites(database, tables, locks, key);
  const world = { locks, clock, isDead: options.isDead ?? isDead };
  return {
    name: database.place,
    state: postgresState(database, tables, fenced, key),
    journal: postgresLog("journal", { database, tables, fenced, key }),
    ledger: postgresLog("ledger", { database, tables, fenced, key }),
    lease: (owner, wanted) => acquireLease(world, owner, wanted),
    holder: () => currentHolding(locks),
    unlock: (owner) => breakLease(world, owner),
    close: database.close,
  };
}
