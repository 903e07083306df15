/**
 * Graph's manners on top of the shared HTTP stack: units, priorities, ids of requests, paging, and patience with what
 * was made a moment ago. One per connection.
 */
import { randomUUID } from "node:crypto";
import type { Recorder } from "../../../engine/kind.ts";
import type { Clock, Outside } from "../../../engine/outside.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { type Answer, type Call, createHttp } from "../../shared/http.ts";
import { isFields } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import type { EntraSettings } from "../auth/settings.ts";
import { createTokenSource, type Token } from "../auth/token.ts";
import { lackedBy } from "../permissions.ts";
import { FORBIDDEN, type GraphProblem, graphProblem, isNotNow, saysMissing } from "./errors.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { CONCURRENCY, RESERVE, SEEDS, slowDown, UNITS, unitsOf, WRITES } from "./limits.ts";
import { fieldsOf } from "./narrow.ts";
import { createRecent, type Recent, waitForReplica } from "./recent.ts";
import type { Removal } from "./removals.ts";

interface Common {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: readonly number[];
  /** Natural key of what is written, for the journal; never a secret. */
  readonly key?: string;
  /** Ids that it names: where this run made one, "unknown" is waited out. */
  readonly about?: readonly string[];
  readonly repeatable?: boolean;
  /** A read by POST says false. */
  readonly writes?: boolean;
  /** Default: units for a read, the count of writes for a write. */
  readonly bucket?: string;
  readonly units?: number;
}

/** A call below `/v1.0`. What is deleted can only be said in the words of `removals.ts`. */
export type GraphCall = Common &
  (
    | { readonly method: "GET" | "POST" | "PATCH" | "PUT"; readonly path: string }
    | { readonly method: "DELETE"; readonly path: Removal }
  );

export interface Transport {
  readonly settings: EntraSettings;
  readonly outside: Outside;
  readonly clock: Clock;
  readonly recent: Recent;
  /** Undefined unless the instance says `exchange: true`. */
  readonly exchange: Exchange | undefined;
  send(call: GraphCall, recorder?: Recorder): Promise<Answer>;
  /** Every page of a list, in order; empty pages included. The last one's body may hold the delta link. */
  pages(path: string, options?: PageOptions): AsyncIterable<Page>;
  /** `https://graph.microsoft.com/v1.0/directoryObjects/{id}`, whatever address we ourselves call. */
  reference(id: string): string;
  token(): Promise<Token>;
  calls(): Readonly<Record<string, number>>;
}

export interface Page {
  readonly rows: readonly unknown[];
  readonly deltaLink: string | undefined;
}

export interface PageOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly bucket?: string;
  readonly accept?: readonly number[];
}

const VERSION = "/v1.0";

