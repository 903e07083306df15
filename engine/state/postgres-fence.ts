/**
 * ⇄ Writes that an overtaken holder cannot make, each one statement: it holds the row of the newest lease from the
 * moment it looks until all is written, and who takes the lease has to change that row.
 *
 *   holder   sees token 4 ── writes ── over            holder   waits · · · sees token 5: writes nothing
 *   taker    waits · · · · · · · · · · claims 5        taker    claims 5 ─ over
 */
import type { Lease } from "./backend.ts";
import { assertNewest } from "./lease.ts";
import type { Locks } from "./locks.ts";
import type { Database } from "./postgres-database.ts";
import type { Tables } from "./postgres-tables.ts";

/** What a stack's rows are found by. */
export interface StackKey {
  readonly stack: string;
  readonly environment: string;
}

export interface FencedWrite {
  /** Opens the message of what goes wrong: "Writing the state". */
  readonly doing: string;
  readonly lease: Lease;
  /** Further parts of the WITH. Each must ask `held` for a row: $1 and $2 are the stack's key, `values` follow from $4. */
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
  /** A number to give back, as SQL. */
  readonly result: string;
}

export type Fenced = (write: FencedWrite) => Promise<number>;

/** A database, or its owner, may trade durability for speed. Not for these rows: what was confirmed is there. */
export const DURABLE = `set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)`;

export function fencedWrites(
  database: Database,
  tables: Tables,
  locks: Locks,
  { stack, environment }: StackKey,
): Fenced {
  return async ({ doing, lease, parts, values, result }) => {
    lease.assertHeld();
    await tables.make();
    const held = `held AS (SELECT token FROM ${database.quoted}.locks
      WHERE stack = $1 AND environment = $2 AND token = $3 FOR SHARE)`;
    const text = `WITH ${[held, ...parts].join(", ")}
      SELECT (SELECT count(*)::integer FROM held) AS held, (${result})::integer AS result, ${DURABLE}`;
    const given = [stack, environment, lease.token, ...values];
    const [row] = await database.query<{ held: number; result: number }>(doing, text, given);
    if (row?.held !== 1) {
      await assertNewest(locks, lease);
      throw new Error(`The lock of ${stack} (${environment}) was taken away and put back meanwhile.`);
    }
    return row.result;
  };
}
