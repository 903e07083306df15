/**
 * A connection URL as libpq reads it → where, as whom, and how far the server's certificate is trusted. A problem with
 * it never quotes it: it holds a password, and one with an unescaped `/` or `#` puts part of it anywhere.
 */
import { ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";

export interface PostgresAddress {
  /** How messages call it: no user, no password. */
  readonly place: string;
  /** A name, an IP address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** Absent: as libpq, PGUSER or the name of the system's user; and so on for the next two. */
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls: Tls;
  /** Seconds. */
  readonly connectTimeout?: number;
  readonly applicationName?: string;
  /** Of the server, as `-c name=value`. */
  readonly options?: string;
  readonly channelBinding: boolean;
}

/** libpq's `sslmode`, and the files that it goes with. */
export interface Tls {
  readonly mode: TlsMode;
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** `prefer` encrypts where the server can and trusts anybody, `verify-ca` checks the chain, `verify-full` the name as well. */
export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

const MODES: Readonly<Record<string, TlsMode>> = {
  disable: "disable",
  // Without TLS first, with it second: whoever allows both is served by the better one.
  allow: "prefer",
  prefer: "prefer",
  require: "require",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
};

/** What a URL may say behind its `?`; the values of some are settled, since nothing else is done. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  ...{ host: undefined, port: undefined, user: undefined, password: undefined, dbname: undefined },
  ...{ sslmode: Object.keys(MODES), sslrootcert: undefined, sslcert: undefined, sslkey: undefined },
  ...{ connect_timeout: undefined, application_name: undefined, options: undefined },
  channel_binding: ["disable", "prefer", "require"],
  target_session_attrs: ["any", "read-write", "primary"],
  gssencmode: ["disable", "prefer"],
};

const FORM = "postgres://user:password@host:5432/database?sslmode=verify-full";

export function postgresAddress(text: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) throw unusable("it has not the form of one");
  if (url.hash !== "") throw unusable("it holds a #");
  const path = decoded(url.pathname.slice(1));
  if (path.includes("/") || path.includes("@")) throw unusable("more than the name of a database follows its host");
  const given = parametersOf(url);
  const host = given.host ?? (decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost");
  if (host.includes(",")) throw unusable("it names several hosts", "Name one; a failover behind one name is fine.");
  const port = numberOf(given.port ?? url.port, 65_535) ?? 5432;
  const user = given.user ?? decoded(url.username);
  const password = given.password ?? decoded(url.password);
  const database = given.dbname ?? path;
  const connectTimeout = numberOf(given.connect_timeout ?? "", 3_600);
  const shown = `postgres://${host}${port === 5432 ? "" : `:${port}`}`;
  return {
    place: database === "" ? shown : `${shown}/${database}`,
    host,
    port,
    ...optional("user", user),
    ...optional("password", password),
    ...optional("database", database),
    tls: tlsOf(given, host),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    ...optional("applicationName", given.application_name),
    ...optional("options", given.options),
    channelBinding: (given.channel_binding ?? "disable") !== "disable",
  };
}

function tlsOf(given: Readonly<Record<string, string>>, host: string): Tls {
  // Nobody stands between us and a socket of this machine.
  if (host.startsWith("/")) return { mode: "disable" };
  const asked = MODES[given.sslmode ?? "prefer"] ?? "prefer";
  const named = given.sslrootcert;
  // libpq's rule: with a root certificate at hand, `require` checks the chain.
  const checked = asked === "require" && named !== undefined ? "verify-ca" : asked;
  return {
    // Binding is used where it is offered and cannot be insisted on; a checked certificate gives no less.
    mode: given.channel_binding === "require" ? "verify-full" : named === "system" ? "verify-full" : checked,
    ...(named === "system" ? {} : optional("rootCertificate", named)),
    ...optional("certificate", given.sslcert),
    ...optional("key", given.sslkey),
  };
}

function parametersOf({ searchParams }: URL): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (!/^[a-z_]{1,40}$/.test(name)) throw unusable("what follows its ? is no name=value");
    if (!Object.hasOwn(PARAMETERS, name)) {
      throw unusable(
        `its parameter ${name} is not known here`,
        `${nearest(name, Object.keys(PARAMETERS))} Known are ${Object.keys(PARAMETERS).join(", ")}.`.trim(),
      );
    }
    const values = PARAMETERS[name];
    if (values !== undefined && !values.includes(value)) {
      throw unusable(`its parameter ${name} has a value that is not known here`, `Use one of ${values.join(", ")}.`);
    }
    given[name] = value;
  }
  return given;
}

function numberOf(text: string, most: number): number | undefined {
  if (text === "") return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > most) throw unusable("a number in it is none, or too large");
  return Number(text) === 0 ? undefined : Number(text);
}

function optional<Name extends string>(name: Name, value: string | undefined) {
  return value === undefined || value === "" ? {} : ({ [name]: value } as { [name in Name]: string });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable("a % in it begins no escape");
  }
}

function unusable(why: string, next = ""): ProblemError {
  return new ProblemError({
    code: "database-url",
    message: `The URL of the database cannot be used: ${why}.`,
    hint: `${next} It reads ${FORM}; write / as %2F, # as %23, @ as %40 and % as %25 in the password.`.trim(),
  });
}
