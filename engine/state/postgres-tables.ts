/** ⇄ The tables of every stack that keeps its state in one schema: made on first use, brought forward, never back. */
import { ProblemError } from "../problem.ts";
import type { Database, Run } from "./postgres-database.ts";

/** The statements that lead to each version from the one before; one entry per format that was ever released. */
const STEPS: readonly ((schema: string) => readonly string[])[] = [
  (schema) => [
    `CREATE TABLE ${schema}.format (version integer NOT NULL)`,
    `INSERT INTO ${schema}.format VALUES (0)`,
    // Text, not jsonb: what is read back is what was written, to the byte.
    `CREATE TABLE ${schema}.stacks (stack text, environment text, lineage text NOT NULL, serial bigint NOT NULL,
      body text NOT NULL, PRIMARY KEY (stack, environment))`,
    `CREATE TABLE ${schema}.lines (stack text, environment text, log text, n bigint, line text NOT NULL,
      PRIMARY KEY (stack, environment, log, n))`,
    // One row for each stack: whoever writes holds it, whoever takes the lease has to have it.
    `CREATE TABLE ${schema}.locks (stack text, environment text, token bigint NOT NULL, record text NOT NULL,
      PRIMARY KEY (stack, environment))`,
  ],
];

export const TABLES_VERSION = STEPS.length;

export interface Tables {
  /** False while there are none, and so nothing in them. Newer ones are a ProblemError. */
  found(): Promise<boolean>;
  /** Makes them, or brings them forward; of many who do so at once each succeeds. */
  make(): Promise<void>;
}

export function postgresTables(database: Database): Tables {
  const { schema, quoted, place } = database;
  let known = false;

  const current = (version: number | undefined): boolean => {
    if (version !== undefined && version > TABLES_VERSION) throw newer(version, place);
    return version === TABLES_VERSION;
  };

  const make = (): Promise<void> =>
    database.transaction("Making the tables of Accord", async (run) => {
      await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`accord ${schema}`]);
      const version = await versionOf(run, database);
      if (current(version)) return;
      if (version === undefined) {
        await refuseEncoding(run, place);
        // IF NOT EXISTS would ask for the right to make one even where there is one.
        const [there] = await run("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
        if (there === undefined) await run(`CREATE SCHEMA ${quoted}`);
      }
      for (const step of STEPS.slice(version ?? 0)) for (const statement of step(quoted)) await run(statement);
      await run(`UPDATE ${quoted}.format SET version = $1`, [TABLES_VERSION]);
    });

  return {
    async found() {
      if (known) return true;
      const doing = "Looking for the tables of Accord";
      const version = await versionOf((text, values) => database.query(doing, text, values), database);
      if (version === undefined) return false;
      if (!current(version)) await make();
      known = true;
      return true;
    },
    async make() {
      if (known) return;
      await make();
      known = true;
    },
  };
}

/** Undefined where nothing is made yet. */
async function versionOf(run: Run, { schema, quoted }: Database): Promise<number | undefined> {
  // Not to_regclass: what that remembers of before a wait for a lock is not brought up to date after it.
  const [there] = await run(
    "SELECT FROM pg_class JOIN pg_namespace space ON space.oid = relnamespace WHERE nspname = $1 AND relname = 'format'",
    [schema],
  );
  if (there === undefined) return undefined;
  const [row] = await run<{ version: number }>(`SELECT version FROM ${quoted}.format`);
  return row?.version ?? 0;
}

/** Names are in every script. */
async function refuseEncoding(run: Run, place: string): Promise<void> {
  const [row] = await run<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding");
  if (row?.encoding === "UTF8") return;
  throw new ProblemError({
    code: "database-encoding",
    message: `${place} keeps its texts as ${row?.encoding ?? "something unknown"}: not every name can be written there.`,
    hint: "Make a database for Accord: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
  });
}

function newer(version: number, place: string): ProblemError {
  return new ProblemError({
    code: "state-newer",
    message: `The tables in ${place} were made by a newer Accord (format ${version}; this one knows ${TABLES_VERSION}).`,
    hint: "Update Accord to the version that your colleagues or CI use.",
  });
}
