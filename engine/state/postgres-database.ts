/** ⇄ Connections to one database, opened when first asked for. What it refuses is a Problem. */
import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import pg, { type Pool, type PoolConfig } from "pg";
import { ProblemError } from "../problem.ts";
import { databaseProblem, isWithoutTls } from "./postgres-problems.ts";
import type { PostgresAddress, Tls } from "./postgres-url.ts";

export interface Database {
  /** How messages call it. */
  readonly place: string;
  readonly schema: string;
  /** The schema, ready to stand in a statement. */
  readonly quoted: string;
  /** One statement, a transaction of its own. `doing` opens the message of what goes wrong: "Writing the state". */
  query<Row extends object>(doing: string, text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Everything in it, or nothing. */
  transaction<T>(doing: string, work: (run: Run) => Promise<T>): Promise<T>;
  /** Nothing is asked after it; twice is fine. */
  close(): Promise<void>;
}

export type Run = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Seconds. The server ends what takes longer; we wait a little more, for a network that swallows its answer. */
const CONNECT = 10;
const STATEMENT = 60;
const ANSWER = 70;

/** A heartbeat need not wait for a long read, nor an event for a checkpoint. */
const CONNECTIONS = 4;

/**
 * As startup options, since what is set later would be seen by others behind a pooler. Where the wait for a row is over,
 * the fence is read anew: that is what `read committed` means, and a database may be set otherwise.
 */
const OPTIONS = [
  "-c default_transaction_isolation=read\\ committed",
  `-c statement_timeout=${STATEMENT}s`,
  "-c lock_timeout=20s",
  "-c idle_in_transaction_session_timeout=20s",
];

export function openDatabase(address: PostgresAddress, schema: string): Database {
  const { place } = address;
  const user = address.user === undefined ? "<user>" : pg.escapeIdentifier(address.user);
  const quoted = pg.escapeIdentifier(schema);
  let opened: Promise<Pool> | undefined;
  let closed = false;

  /** libpq's `prefer`: nothing was asked of a server without TLS yet, so that it can be asked anew. */
  const onPool = async <T>(work: (pool: Pool) => Promise<T>): Promise<T> => {
    if (closed) throw new Error("The database was asked after it was closed.");
    opened ??= tlsOf(address.tls).then((ssl) => poolOf(address, ssl));
    const asked = opened;
    try {
      return await work(await asked);
    } catch (error) {
      if (address.tls.mode !== "prefer" || !isWithoutTls(error)) throw error;
      if (opened === asked) opened = Promise.resolve(poolOf(address, false));
      return work(await opened);
    }
  };
  const explained = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw databaseProblem(error, { doing, place, schema: quoted, user });
    }
  };

  return {
    place: `${place} (schema ${schema})`,
    schema,
    quoted,
    query: <Row extends object>(doing: string, text: string, values: readonly unknown[] = []) =>
      explained(doing, () => onPool(async (pool) => (await pool.query<Row>(text, [...values])).rows)),
    transaction: (doing, work) => explained(doing, () => onPool((pool) => inTransaction(pool, work))),
    async close() {
      if (closed) return;
      closed = true;
      // A pool that could not be opened has told so to whoever asked it.
      const pool = await opened?.catch(() => undefined);
      await pool?.end();
    },
  };
}

async function inTransaction<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const run: Run = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  // Heard of by the statement that it breaks, or by the next one; unheard, it would end the process.
  client.on("error", (error) => {
    broken = error;
  });
  try {
    await run("BEGIN ISOLATION LEVEL READ COMMITTED");
    const result = await work(run);
    await run("COMMIT");
    return result;
  } catch (error) {
    // With the connection goes the transaction.
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.removeAllListeners("error");
    client.release(broken);
  }
}

function poolOf(address: PostgresAddress, ssl: PoolConfig["ssl"]): Pool {
  const { host, port, user, password, database, channelBinding } = address;
  const pool = new pg.Pool({
    ...{ host, port, max: CONNECTIONS, ssl, enableChannelBinding: channelBinding },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    application_name: address.applicationName ?? "accord",
    // Of two values of one setting the later one counts: the URL's.
    options: [...OPTIONS, address.options ?? ""].join(" ").trim(),
    connectionTimeoutMillis: (address.connectTimeout ?? CONNECT) * 1000,
    query_timeout: ANSWER * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A command that forgets to close keeps no process alive.
    allowExitOnIdle: true,
  });
  // An idle connection that the server ends is gone from the pool, and the next statement opens another one.
  pool.on("error", () => undefined);
  return pool;
}

async function tlsOf({ mode, rootCertificate, certificate, key }: Tls): Promise<PoolConfig["ssl"]> {
  if (mode === "disable") return false;
  const options: ConnectionOptions = { rejectUnauthorized: mode === "verify-ca" || mode === "verify-full" };
  if (mode === "verify-ca") options.checkServerIdentity = () => undefined;
  // Without one of its own, Node's roots and those of NODE_EXTRA_CA_CERTS.
  if (rootCertificate !== undefined) options.ca = await fileOf("sslrootcert", rootCertificate);
  if (certificate !== undefined) options.cert = await fileOf("sslcert", certificate);
  if (key !== undefined) options.key = await fileOf("sslkey", key);
  return options;
}

async function fileOf(parameter: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const problem = {
      code: "database-url",
      message: `The URL of the database names a file as ${parameter}, ${path}, and it cannot be read.`,
      hint: "Check that the file is there and may be read; a relative path is looked for where the command runs.",
    };
    throw new ProblemError(problem, { cause });
  }
}
