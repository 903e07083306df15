/**
 * One request, all the way: room in its bucket, intent on disk, a fresh authorization, the answer, its limits learnt,
 * another try where that is safe, and a Problem where it is not. Wrapped in this order:
 *
 *   record( retry( limit( authorize( fetch ) ) ) )
 *
 * A proof of possession is single-use, so authorization is the innermost: every try gets a new one.
 */
import type { Recorder } from "../../engine/kind.ts";
import type { Outside } from "../../engine/outside.ts";
import { type Problem, ProblemError, UNCLEAR_OUTCOME } from "../../engine/problem.ts";
import type { Limiter, LimitReading } from "./rate-limit.ts";
import { retryAfter, waitBeforeRetry } from "./retry.ts";

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query below the base; every segment already escaped (see `path`). */
  readonly path: string;
  /** Sent as JSON. A string is sent as it is, with the content type of `headers`. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The vendor's rate-limit bucket. */
  readonly bucket: string;
  /** What it costs there, where the vendor counts more than requests; default 1. */
  readonly units?: number;
  /** Does it change the tenant? Default: every method but GET. A search by POST says false. */
  readonly writes?: boolean;
  /** Can it be sent twice without a second effect? Default: what does not write, PUT and DELETE. */
  readonly repeatable?: boolean;
  /** Statuses beyond 2xx that are an answer to the caller, not a problem (404 on a read by id). */
  readonly accept?: readonly number[];
  /** Natural key of what is written, for the journal. */
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for an empty or unreadable body. */
  readonly body: unknown;
  readonly requestId: string | undefined;
}

export interface HttpOptions {
  readonly base: URL;
  readonly outside: Outside;
  readonly limiter: Limiter;
  /** Adds credentials; called anew for each try. */
  authorize(request: Request): Promise<Request>;
  /** After a 401: forget the token. True: one more try makes sense. */
  renew?(answer: Answer): boolean;
  readLimit?(headers: Headers): LimitReading | undefined;
  /** The vendor's "not now, nothing was done": a lock, a busy schema. */
  notNow?(answer: Answer): boolean;
  /** A 429 that is about how many calls run at once, not about a bucket. */
  crowded?(headers: Headers): boolean;
  /** Milliseconds a 429 asks to wait; default: Retry-After. */
  askedWait?(headers: Headers): number | undefined;
  /** A vendor's error as a Problem, in the user's words. */
  problem(answer: Answer, call: Call): Problem;
  readonly requestIdHeader: string;
  /** Reads a body; throws where it is no JSON. Default: JSON.parse, which rounds integers beyond 2^53. */
  parse?(text: string): unknown;
  /** Milliseconds without an answer after which a request counts as lost. */
  readonly timeout?: number;
}

export interface Http {
  /** `recorder` is required for a call that writes: without one it is refused before anything is sent. */
  send(call: Call, recorder?: Recorder): Promise<Answer>;
  calls(): Readonly<Record<string, number>>;
}

interface Tried {
  readonly answer: Answer;
  /** Milliseconds before another try makes sense; undefined where none does. */
  readonly wait: number | undefined;
}

const TIMEOUT = 60_000;

