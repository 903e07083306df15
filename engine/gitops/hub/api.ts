/** How the parts of the port ask GitHub: a route, what it is for, and what a refusal means. Nothing here knows a library. */
import type { Outside } from "../../outside.ts";
import { ProblemError } from "../../problem.ts";
import { type Doing, refusalProblem } from "./problem.ts";

export interface Api extends Pick<Outside, "clock" | "signal"> {
  readonly owner: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The body of the answer. */
  send(ask: Ask): Promise<unknown>;
  /** Every item of every page. */
  list(ask: Ask): Promise<readonly unknown[]>;
  /** What a redirect leads to, asked for without the token; at most so many bytes. */
  download(ask: Ask, most: number): Promise<Uint8Array>;
  /** Login behind the token. */
  viewer(): Promise<string>;
}

export interface Ask {
  /** `GET /repos/{owner}/{repo}/pulls/{number}`; owner and repo are filled in. */
  readonly route: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** Continues "GitHub did not let us …": `read pull request #7`. */
  readonly what: string;
  /** As a workflow's `permissions:` block writes it. */
  readonly needs: string;
  /** Can it be sent twice without a second effect? Default: everything but a POST. */
  readonly repeatable?: boolean;
}

/** GitHub's answer was a refusal. */
export class RefusedError extends ProblemError {
  readonly status: number;
  readonly said: string;

  constructor(doing: Doing, refusal: { status: number; headers: Headers; body: unknown }, cause: unknown) {
    super(refusalProblem(doing, refusal), { cause });
    this.status = refusal.status;
    const { body } = refusal;
    this.said = typeof body === "object" && body !== null && "message" in body ? String(body.message) : "";
  }
}

/** What is not there counts as `otherwise`; every other refusal stays one. */
export async function unlessMissing<T>(answer: Promise<T>, otherwise: T, said = /./): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404 && said.test(error.said)) return otherwise;
    throw error;
  }
}
