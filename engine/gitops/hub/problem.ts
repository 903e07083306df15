/** GitHub's refusals in the user's words: what could not be done, why, and what to change where. */
import { type Problem, UNCLEAR_OUTCOME } from "../../problem.ts";
import { limitWait } from "../patient-timing.ts";

/** What a call is for, so that its refusal can say so. */
export interface Doing {
  /** Continues "GitHub did not let us …": `read pull request #7 of acme/access`. */
  readonly what: string;
  /** As a workflow's `permissions:` block writes it: `checks: write`. */
  readonly needs: string;
  readonly writes: boolean;
}

/** What GitHub answered. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Organisations' members are never readable by the token of a workflow. */
export const MEMBERS = "members: read";

export function refusalProblem(doing: Doing, refusal: Refusal): Problem {
  const { status, headers } = refusal;
  const said = wordsOf(refusal.body) || `status ${status}`;
  const requestId = headers.get("x-github-request-id");
  const problem = (code: string, message: string, hint: string): Problem => ({
    ...{ code, message, hint },
    ...(requestId === null ? {} : { requestId }),
  });
  const limited = limitWait({ status, headers, message: said });
  if (limited !== undefined) {
    return problem(
      "github-rate-limit",
      `GitHub's rate limit does not let us ${doing.what}: ${said}.`,
      `It lets calls through again in about ${Math.ceil(limited / 60_000)} minutes; run the job again then.`,
    );
  }
  if (status >= 500) {
    const tail = doing.writes ? " Whether it took effect is unknown." : "";
    return problem(
      doing.writes ? UNCLEAR_OUTCOME : "github-unreachable",
      `GitHub failed when asked to ${doing.what}: ${said}.${tail}`,
      "Run the job again; https://www.githubstatus.com tells whether it is more than a moment's trouble.",
    );
  }
  const [code, message, hint] = refusedBecause(doing, status, said);
  return problem(code, message, hint);
}

function refusedBecause({ what, needs }: Doing, status: number, said: string): readonly [string, string, string] {
  if (status === 401) {
    return [
      "github-token",
      `GitHub does not accept the token with which to ${what}: ${said}.`,
      "The token of a job ends with the job, and others expire or are revoked: set GITHUB_TOKEN anew (`env: GITHUB_TOKEN: ${{ github.token }}`).",
    ];
  }
  if (status === 403 && /not permitted to create or approve pull requests/i.test(said)) {
    return [
      "github-permission",
      `GitHub did not let us ${what}: ${said}.`,
      "Switch on Settings > Actions > General > Allow GitHub Actions to create and approve pull requests, or give the token of a GitHub App.",
    ];
  }
  if (status === 403 && /SAML/i.test(said)) {
    return [
      "github-permission",
      `GitHub did not let us ${what}: ${said}.`,
      "Authorize the token for the organization's single sign-on, or use the job's own token.",
    ];
  }
  if (status === 403) {
    const hint = /personal access token/i.test(said) ? ownTokenHint(needs) : permissionHint(needs);
    return ["github-permission", `GitHub did not let us ${what}: ${said}.`, hint];
  }
  if (status === 404) {
    return [
      "github-not-found",
      `GitHub has nothing to show when asked to ${what}.`,
      `Either it does not exist, or the token may not see it: for a private repository that takes \`${needs}\`.`,
    ];
  }
  if (status === 410) {
    return [
      "github-gone",
      `GitHub has it no more when asked to ${what}: ${said}.`,
      "Switch it on again in the repository's settings, or leave it out.",
    ];
  }
  return [
    "github-refused",
    `GitHub refused to ${what}: ${said}.`,
    "What GitHub names must be put right first; nothing was changed.",
  ];
}

function permissionHint(needs: string): string {
  if (needs === MEMBERS) {
    return "It takes the organization permission `members: read`, which the token of a workflow never has: list logins in the group instead of a team, or give the token of a GitHub App that has it.";
  }
  return `It takes \`${needs}\` in the \`permissions:\` block of the workflow; a pull request from a fork gets a token that only reads.`;
}

function ownTokenHint(needs: string): string {
  return `Give the personal access token \`${needs}\` for this repository, or use the job's own token.`;
}

/** `message`, and each of `errors` in whatever form it comes. */
function wordsOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const message = "message" in body && typeof body.message === "string" ? body.message.replace(/\.$/, "") : "";
  const errors =
    "errors" in body
      ? [body.errors]
          .flat()
          .map(errorWords)
          .filter((text) => text !== "")
      : [];
  return errors.length === 0 ? message : `${message === "" ? "" : `${message}: `}${errors.join("; ")}`;
}

function errorWords(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  const parts = new Map(Object.entries(error).filter(([, value]) => typeof value === "string"));
  const text = parts.get("message");
  if (text !== undefined) return String(text).replace(/\.$/, "");
  return ["resource", "field", "code"].flatMap((name) => parts.get(name) ?? []).join(" ");
}

/** No answer came. */
export function lostProblem(request: Request, repeatable: boolean, cause: unknown): Problem {
  const { host } = new URL(request.url);
  const tail = repeatable ? "" : " Whether it took effect is unknown.";
  return {
    code: repeatable ? "github-unreachable" : UNCLEAR_OUTCOME,
    message: `${host} did not answer: ${reasonOf(cause)}.${tail}`,
    hint: "Check the network and HTTPS_PROXY; https://www.githubstatus.com tells whether GitHub has trouble. Then run the job again.",
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  return inner.message;
}
