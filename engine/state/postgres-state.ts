/** ⇄ State as one row, replaced by compare-and-swap on its serial in the statement that writes it. */
import { createHash } from "node:crypto";
import { ProblemError } from "../problem.ts";
import type { StateStore } from "./backend.ts";
import { decodeState, encodeState } from "./format.ts";
import type { Database } from "./postgres-database.ts";
import type { Fenced, StackKey } from "./postgres-fence.ts";
import type { Tables } from "./postgres-tables.ts";
import { assertFollows, refuseMoved } from "./swap.ts";

export function postgresState(database: Database, tables: Tables, fenced: Fenced, key: StackKey): StateStore {
  const { stack, environment } = key;
  const where = database.place;
  const table = `${database.quoted}.stacks`;
  const restore = `Bring the row of this stack in ${table} back from a backup of the database. Without one, delete it and run accord state rebuild.`;
  const mine = "stack = $1 AND environment = $2";

  /** One serial higher, where what is stored is what was read. */
  const INSERT = `INSERT INTO ${table} (stack, environment, lineage, serial, body)
    SELECT $1, $2, $4, $6, $7 FROM held WHERE $5::bigint = 0 ON CONFLICT DO NOTHING RETURNING serial`;
  const UPDATE = `UPDATE ${table} SET serial = $6, body = $7
    WHERE ${mine} AND lineage = $4 AND serial = $5 AND EXISTS (SELECT FROM held) RETURNING serial`;

  return {
    async read() {
      if (!(await tables.found())) return undefined;
      const [row] = await database.query<StateRow>(
        "Reading the state",
        `SELECT lineage, serial, body FROM ${table} WHERE ${mine}`,
        [stack, environment],
      );
      if (row === undefined) return undefined;
      const state = decodeState(row.body, { ...key, where, restore });
      if (state.lineage !== row.lineage || state.serial !== Number(row.serial)) throw contradiction(where, restore);
      return { state, digest: createHash("sha256").update(row.body).digest("hex") };
    },
    async write(state, expectedSerial, lease) {
      assertFollows(state, expectedSerial);
      const written = await fenced({
        ...{ doing: "Writing the state", lease },
        parts: [`written AS (${expectedSerial === 0 ? INSERT : UPDATE})`],
        values: [state.lineage, expectedSerial, state.serial, encodeState(state)],
        result: "SELECT count(*) FROM written",
      });
      if (written === 1) return;
      const [stored] = await database.query<StateRow>(
        "Reading the state",
        `SELECT lineage, serial FROM ${table} WHERE ${mine}`,
        [stack, environment],
      );
      const found = stored && { lineage: stored.lineage, serial: Number(stored.serial) };
      refuseMoved(found, state, expectedSerial, where);
      throw new Error(`The state in ${where} was changed and changed back while it was written.`);
    },
  };
}

interface StateRow {
  readonly lineage: string;
  /** A bigint, as the driver gives it. */
  readonly serial: string;
  readonly body: string;
}

/** Somebody put a body there by hand: the next write would be refused for ever. */
function contradiction(where: string, restore: string): ProblemError {
  return new ProblemError({
    code: "state-unreadable",
    message: `The state in ${where} cannot be read: its row has another lineage or serial than its body.`,
    hint: restore,
  });
}
