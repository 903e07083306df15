import type { Address, Source } from "./model.ts";

/** One line of a longer value (an expression), and which of its characters are meant: `from` up to, not including, `to`. */
export interface Excerpt {
  readonly line: string;
  readonly from: number;
  readonly to: number;
}

/** What is wrong, where, and what next: a sentence each, in the user's words, never with a secret in it. */
export interface Problem {
  /** Stable, kebab-case: what scripts and tests match on. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly address?: Address;
  readonly source?: Source;
  /** Where in the value at `source` it is. */
  readonly excerpt?: Excerpt;
  /** The whole instance is unusable (dead credential, tenant read-only): apply stops there. */
  readonly fatal?: boolean;
  /** Vendor's request id, for a support case. */
  readonly requestId?: string;
}

/** Code of a write whose effect nobody knows (no answer, a server error): look before trying again. */
export const UNCLEAR_OUTCOME = "unclear-outcome";

/** Carries every problem of a stage inside an ordinary error; `cause` keeps the original. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[] | Problem, options?: ErrorOptions) {
    const all = "code" in problems ? [problems] : problems;
    super(all.map((problem) => problem.message).join("\n"), options);
    this.problems = all;
  }
}

/** The problems inside any error; one that is none of ours is reported as internal, with its message. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: "internal", message, hint: "This is a bug in Accord. Please report it with the command you ran." }];
}
