/** A command as data: its help, its options, and what it does. */
import type { Invocation } from "./invocation.ts";

export interface OptionSpec {
  readonly type: "boolean" | "string";
  /** May be given several times; the value is then a list. */
  readonly multiple?: boolean;
  /** `FILE` in `--out FILE`. */
  readonly value?: string;
  readonly description: string;
}

export interface Command {
  readonly name: string;
  /** `[FILE]` in the usage line. */
  readonly arguments?: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [command: string, says: string])[];
  /** Exit codes beyond 0 and 1, with their meaning. */
  readonly exits?: Readonly<Record<number, string>>;
  /** Returns the exit code; throws ProblemError for exit 1. */
  run(invocation: Invocation): Promise<number>;
}

/** Exit codes (SPEC §3). */
export const EXIT = {
  ok: 0,
  error: 1,
  changes: 2,
  denied: 3,
  unfinished: 4,
  stale: 5,
  /** As shells count: 128 + SIGINT. */
  interrupted: 130,
} as const;

/** Code of the problem of a question that was met with Ctrl-C. */
export const INTERRUPTED = "interrupted";

/** Understood by every command. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  dir: { type: "string", value: "DIR", description: "The stack's directory; the current one unless told." },
  env: {
    type: "string",
    value: "ENV",
    description: "The environment: its own state, lock and ledger. Default: default.",
  },
  var: { type: "string", multiple: true, value: "K=V", description: "A variable for ${var:K}; may be repeated." },
  sandbox: { type: "boolean", description: "Use emulated tenants in this process instead of the real ones." },
  json: { type: "boolean", description: "Data as JSON on stdout." },
  "no-color": { type: "boolean", description: "No colours; NO_COLOR does the same." },
  quiet: { type: "boolean", description: "Only the result." },
  verbose: { type: "boolean", description: "Trace requests, masked, with the vendors' request ids." },
  help: { type: "boolean", description: "This text." },
};
