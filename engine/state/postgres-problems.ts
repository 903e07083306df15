/** What PostgreSQL, or the way to it, refuses → a Problem that says what next. */
import { type Problem, ProblemError } from "../problem.ts";

export interface Circumstances {
  /** "Writing the state": what it was for. */
  readonly doing: string;
  /** Where, as messages call it. */
  readonly place: string;
  /** As a GRANT would name them. */
  readonly schema: string;
  readonly user: string;
}

/** The problem that an error is; errors that are no matter of the database pass through. */
export function databaseProblem(error: unknown, at: Circumstances): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const known = (code === undefined ? undefined : byCode(code, at)) ?? byMessage(error.message);
  if (known === undefined) return error;
  // The server says more than its code: which role, which table. It never repeats a password.
  const said = isSqlState(code) ? `: ${error.message}` : "";
  const what = `${known.message}${said}${code === undefined ? "" : ` (${code})`}`;
  return new ProblemError({ ...known, message: `${at.doing} in ${at.place}: ${what}.` }, { cause: error });
}

/** Nobody on the other side speaks TLS. */
export function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === NO_TLS;
}

const NO_TLS = "The server does not support SSL connections";

const UNREACHABLE = {
  code: "database-unreachable",
  message: "the server does not answer",
  hint: "Check that it runs, and that host and port in the URL are right and may be reached from here.",
};
const LOST = {
  code: "database-lost",
  message: "the connection was lost",
  hint: "Run the command again once the server answers. After an apply, the next one settles what the journal holds.",
};
const STARTING = { ...UNREACHABLE, message: "the server is not ready", hint: "Wait until it is up, and run again." };
const REFUSED = {
  code: "database-denied",
  message: "the server lets nobody in like this",
  hint: "Check user and password in the URL, percent-encoded where they hold more than letters and digits.",
};
const BUSY = {
  code: "database-busy",
  message: "it took too long",
  hint: "Somebody holds a lock there, or the server is overloaded: look at pg_stat_activity, and run the command again.",
};
const FULL = {
  code: "database-full",
  message: "the server is out of room",
  hint: "Give it disk, memory or connections (max_connections), and run the command again.",
};
const CERTIFICATE = {
  code: "database-tls",
  message: "its certificate is not trusted",
  hint: "Name its root certificate with sslrootcert=<file> in the URL or in NODE_EXTRA_CA_CERTS; sslmode=verify-ca ignores the host's name.",
};
const READ_ONLY = {
  code: "database-read-only",
  message: "the server only reads",
  hint: "It is a standby, or set so: give the primary's address in the URL.",
};
const FAILED = {
  code: "database-failed",
  message: "the server refuses",
  hint: "Its log may say more. Where somebody changed the tables of Accord, bring them back from a backup.",
};

const BY_CODE: Readonly<Record<string, Problem>> = {
  ...{ ECONNREFUSED: UNREACHABLE, ENOTFOUND: UNREACHABLE, EAI_AGAIN: UNREACHABLE, ETIMEDOUT: UNREACHABLE },
  ...{ EHOSTUNREACH: UNREACHABLE, ENETUNREACH: UNREACHABLE, ENOENT: UNREACHABLE, EACCES: UNREACHABLE },
  ...{ ECONNRESET: LOST, EPIPE: LOST, "57P01": LOST, "57P02": LOST, "25P03": LOST, "57P05": LOST },
  ...{ "57P03": STARTING, "57014": BUSY, "55P03": BUSY, "40P01": BUSY, "40001": BUSY, "25006": READ_ONLY },
  ...{ CERT_HAS_EXPIRED: CERTIFICATE, DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE },
  ...{ SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE, UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE },
  ...{ UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE, UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE },
  ERR_TLS_CERT_ALTNAME_INVALID: { ...CERTIFICATE, message: "its certificate is for another name" },
  "28000": {
    ...REFUSED,
    hint: "Check the user in the URL; where the server asks for encryption, add sslmode=verify-full.",
  },
  "08P01": {
    ...FAILED,
    hint: "Where PgBouncer stands in between, list options in its ignore_startup_parameters, or connect past it.",
  },
  "3D000": {
    code: "database-missing",
    message: "there is no such database",
    hint: "Check its name at the end of the URL, or make it: CREATE DATABASE … ENCODING 'UTF8'.",
  },
  "42P07": {
    code: "database-foreign",
    message: "the schema holds tables of something else",
    hint: "Name another one under state: in accord.yaml (schema: …); it is made on first use.",
  },
};

/** By the first two characters of an SQLSTATE. */
const BY_CLASS: Readonly<Record<string, Problem>> = { "08": LOST, "28": REFUSED, "53": FULL };

const BY_MESSAGE: readonly (readonly [RegExp, Problem])[] = [
  [/^(timeout expired|Connection terminated due to connection timeout|timeout exceeded when)/, UNREACHABLE],
  [/^(Connection terminated|Client has encountered a connection error|Client was closed)/, LOST],
  [/^Query read timeout$/, { ...LOST, message: "no answer came in time" }],
  [/^SASL: .*password must be/, { ...REFUSED, message: "the server wants a password, and there is none" }],
  [
    new RegExp(`^(${NO_TLS}|There was an error establishing an SSL connection)`),
    {
      code: "database-tls",
      message: "the server does not speak TLS, and sslmode asks for it",
      hint: "Switch TLS on there (ssl = on), or, where nobody can listen in, say sslmode=disable.",
    },
  ],
];

function byCode(code: string, { schema, user }: Circumstances): Problem | undefined {
  if (code === "42501") {
    return {
      code: "database-denied",
      message: "the user may not do that",
      hint: `Let an administrator run: CREATE SCHEMA IF NOT EXISTS ${schema}; GRANT ALL ON SCHEMA ${schema} TO ${user}; GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO ${user};`,
    };
  }
  return BY_CODE[code] ?? (isSqlState(code) ? (BY_CLASS[code.slice(0, 2)] ?? FAILED) : undefined);
}

function byMessage(message: string): Problem | undefined {
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
}

function isSqlState(code: string | undefined): boolean {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
