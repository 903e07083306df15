/** Zendesk's refusals as Problems. Bodies come in four shapes and as text; codes are what is stable (zendesk.md §1.2). */
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import type { Answer, Call } from "../../shared/http.ts";
import { type Fields, isFields, optionalText } from "../../shared/narrow.ts";

interface Refusal {
  /** `RecordInvalid`, `Forbidden`; "" where the body has none. */
  readonly code: string;
  readonly said: string;
  /** Codes of the fields that were wrong: `DuplicateValue`. */
  readonly fieldCodes: readonly string[];
}

export function refusalOf(body: unknown): Refusal {
  if (!isFields(body)) return { code: "", said: "", fieldCodes: [] };
  const { error } = body;
  if (isFields(error)) {
    return {
      code: "",
      said: [optionalText(error, "title"), optionalText(error, "message")].filter(Boolean).join(": "),
      fieldCodes: [],
    };
  }
  const [first] = Array.isArray(body.errors) ? body.errors : [];
  if (isFields(first)) {
    const said = [optionalText(first, "title"), optionalText(first, "detail")].filter(Boolean).join(": ");
    return { code: optionalText(first, "code") ?? "", said, fieldCodes: [] };
  }
  const details = detailsOf(body);
  const said = details.map(({ field, text }) => `${field}: ${text}`).join("; ");
  return {
    code: optionalText(body, "error") ?? "",
    said: said === "" ? (optionalText(body, "description") ?? "") : said,
    fieldCodes: details.map(({ code }) => code),
  };
}

interface Detail {
  readonly field: string;
  readonly code: string;
  readonly text: string;
}

function detailsOf(body: Fields): readonly Detail[] {
  if (!isFields(body.details)) return [];
  return Object.entries(body.details).flatMap(([field, items]) =>
    (Array.isArray(items) ? items : []).filter(isFields).map((item) => {
      const code = optionalText(item, "error") ?? "";
      return { field, code, text: optionalText(item, "description") ?? code };
    }),
  );
}

/** More than 30 jobs of the account wait or run: nothing was done (zendesk.md §1.2, its status is not documented). */
export function isNotNow(answer: Answer): boolean {
  return refusalOf(answer.body).code === "TooManyJobs";
}

export function zendeskProblem(answer: Answer, call: Call, host: string): Problem {
  const { code, said, fieldCodes } = refusalOf(answer.body);
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const words = [code, said.replace(/\.$/, "")].filter((part) => part !== "").join(": ");
  const base = {
    message: `Zendesk refused ${what}: ${words === "" ? `status ${answer.status}` : words}.`,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
  if (answer.status === 401) return { ...base, ...deadCredential(host) };
  if (isNotNow(answer)) {
    return {
      ...base,
      code: "zendesk-too-many-jobs",
      hint: "Other integrations keep 30 bulk jobs running; apply again later.",
    };
  }
  if (fieldCodes.includes("DuplicateValue")) return { ...base, ...EXISTS };
  if (code === "InvalidEndpoint") {
    return {
      ...base,
      code: "zendesk-no-endpoint",
      hint: "The account's plan has no such feature, or something between here and Zendesk changes the address.",
    };
  }
  return { ...base, ...byStatus(answer.status) };
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof ProblemError && error.problems.some((problem) => codes.includes(problem.code));
}

const EXISTS = {
  code: "exists",
  hint: "It exists already: bind it with `accord import ADDRESS ID`, or say `adopt: true` in the document.",
} as const;

export function deadCredential(host: string): Required<Pick<Problem, "code" | "hint" | "fatal">> {
  return {
    code: "zendesk-credential-refused",
    hint: `${host} does not accept the credential: the OAuth client or its user is gone, or the API token was switched off (unused ones are after 30 days).`,
    fatal: true,
  };
}

function byStatus(status: number): Pick<Problem, "code" | "hint"> {
  if (status === 403) {
    return {
      code: "zendesk-forbidden",
      hint: "The credential's user is no administrator, its token lacks a scope, or the account's plan does not include this.",
    };
  }
  if (status === 404) return { code: "not-found", hint: "It is gone, or the credential may not see it; plan again." };
  if (status === 409) return { code: "zendesk-moved", hint: "Somebody else changed it in between; plan again." };
  if (status === 429)
    return { code: "rate-limited", hint: "Other integrations use up the account's limit; try later." };
  if (status >= 500) return { code: "zendesk-unavailable", hint: "Zendesk failed; run the command again." };
  if (status < 400) {
    return {
      code: "zendesk-refused",
      hint: "Something between here and Zendesk sends this call elsewhere; check `subdomain`.",
    };
  }
  return { code: "zendesk-refused", hint: "Zendesk's words above say what it did not take." };
}
