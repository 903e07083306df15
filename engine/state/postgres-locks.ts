/** ⇄ Lock records as one row for each stack: the newest. A number is claimed by an update that only ever counts up. */
import { encodeLock, type Locks } from "./locks.ts";
import type { Database } from "./postgres-database.ts";
import { DURABLE, type StackKey } from "./postgres-fence.ts";
import type { Tables } from "./postgres-tables.ts";

export function postgresLocks(database: Database, tables: Tables, { stack, environment }: StackKey): Locks {
  const table = `${database.quoted}.locks`;
  return {
    async newest() {
      if (!(await tables.found())) return undefined;
      const [row] = await database.query<{ token: string; record: string }>(
        "Reading the lease",
        `SELECT token, record FROM ${table} WHERE stack = $1 AND environment = $2`,
        [stack, environment],
      );
      return row === undefined ? undefined : { token: Number(row.token), content: row.record };
    },
    async claim(token, record) {
      await tables.make();
      const [row] = await database.query<{ claimed: number }>(
        "Taking the lease",
        `WITH claimed AS (
           INSERT INTO ${table} AS newest (stack, environment, token, record) VALUES ($1, $2, $3, $4)
           ON CONFLICT (stack, environment) DO UPDATE SET token = excluded.token, record = excluded.record
           WHERE newest.token < excluded.token RETURNING token)
         SELECT (SELECT count(*)::integer FROM claimed) AS claimed, ${DURABLE}`,
        [stack, environment, token, encodeLock(record)],
      );
      return row?.claimed === 1;
    },
    async update(token, record) {
      // Overtaken, there is no such row any more, and the record of who came after stays as it is.
      await database.query(
        "Writing the lease",
        `UPDATE ${table} SET record = $4 WHERE stack = $1 AND environment = $2 AND token = $3`,
        [stack, environment, token, encodeLock(record)],
      );
    },
  };
}
