/**
 * ⇄ A PostgreSQL server of its own for a test file, as installed on this machine (Debian: `postgresql`). Where there is
 * none, tests skip and say so.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, readdirSync } from "node:fs";
import { chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import pg from "pg";

export interface PostgresServer {
  /** Below it are the data, and what a test puts there for the server to read. */
  readonly directory: string;
  /** By its socket, where it asks for no password: the shortest way. */
  readonly local: string;
  /** By TCP, as the administrator or as whom a test made. */
  url(parts?: { readonly database?: string; readonly user?: string; readonly password?: string }): string;
  /** One statement after the other, as the administrator. */
  run(...statements: readonly string[]): Promise<void>;
  /** A connection of the administrator's that is kept open, for what goes on meanwhile. Closed with the server. */
  session(): Promise<pg.Client>;
  /** Resolves once so many statements wait for a lock. */
  waiting(statements: number): Promise<void>;
  /** Ends it at once, as a crash does, and starts it again with these settings besides. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** The same with TLS, by a certificate for these names (`DNS:db.example`): its file; undefined without openssl. */
  restartWithTls(names: string): Promise<string | undefined>;
  /** Ends it at once. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const USER = "admin";
const PASSWORD = "p/w#of@admin%";

const run = promisify(execFile);

/** A worker that is killed runs no hook: a server that outlives us is ended by the end of its fourth file. */
const WHILE_WE_LIVE = '( { read -r _ <&3; kill -QUIT $$; } >/dev/null 2>&1 & ); exec "$@" 3<&-';

/** Why no server can be started here; undefined where one can. */
export const noPostgres: string | undefined =
  binaries() === undefined ? "no PostgreSQL server on this machine (Debian: apt-get install postgresql)" : undefined;
if (noPostgres !== undefined) process.stderr.write(`Tests against PostgreSQL skip: ${noPostgres}.\n`);

/** What it confirmed outlives its own crash; that of the machine, which no test brings about, would cost time. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries();
  if (bin === undefined) throw new Error(noPostgres);
  const directory = await mkdtemp(join(tmpdir(), "accord-postgres-"));
  const as = await unprivileged();
  const port = await freePort();
  await writeFile(join(directory, "password"), PASSWORD);
  if (as !== undefined) await chown(directory, as.uid, as.gid);
  const data = join(directory, "data");
  const admin = [
    "-U",
    USER,
    "--pwfile",
    join(directory, "password"),
    "--auth-host=scram-sha-256",
    "--auth-local=trust",
  ];
  const made = ["-D", data, ...admin, "--encoding=UTF8", "--locale=C", "--no-sync"];
  await ran(spawn(join(bin, "initdb"), made, { ...as, cwd: directory }));

  let server: ChildProcess | undefined;
  const start = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    const all = {
      ...{ port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: directory },
      ...{ shared_buffers: "16MB", fsync: "off", ...settings },
    };
    const given = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const command = ["-c", WHILE_WE_LIVE, "sh", join(bin, "postgres"), "-D", data, ...given];
    server = spawn("sh", command, { ...as, cwd: directory, stdio: ["ignore", "ignore", "pipe", "pipe"] });
    await ready(server);
  };
  const crash = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGQUIT");
    await gone;
    server.stdio[3]?.destroy();
  };
  const restart = async (settings?: Readonly<Record<string, string>>): Promise<void> => {
    await crash();
    await start(settings);
  };
  await start();

  const sessions: pg.Client[] = [];
  const connected = async (): Promise<pg.Client> => {
    const client = new pg.Client({ host: directory, port, user: USER, database: "postgres" });
    // The end of a server that a test ends.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const url: PostgresServer["url"] = ({ database = "postgres", user = USER, password = PASSWORD } = {}) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  return {
    directory,
    local: `postgres://${USER}@${encodeURIComponent(directory)}:${port}/postgres`,
    url,
    async run(...statements) {
      const client = await connected();
      try {
        for (const statement of statements) await client.query(statement);
      } finally {
        await client.end();
      }
    },
    async session() {
      const client = await connected();
      sessions.push(client);
      return client;
    },
    async waiting(statements) {
      const client = await connected();
      try {
        await client.query("SET statement_timeout = '30s'");
        await client.query(`DO $$ BEGIN
          LOOP
            EXIT WHEN ${statements} = (SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock');
            PERFORM pg_sleep(0.002), pg_stat_clear_snapshot();
          END LOOP; END $$`);
      } finally {
        await client.end();
      }
    },
    restart,
    async restartWithTls(names) {
      const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
      const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
      const subject = ["-subj", "/CN=accord", "-addext", `subjectAltName=${names}`];
      const files = ["-keyout", key, "-out", certificate];
      const made = await run("openssl", ["req", "-x509", ...kind, ...subject, ...files]).catch(() => undefined);
      if (made === undefined) return undefined;
      if (as !== undefined) await chown(key, as.uid, as.gid);
      await restart({ ssl: "on", ssl_key_file: key, ssl_cert_file: certificate });
      return certificate;
    },
    crash,
    async stop() {
      await Promise.all(sessions.map((one) => one.end()));
      await crash();
      await rm(directory, { recursive: true });
    },
  };
}

/** The newest one that is installed. */
function binaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = listed(debian).sort((a, b) => Number(b) - Number(a));
  const folders = [...versions.map((one) => join(debian, one, "bin")), ...(process.env.PATH ?? "").split(delimiter)];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => isExecutable(join(folder, name))));
}

/** PostgreSQL refuses to be root; Debian's package brings a user, and every system has nobody. */
async function unprivileged(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (found === undefined) throw new Error("PostgreSQL refuses to run as root, and there is no other user.");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

async function ready(server: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (server.stderr === null) throw new Error("PostgreSQL's log is not to be had");
  const lines = createInterface({ input: server.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (line.includes("database system is ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`PostgreSQL ended:\n${said.join("\n")}`)));
  });
}

async function ran(child: ChildProcess): Promise<void> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (said += String(part)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(said);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
