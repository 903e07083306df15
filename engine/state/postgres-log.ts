/** ⇄ A log as numbered rows. An append is one statement: all of its lines are there, durably, or none. */
import type { Lease, Log } from "./backend.ts";
import type { Database } from "./postgres-database.ts";
import type { Fenced, StackKey } from "./postgres-fence.ts";
import type { Tables } from "./postgres-tables.ts";

/** Bytes read at once on the way back: some hundred events. */
const PIECE = 256 * 1024;
/** Lines looked at for a piece. */
const LINES = 1_000;

export function postgresLog(
  name: "journal" | "ledger",
  { database, tables, fenced, key }: { database: Database; tables: Tables; fenced: Fenced; key: StackKey },
): Log {
  const table = `${database.quoted}.lines`;
  const mine = [key.stack, key.environment, name];
  let failed: unknown;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time: each goes on from the last number that it finds. */
  const write = (lines: readonly string[], lease: Lease, parts: readonly string[] = []): Promise<void> => {
    const done = turn.then(async () => {
      await fenced({
        ...{ doing: `Writing the ${name}`, lease },
        parts: [
          ...parts,
          `written AS (INSERT INTO ${table} (stack, environment, log, n, line)
            SELECT $1, $2, $4, last.n + line.n, line.line FROM held,
              (SELECT coalesce(max(n), 0) AS n FROM ${table} WHERE stack = $1 AND environment = $2 AND log = $4) AS last,
              unnest($5::text[]) WITH ORDINALITY AS line (line, n)
            RETURNING n)`,
        ],
        values: [name, lines],
        result: "SELECT count(*) FROM written",
      });
    });
    turn = done.catch(() => undefined);
    return done;
  };

  return {
    name: `${database.place}, ${name} of ${key.stack} (${key.environment})`,
    async append(lines, lease) {
      // Where the answer was lost, nobody knows whether the lines are there: what follows must not come after a hole.
      if (failed !== undefined) throw failed;
      try {
        await write(lines, lease);
      } catch (error) {
        failed = error;
        throw error;
      }
    },
    async readAll() {
      if (!(await tables.found())) return [];
      const rows = await database.query<{ line: string }>(
        `Reading the ${name}`,
        `SELECT line FROM ${table} WHERE stack = $1 AND environment = $2 AND log = $3 ORDER BY n`,
        mine,
      );
      return rows.map(({ line }) => line);
    },
    async *readBack() {
      if (!(await tables.found())) return;
      for (let before: string | undefined; ; ) {
        const rows = await database.query<{ n: string; line: string }>(
          `Reading the ${name}`,
          // The sum runs from the end; the last line is read however long it is.
          `SELECT n, line FROM (
             SELECT n, line, sum(octet_length(line)) OVER (ORDER BY n DESC) - octet_length(line) AS later
             FROM (SELECT n, line FROM ${table}
               WHERE stack = $1 AND environment = $2 AND log = $3 AND ($4::bigint IS NULL OR n < $4)
               ORDER BY n DESC LIMIT ${LINES}) AS last) AS piece
           WHERE later < ${PIECE} ORDER BY n`,
          [...mine, before],
        );
        const [first] = rows;
        if (first === undefined) return;
        before = first.n;
        yield rows.map(({ line }) => line);
      }
    },
    async replace(lines, lease) {
      await write(lines, lease, [
        `gone AS (DELETE FROM ${table}
          WHERE stack = $1 AND environment = $2 AND log = $4 AND EXISTS (SELECT FROM held))`,
      ]);
      failed = undefined;
    },
  };
}
