/** Graph's error bodies as Problems, in the user's words (entra.md §3.3). */
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import type { Answer, Call } from "../../shared/http.ts";
import { isFields, optionalText, within } from "../../shared/narrow.ts";

export const FORBIDDEN = "entra-forbidden";

/** A Problem that keeps what Graph said, for the few decisions that hang on it. */
export interface GraphProblem extends Problem {
  readonly status?: number;
  readonly graphCode?: string;
  readonly said?: string;
}

export interface GraphError {
  readonly code: string;
  readonly message: string;
}

export function graphErrorOf(body: unknown): GraphError {
  const error = isFields(body) ? within(body, "error") : {};
  return { code: optionalText(error, "code") ?? "", message: optionalText(error, "message") ?? "" };
}

export function graphProblem(
  answer: Pick<Answer, "status" | "body" | "requestId">,
  call: Pick<Call, "method" | "path">,
): GraphProblem {
  const { code, message } = graphErrorOf(answer.body);
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const said = message.replace(/\s+/g, " ").replace(/\.$/, "");
  return {
    message: `Microsoft Graph refused ${what}: ${said || `status ${answer.status}`}${code === "" ? "" : ` (${code})`}.`,
    status: answer.status,
    graphCode: code,
    said: message,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
    ...meaning(answer.status, code, message),
  };
}

function meaning(status: number, code: string, message: string): Pick<Problem, "code" | "hint" | "fatal"> {
  if (status === 401) {
    return {
      code: "entra-credential-refused",
      hint: "The token is no longer accepted: the application may be disabled or deleted, or its credential revoked. `accord doctor` looks.",
      fatal: true,
    };
  }
  if (/on-premises mastered|directory sync/i.test(message)) {
    return { code: "entra-synced", hint: "It is synced from on-premises Active Directory: change it there." };
  }
  if (code === "NoGovernanceSku" || /licen[sc]e|premium/i.test(message)) {
    return { code: "entra-not-licensed", hint: "The directory has no licence for this; `accord doctor` says which." };
  }
  if (status === 403 || code === "Authorization_RequestDenied") {
    return {
      code: FORBIDDEN,
      hint: "A permission, its consent, or a directory role of the application is missing; `accord doctor` says which. A consent counts from the next token on.",
    };
  }
  if (isDuplicate(code, message)) {
    return {
      code: "exists",
      hint: "It exists already, perhaps among the deleted objects: bind it with `accord import ADDRESS ID`, or restore or purge the deleted one.",
    };
  }
  if (status === 404) return { code: "not-found", hint: "It is gone, or newer than Graph's reads; plan again." };
  if (status === 429) return { code: "rate-limited", hint: "Other apps use up this limit; try later." };
  if (status >= 500) return { code: "entra-unavailable", hint: "Microsoft Graph failed; run the command again." };
  if (status >= 300 && status < 400) {
    return {
      code: "entra-refused",
      hint: "Something between here and Graph sends this call elsewhere; check baseUrl and HTTPS_PROXY.",
    };
  }
  return { code: "entra-refused", hint: "Graph's words above say what it did not take." };
}

function isDuplicate(code: string, message: string): boolean {
  return (
    code === "ObjectConflict" ||
    /another object with the same value|permission being assigned already exists/i.test(message)
  );
}

function graphProblemIn(error: unknown): GraphProblem | undefined {
  return error instanceof ProblemError ? error.problems.find(isGraphProblem) : undefined;
}

function isGraphProblem(problem: Problem): problem is GraphProblem {
  return "status" in problem && typeof problem.status === "number";
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ProblemError && error.problems.some((problem) => problem.code === code);
}

/** One or more of the bound references are there already; of a bound PATCH nothing was done. */
export function saysAlreadyThere(error: unknown): boolean {
  const problem = graphProblemIn(error);
  return problem?.status === 400 && /references already exist/i.test(problem.said ?? "");
}

/** The object, or one that it refers to, is unknown: gone, or not yet replicated (entra.md §3.4). */
export function saysMissing(error: unknown): boolean {
  const problem = graphProblemIn(error);
  if (problem === undefined) return false;
  // PIM's word for a principal that it does not know, or not yet.
  if (problem.status === 404 || problem.graphCode === "SubjectNotFound") return true;
  const said = problem.said ?? "";
  return problem.status === 400 && /reference|does not exist|not present/i.test(said) && !/already exist/i.test(said);
}

export function statusOf(error: unknown): number | undefined {
  return graphProblemIn(error)?.status;
}

export function graphSaid(error: unknown): GraphError | undefined {
  const problem = graphProblemIn(error);
  return problem === undefined ? undefined : { code: problem.graphCode ?? "", message: problem.said ?? "" };
}

/** Nothing was done, and it may work in a moment: another write to the same object was under way. */
export function isNotNow(answer: Pick<Answer, "status" | "body">): boolean {
  if (answer.status === 412 || answer.status === 423) return true;
  const { code, message } = graphErrorOf(answer.body);
  return answer.status === 409 && (/concurren/i.test(message) || code === "Directory_ConcurrencyViolation");
}
