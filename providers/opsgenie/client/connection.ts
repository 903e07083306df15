/** One account over HTTP: where it is, how it is asked, and what its refusals mean (oncall.md §2.2). */
import type { Spec } from "../../../engine/model.ts";
import type { Outside } from "../../../engine/outside.ts";
import type { Problem } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../shared/base-url.ts";
import { type Answer, type Call, createHttp, type Http } from "../../shared/http.ts";
import { isFields, optionalText, textsOf } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import { whatEnds } from "../end-of-api.ts";

export const CONCURRENCY = 4;

const HOSTS = { us: "https://api.opsgenie.com", eu: "https://api.eu.opsgenie.com" } as const;
/** Sized by plan and number of users, and published nowhere: what is refused tells (THROTTLED). */
const UNTIL_REFUSED = { limit: 600, window: 60_000 };
const RIGHTS = "Read and Configuration access";

export interface Connection extends Http {
  readonly base: URL;
  /** The server's clock, as its latest answer showed it; ours before the first. */
  now(): number;
  /** `OK` or `THROTTLED`, as the latest answer said. */
  rateState(): string | undefined;
}

/** Settings as schemas/opsgenie/settings.schema.json passed them. */
export function connect(settings: Spec, outside: Outside): Connection {
  const base = baseOf(settings);
  const key = typeof settings.apiKey === "string" ? settings.apiKey : "";
  let skew = 0;
  let state: string | undefined;
  const http = createHttp({
    base,
    outside,
    limiter: createLimiter(outside, { fallback: UNTIL_REFUSED, concurrency: CONCURRENCY }),
    authorize: async (request) => {
      request.headers.set("authorization", `GenieKey ${key}`);
      return request;
    },
    readLimit(headers) {
      state = headers.get("x-ratelimit-state") ?? state;
      const date = Date.parse(headers.get("date") ?? "");
      if (!Number.isNaN(date)) skew = date - outside.clock.now();
      // Neither how many are left nor for how long: a 429 without Retry-After is waited out exponentially.
      return undefined;
    },
    problem: (answer, call) => problemOf(answer, call, base.host, outside.clock.now() + skew),
    requestIdHeader: "x-request-id",
  });
  return {
    base,
    calls: () => http.calls(),
    send: (call, recorder) => http.send(call, recorder),
    now: () => outside.clock.now() + skew,
    rateState: () => state,
  };
}

function baseOf(settings: Spec): URL {
  const { baseUrl, region } = settings;
  if (typeof baseUrl !== "string") return new URL(HOSTS[region === "eu" ? "eu" : "us"]);
  return parseBaseUrl(baseUrl);
}

function problemOf(answer: Answer, call: Call, host: string, now: number): Problem {
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const base = {
    message: `Opsgenie refused ${what}: ${sentenceOf(answer).replace(/\.$/, "")}.`,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
  switch (answer.status) {
    case 401:
      return {
        ...base,
        code: "opsgenie-credential-refused",
        message: `${host} does not accept the API key.`,
        hint: "A key of one region is unknown in the other (region: us or eu), and a disabled integration disables its key.",
        fatal: true,
      };
    case 402:
      return { ...base, code: "opsgenie-not-licensed", hint: "The account's plan does not include this feature." };
    case 403:
      return codeOf(answer) === 40302
        ? {
            ...base,
            code: "opsgenie-unsupported",
            hint: "The key may ask for it, and Opsgenie does not offer it here.",
          }
        : {
            ...base,
            code: "opsgenie-forbidden",
            hint: `Make a key under Settings, API key management, with the rights ${RIGHTS}: a team's integration key reaches no configuration.`,
          };
    case 404:
      return { ...base, code: "not-found", hint: "It is gone, or the key may not see it; plan again." };
    case 410:
      return { ...base, code: "opsgenie-ended", hint: whatEnds(now), fatal: true };
    case 429:
      return { ...base, code: "rate-limited", hint: "Other clients of the account use up its limit; try later." };
    default:
      return answer.status >= 500
        ? { ...base, code: "opsgenie-unavailable", hint: "Opsgenie failed; run the command again." }
        : { ...base, code: "opsgenie-refused", hint: "Opsgenie's words above say what it did not take." };
  }
}

function codeOf(answer: Answer): number | undefined {
  return isFields(answer.body) && typeof answer.body.code === "number" ? answer.body.code : undefined;
}

/** A 422 may name its fields: `errors` is an object of texts, or of lists of them (oncall.md §2.2 [?]). */
function sentenceOf(answer: Answer): string {
  const body = isFields(answer.body) ? answer.body : {};
  const errors = isFields(body.errors) ? body.errors : {};
  const details = Object.entries(errors).flatMap(([field, said]) =>
    textsOf([said].flat()).map((sentence) => `${field} ${sentence}`),
  );
  return [optionalText(body, "message") ?? `status ${answer.status}`, ...details].join(": ");
}