export function createTransport(settings: EntraSettings, given: Outside): Transport {
  const source = createTokenSource(settings, given);
  const limiter = createLimiter(given, {
    seeds: SEEDS,
    fallback: { limit: 100, window: 10_000 },
    reserve: RESERVE,
    concurrency: CONCURRENCY,
  });
  const http = createHttp({
    base: settings.base,
    outside: { ...given, fetch: async (request) => noting(await given.fetch(request)) },
    limiter,
    async authorize(request) {
      const { value } = await source.get();
      request.headers.set("authorization", `Bearer ${value}`);
      request.headers.set("client-request-id", randomUUID());
      return request;
    },
    renew: (answer) => source.forget(claimsOf(answer.headers)),
    notNow: isNotNow,
    problem: (answer, call) => naming(graphProblem(answer, call), call, source.known()),
    requestIdHeader: "request-id",
  });
  const recent = createRecent(given.clock);
  const exchange = settings.exchange ? createExchange(settings, given) : undefined;

  /** A refusal holds for the token, not for one bucket; without a wait of its own it means ten seconds (§17). */
  function noting(response: Response): Response {
    const calm = slowDown(response.headers);
    if (calm > 0) limiter.block(UNITS, calm);
    if (response.status !== 429) return response;
    const headers = new Headers(response.headers);
    if (!headers.has("retry-after")) headers.set("retry-after", "10");
    const seconds = Number(headers.get("retry-after"));
    if (Number.isFinite(seconds)) for (const bucket of Object.keys(SEEDS)) limiter.block(bucket, seconds * 1_000);
    return new Response(response.body, { status: response.status, headers });
  }

  async function once(call: GraphCall, recorder?: Recorder): Promise<Answer> {
    const { about: _about, bucket, units, ...rest } = call;
    const writes = call.writes ?? call.method !== "GET";
    return http.send(
      {
        ...rest,
        path: VERSION + call.path,
        bucket: bucket ?? (writes ? WRITES : UNITS),
        units: units ?? (writes || bucket !== undefined ? 1 : unitsOf(call.path)),
        headers: { "x-ms-throttle-priority": writes ? "normal" : "low", ...call.headers },
      },
      recorder,
    );
  }

  async function send(call: GraphCall, recorder?: Recorder): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const until = recent.unknownUntil(call.about ?? []);
      const wait = waitForReplica(tries);
      const patient = until !== undefined && given.clock.monotonic() + wait <= until;
      try {
        const answer = await once(call, recorder);
        // Not a member, or not yet a group: only time tells.
        if (!(patient && answer.status === 404)) return answer;
      } catch (error) {
        if (!patient || !saysMissing(error)) throw error;
      }
      await given.clock.sleep(wait, given.signal);
    }
  }

  return {
    settings,
    outside: given,
    clock: given.clock,
    recent,
    exchange,
    send,
    async *pages(first, options = {}) {
      for (let next: string | undefined = first; next !== undefined; ) {
        const answer: Answer = await send({ method: "GET", path: next, ...options });
        if (options.accept?.includes(answer.status) === true)
          throw new ProblemError(graphProblem(answer, { method: "GET", path: next }));
        const body = fieldsOf(answer.body, "a list");
        yield {
          rows: Array.isArray(body.value) ? body.value : [],
          deltaLink: linkIn(body["@odata.deltaLink"], settings),
        };
        const followed = linkIn(body["@odata.nextLink"], settings);
        if (followed === next) return;
        next = followed;
      }
    },
    reference: (id) => `${settings.cloud.graph}${VERSION}/directoryObjects/${encodeURIComponent(id)}`,
    token: () => source.get(),
    calls: () => ({ ...source.calls(), ...http.calls(), ...exchange?.calls() }),
  };
}

/** A refusal with the permission that is missing, where the token shows that it is. */
function naming(problem: GraphProblem, call: Pick<Call, "method" | "path">, token: Token | undefined): GraphProblem {
  if (problem.code !== FORBIDDEN || token === undefined) return problem;
  const lacked = lackedBy(call.path, call.method === "GET" ? "read" : "write", token.roles);
  if (lacked.length === 0) return problem;
  const named = lacked.map(({ anyOf, what }) => `${anyOf[0]} (to ${what})`).join(" and ");
  return {
    ...problem,
    hint: `The application is not granted ${named}: add it under API permissions (Microsoft Graph), and have an administrator consent. It counts from the next token on.`,
  };
}

/** A page's address as Graph wrote it, below `/v1.0`; never on a host that is not ours. */
function linkIn(href: unknown, { base, cloud }: EntraSettings): string | undefined {
  if (typeof href !== "string" || href === "") return undefined;
  const url = new URL(href, base);
  if ((url.origin !== base.origin && url.origin !== cloud.graph) || !url.pathname.startsWith(`${VERSION}/`)) {
    throw new ProblemError({
      code: "entra-foreign-page",
      message: `Graph's next page is at ${url.origin}, not at ${base.origin}.`,
      hint: "Set `cloud` to the one that the directory lives in.",
      fatal: true,
    });
  }
  return url.pathname.slice(VERSION.length) + url.search;
}

/** `claims=` of a challenge, decoded; it goes back with the next token request (§1.1). */
function claimsOf(headers: Headers): string | undefined {
  const coded = /claims="([^"]+)"/.exec(headers.get("www-authenticate") ?? "")?.[1];
  if (coded === undefined) return undefined;
  const text = Buffer.from(coded, "base64").toString("utf8");
  try {
    return isFields(JSON.parse(text)) ? text : undefined;
  } catch {
    return undefined;
  }
}
