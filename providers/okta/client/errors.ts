/** Okta's error bodies as Problems. Only `errorCode` is contractual (okta.md §2). */
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import type { Answer, Call } from "../../shared/http.ts";
import { clockSkew, oauthRefusal, proofHint } from "../auth/oauth-problem.ts";

export interface OktaError {
  readonly code: string;
  readonly summary: string;
  readonly causes: readonly string[];
}

export function oktaErrorOf(body: unknown): OktaError {
  const none = { code: "", summary: "", causes: [] };
  if (typeof body !== "object" || body === null || !("errorCode" in body)) return none;
  const causes = "errorCauses" in body && Array.isArray(body.errorCauses) ? body.errorCauses : [];
  return {
    code: typeof body.errorCode === "string" ? body.errorCode : "",
    summary: "errorSummary" in body && typeof body.errorSummary === "string" ? body.errorSummary : "",
    causes: causes.flatMap(causeOf),
  };
}

/** A Problem that keeps Okta's code, for the few decisions that hang on it. */
export interface OktaProblem extends Problem {
  readonly oktaCode?: string;
}

/** `now`: local time, to tell a wrong clock from a wrong proof. */
export function oktaProblem(answer: Answer, call: Call, host: string, now: number): OktaProblem {
  const error = oktaErrorOf(answer.body);
  const refusal = oauthRefusal(answer.body);
  const said = [error.summary, ...error.causes, refusal.description]
    .filter((part) => part !== "")
    .map((part) => part.replace(/\.$/, ""))
    .join(": ");
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const base = {
    message: `Okta refused ${what}: ${said || `status ${answer.status}`}${error.code === "" ? "" : ` (${error.code})`}.`,
    ...(error.code === "" ? {} : { oktaCode: error.code }),
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
  if (refusal.error === "invalid_dpop_proof") {
    return { ...base, code: "okta-invalid-dpop-proof", hint: proofHint(clockSkew(answer, now)), fatal: true };
  }
  if (isDuplicate(error)) return { ...base, ...EXISTS };
  if ((answer.status === 401 && error.code !== "E0000015") || error.code === "E0000005")
    return { ...base, ...deadCredential(host) };
  const known = KNOWN[error.code];
  if (known !== undefined) return { ...base, ...known };
  if (answer.status === 403) return { ...base, code: "okta-forbidden", hint: forbiddenHint(answer) };
  if (answer.status >= 500) return { ...base, code: "okta-unavailable", hint: "Okta failed; run the command again." };
  if (answer.status === 429)
    return { ...base, code: "rate-limited", hint: "Other clients use up this limit; try later." };
  if (answer.status === 404) return { ...base, code: "not-found", hint: notFoundHint(call) };
  return { ...base, code: "okta-refused", hint: answer.status < 400 ? REDIRECTED : SAID };
}

/** Okta's code of a failed call, where it was one. */
export function oktaCodeOf(error: unknown): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const [problem] = error.problems;
  return problem !== undefined && "oktaCode" in problem && typeof problem.oktaCode === "string"
    ? problem.oktaCode
    : undefined;
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ProblemError && error.problems.some((problem) => problem.code === code);
}

/** The locks under which Okta does nothing and asks to come back (okta.md §2). */
export function isNotNow(answer: Answer): boolean {
  const { code } = oktaErrorOf(answer.body);
  return (
    answer.status === 423 || ["E0000112", "E0000181", "E0000195", "E0000249", "E0000253", "E0000268"].includes(code)
  );
}

const EXISTS = {
  code: "exists",
  hint: "It exists already: bind it with `accord import ADDRESS ID`, or say `adopt: true` in the document.",
} as const;

type Known = Pick<Problem, "code" | "hint" | "fatal">;

const UNMANAGEABLE = {
  code: "okta-unmanageable",
  hint: "Another system masters this attribute, or Okta reserves it: leave it out of the document.",
} as const;

const KNOWN: Readonly<Record<string, Known>> = {
  E0000010: { code: "okta-read-only", hint: "The organization is in read-only mode; apply again later.", fatal: true },
  E0000015: { code: "okta-not-licensed", hint: "The organization's licence or settings do not include this feature." },
  E0000016: { code: "okta-state", hint: "It is in that state already; plan again." },
  E0000023: UNMANAGEABLE,
  E0000075: UNMANAGEABLE,
  E0000076: UNMANAGEABLE,
  E0000077: UNMANAGEABLE,
  E0000078: UNMANAGEABLE,
  E0000081: UNMANAGEABLE,
  E0000111: UNMANAGEABLE,
  E0000038: { code: "okta-state", hint: "Its current status does not allow this; plan again." },
  E0000107: { code: "okta-state", hint: "Its current status does not allow this; plan again." },
  E0000192: { code: "okta-role-and-rule", hint: "A group that holds an admin role cannot be fed by a rule." },
  E0000194: { code: "okta-group-kind", hint: "Only groups made in Okta can be used here." },
  E0000231: { code: "okta-moved", hint: "Somebody else changed it in between; plan again." },
};

function isDuplicate(error: OktaError): boolean {
  if (["E0000040", "E0000055", "E0000062", "E0000090", "E0000263"].includes(error.code)) return true;
  return error.code === "E0000001" && error.causes.some((cause) => /already exists/i.test(cause));
}

/** What a 401 means. */
export function deadCredential(host: string): Required<Known> {
  return {
    code: "okta-credential-refused",
    hint: `${host} no longer accepts the credential: an API token ends after 30 days without use and with its owner, a client when it is deactivated.`,
    fatal: true,
  };
}

const SAID = "Okta's words above say what it did not take.";
const REDIRECTED =
  "Something between here and Okta sends this call elsewhere; check `domain`, baseUrl and HTTPS_PROXY.";

/** Where nothing of Okta answers, it is the address that is wrong. */
function notFoundHint(call: Call): string {
  return call.path.startsWith("/.well-known/")
    ? "There is no Okta organization at this address; check `domain` in accord.yaml."
    : "It is gone, or the credential may not see it; plan again.";
}

/** Okta names the scope a call wanted only in `WWW-Authenticate`. */
function forbiddenHint(answer: Answer): string {
  const scope = /scope="([^"]+)"/.exec(answer.headers.get("www-authenticate") ?? "")?.[1];
  if (scope !== undefined) return `Grant the scope ${scope} to the service app and list it under \`scopes\`.`;
  return "A scope or an admin role of the credential is missing; `accord doctor` says which.";
}

function causeOf(cause: unknown): readonly string[] {
  return typeof cause === "object" &&
    cause !== null &&
    "errorSummary" in cause &&
    typeof cause.errorSummary === "string"
    ? [cause.errorSummary]
    : [];
}