/** Escapes each value as one path segment; an empty one would address the collection, so it is refused. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return strings.reduce((text, literal, index) => {
    const value = values[index - 1];
    if (value === undefined || value === "" || value === "." || value === "..") {
      throw new Error(`empty path segment in ${strings.join("…")}`);
    }
    return text + encodeURIComponent(value) + literal;
  });
}

export function createHttp(options: HttpOptions): Http {
  const { outside, limiter } = options;
  const counts: Record<string, number> = {};

  async function once(call: Call, tries: number): Promise<Tried> {
    const release = await limiter.acquire(call.bucket, call.units);
    try {
      outside.signal.throwIfAborted();
      const request = await options.authorize(requestOf(options, call));
      counts[call.bucket] = (counts[call.bucket] ?? 0) + 1;
      const response = await outside.fetch(request);
      const answer = await answerOf(response, options);
      outside.trace?.(`${call.method} ${call.path} ${answer.status} ${answer.requestId ?? ""}`.trimEnd());
      const reading = options.readLimit?.(answer.headers);
      if (reading !== undefined) limiter.learn(call.bucket, reading);
      const wait = waitAfter(call, tries, answer);
      // Before the place is given back: whoever waits for it must not be sent into the same wall.
      if (answer.status === 429 && wait !== undefined) limiter.block(call.bucket, wait);
      if (answer.status === 429 && options.crowded?.(answer.headers) === true) limiter.crowded();
      return { answer, wait };
    } finally {
      release();
    }
  }

  async function attempt(call: Call): Promise<Answer> {
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      const result = await once(call, tries).catch((error: unknown) => {
        if (outside.signal.aborted || error instanceof ProblemError) throw error;
        return { lost: error, wait: neverSent(error) ? undefined : waitAfter(call, tries) };
      });
      if ("answer" in result) {
        const { answer } = result;
        if (accepted(answer, call)) return answer;
        if (answer.status === 401 && !renewed && options.renew?.(answer) === true) {
          renewed = true;
          continue;
        }
        if (result.wait === undefined) throw refusal(call, answer);
        if (answer.status === 429) continue;
      } else if (result.wait === undefined) {
        throw new ProblemError(lostProblem(options.base, call, result.lost), { cause: result.lost });
      }
      await outside.clock.sleep(result.wait, outside.signal);
    }
  }

  function waitAfter(call: Call, tries: number, answer?: Answer): number | undefined {
    const wait = answer && (options.askedWait?.(answer.headers) ?? retryAfter(answer.headers));
    return waitBeforeRetry(
      {
        status: answer?.status ?? 0,
        tries,
        repeatable: repeatable(call),
        ...(wait === undefined ? {} : { askedWait: wait }),
        notNow: answer !== undefined && options.notNow?.(answer) === true,
      },
      Math.random(),
    );
  }

  function refusal(call: Call, answer: Answer): ProblemError {
    const problem = options.problem(answer, call);
    // A server error after a write says nothing about whether it was carried out.
    return new ProblemError(writes(call) && answer.status >= 500 ? { ...problem, code: UNCLEAR_OUTCOME } : problem);
  }

  return {
    calls: () => ({ ...counts }),
    async send(call, recorder) {
      if (!writes(call)) return attempt(call);
      if (recorder === undefined) throw new Error(`${call.method} ${call.path} writes, and has no recorder`);
      const recorded = await recorder.intent({
        method: call.method,
        path: call.path,
        ...(call.key === undefined ? {} : { key: call.key }),
      });
      try {
        const answer = await attempt(call);
        recorded.outcome({
          status: answer.status,
          ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
        });
        return answer;
      } catch (error) {
        recorded.outcome({ status: statusOf(error) });
        throw error;
      }
    },
  };
}

/** A redirect is never followed: C1 answers an empty id with one, and it would look like success. */
function accepted(answer: Answer, call: Call): boolean {
  return (answer.status >= 200 && answer.status < 300) || call.accept?.includes(answer.status) === true;
}

function writes(call: Call): boolean {
  return call.writes ?? call.method !== "GET";
}

function repeatable(call: Call): boolean {
  return call.repeatable ?? (!writes(call) || call.method === "PUT" || call.method === "DELETE");
}

function requestOf(options: HttpOptions, call: Call): Request {
  const url = new URL(options.base.pathname.replace(/\/$/, "") + call.path, options.base);
  if (url.origin !== options.base.origin) throw new Error(`${url.origin} is not ${options.base.origin}`);
  const headers = new Headers({ accept: "application/json", "user-agent": "accord-access", ...call.headers });
  const text =
    call.body === undefined ? undefined : typeof call.body === "string" ? call.body : JSON.stringify(call.body);
  if (text !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  return new Request(url, {
    method: call.method,
    headers,
    redirect: "manual",
    signal: AbortSignal.any([options.outside.signal, AbortSignal.timeout(options.timeout ?? TIMEOUT)]),
    ...(text === undefined ? {} : { body: text }),
  });
}

async function answerOf(
  response: Response,
  { requestIdHeader, parse = JSON.parse }: Pick<HttpOptions, "requestIdHeader" | "parse">,
): Promise<Answer> {
  const text = await response.text();
  let body: unknown;
  try {
    body = text === "" ? undefined : parse(text);
  } catch {
    body = undefined;
  }
  return {
    status: response.status,
    headers: response.headers,
    body,
    requestId: response.headers.get(requestIdHeader) ?? undefined,
  };
}

function lostProblem(base: URL, call: Call, cause: unknown): Problem {
  const why = reasonOf(cause);
  if (!writes(call) || neverSent(cause)) {
    return {
      code: "unreachable",
      message: `${base.host} did not answer ${call.method} ${call.path.split("?")[0]}: ${why}.`,
      hint: "Check the host name, the network and HTTPS_PROXY; a private CA goes into NODE_EXTRA_CA_CERTS.",
    };
  }
  return {
    code: UNCLEAR_OUTCOME,
    message: `${base.host} did not answer ${call.method} ${call.path.split("?")[0]}: ${why}. Whether it took effect is unknown.`,
    hint: "Run apply again: it looks before it repeats anything.",
  };
}

/** No such host, nobody listening, a certificate that is not trusted: nothing was sent, and waiting mends none of it. */
function neverSent(error: unknown): boolean {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && "code" in inner ? String(inner.code) : "";
  return /^(?:ENOTFOUND|ECONNREFUSED|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  const code = "code" in inner && typeof inner.code === "string" ? `${inner.code}: ` : "";
  return `${code}${inner.message}`;
}

function statusOf(error: unknown): number {
  if (!(error instanceof ProblemError)) return 0;
  return error.problems.some((problem) => problem.code === UNCLEAR_OUTCOME) ? 0 : 400;
}
