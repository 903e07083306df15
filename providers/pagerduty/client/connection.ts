/** One account over HTTP: where it is, how it is asked, and what its refusals mean (oncall.md §1.1). */
import type { Spec } from "../../../engine/model.ts";
import type { Outside } from "../../../engine/outside.ts";
import type { Problem } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../shared/base-url.ts";
import { type Answer, type Call, createHttp, type Http } from "../../shared/http.ts";
import { isFields } from "../../shared/narrow.ts";
import { createLimiter, type LimitReading } from "../../shared/rate-limit.ts";

export const CONCURRENCY = 6;

const HOSTS = { us: "https://api.pagerduty.com", eu: "https://api.eu.pagerduty.com" } as const;
/** support.pagerduty.com/main/docs/teams, read 2026-11-26. */
export const TEAM_PLANS =
  "Teams come with the plans Business, Enterprise for Incident Management and Digital Operations; no document can name one without.";
const PLANS = "The account's plan does not include this feature.";
const READS = "The key may not read this; use an account-level key.";
const WRITES =
  "A read-only key changes nothing: use an account key with full access, or the key of somebody who may change it (Manager, Global Admin, Account Owner).";
const ACCEPT = "application/vnd.pagerduty+json;version=2";
const MINUTE = 60_000;
/** Other integrations share an account key's window. */
const RESERVE = 0.2;

export interface Connection extends Http {
  readonly base: URL;
  /** What the latest answer said about the key's window. */
  lastReading(): LimitReading | undefined;
  /** The server's clock, as its latest answer showed it; ours before the first. */
  now(): number;
}

/** Settings as schemas/pagerduty/settings.schema.json passed them. */
export function connect(settings: Spec, outside: Outside): Connection {
  const base = baseOf(settings);
  const token = typeof settings.token === "string" ? settings.token : "";
  let last: LimitReading | undefined;
  let skew = 0;
  const http = createHttp({
    base,
    outside,
    limiter: createLimiter(outside, {
      fallback: { limit: 960, window: MINUTE },
      reserve: RESERVE,
      concurrency: CONCURRENCY,
    }),
    authorize: async (request) => {
      request.headers.set("authorization", `Token token=${token}`);
      return request;
    },
    readLimit(headers) {
      last = readLimit(headers) ?? last;
      const date = Date.parse(headers.get("date") ?? "");
      if (!Number.isNaN(date)) skew = date - outside.clock.now();
      return readLimit(headers);
    },
    askedWait: (headers) => readLimit(headers)?.resetIn,
    problem: (answer, call) => problemOf(answer, call, base.host),
    requestIdHeader: "x-request-id",
  });
  return {
    base,
    calls: () => http.calls(),
    lastReading: () => last,
    now: () => outside.clock.now() + skew,
    send: (call, recorder) => http.send({ ...call, headers: { accept: ACCEPT, ...call.headers } }, recorder),
  };
}

function baseOf(settings: Spec): URL {
  const { baseUrl, region } = settings;
  if (typeof baseUrl !== "string") return new URL(HOSTS[region === "eu" ? "eu" : "us"]);
  return parseBaseUrl(baseUrl);
}

function readLimit(headers: Headers): LimitReading | undefined {
  const [limit, remaining, reset] = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map((name) => {
    const text = headers.get(name);
    return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
  });
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  return { limit, remaining, resetIn: reset * 1_000 };
}

function problemOf(answer: Answer, call: Call, host: string): Problem {
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const base = {
    message: `PagerDuty refused ${what}: ${sentenceOf(answer).replace(/\.$/, "")}.`,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
  switch (answer.status) {
    case 401:
      return {
        ...base,
        code: "pagerduty-credential-refused",
        message: `${host} does not accept the token.`,
        hint: "A key of one service region is unknown in the other (region: us or eu); a user key ends with its user.",
        fatal: true,
      };
    case 402:
      return { ...base, code: "pagerduty-not-licensed", hint: call.path.startsWith("/teams") ? TEAM_PLANS : PLANS };
    case 403:
      return { ...base, code: "pagerduty-forbidden", hint: call.method === "GET" ? READS : WRITES };
    case 404:
      return { ...base, code: "not-found", hint: "It is gone, or the key may not see it; plan again." };
    case 429:
      return { ...base, code: "rate-limited", hint: "Other clients of this key use up its limit; try later." };
    default:
      return answer.status >= 500
        ? { ...base, code: "pagerduty-unavailable", hint: "PagerDuty failed; run the command again." }
        : { ...base, code: "pagerduty-refused", hint: "PagerDuty's words above say what it did not take." };
  }
}

/** `errors` is a list, one text, or an object of lists by field (oncall.md §1.1). */
function sentenceOf(answer: Answer): string {
  const error = isFields(answer.body) ? answer.body.error : undefined;
  if (!isFields(error)) return `status ${answer.status}`;
  const details = Object.entries(isFields(error.errors) ? error.errors : { "": error.errors ?? [] }).flatMap(
    ([field, said]) => [said].flat().map((sentence) => `${field} ${String(sentence)}`.trim()),
  );
  return [String(error.message ?? `status ${answer.status}`), ...details].join(": ");
}
