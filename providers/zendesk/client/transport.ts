/** Zendesk's manners on top of the shared HTTP stack: exact ids, cursor pages, limits, errors. One per connection. */
import type { Recorder } from "../../../engine/kind.ts";
import type { Clock, Outside } from "../../../engine/outside.ts";
import { parseExact, writeExact } from "../../shared/exact-json.ts";
import { type Answer, type Call, createHttp } from "../../shared/http.ts";
import type { Fields } from "../../shared/narrow.ts";
import { createLimiter, type LimitReading } from "../../shared/rate-limit.ts";
import { createAuthorizer, type Token } from "../auth/authorize.ts";
import type { ZendeskSettings } from "../auth/settings.ts";
import { isNotNow, zendeskProblem } from "./errors.ts";
import { BUCKET, CONCURRENCY, FALLBACK, PACE_OF_ONE, PACES, RESERVE, readLimit } from "./limits.ts";
import { fieldsOf, textOf } from "./narrow.ts";

/** Paths below /api/v2. `paces` are limits of its endpoint that it must find room in first. */
export type ZendeskCall = Omit<Call, "bucket"> & { readonly paces?: readonly string[] };

export interface Transport {
  readonly settings: ZendeskSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly outside: Outside;
  send(call: ZendeskCall, recorder?: Recorder): Promise<Answer>;
  /** Every page of a list, by cursor. Stops after `most` pages; `whole` says whether that was all. */
  pages(path: string, most?: number): AsyncIterable<Page>;
  token(): Promise<Token | undefined>;
  /** What the latest answer said about the account's minute. */
  budget(): LimitReading | undefined;
  calls(): Readonly<Record<string, number>>;
}

export interface Page {
  readonly body: Fields;
  readonly whole: boolean;
}

const PAGE = 100;

export function createTransport(settings: ZendeskSettings, outside: Outside): Transport {
  const authorizer = createAuthorizer(settings, outside);
  const pace = createLimiter(outside, {
    seeds: PACES,
    fallback: PACE_OF_ONE,
    concurrency: Number.POSITIVE_INFINITY,
  });
  let budget: LimitReading | undefined;
  const http = createHttp({
    base: settings.base,
    outside,
    limiter: createLimiter(outside, { fallback: FALLBACK, reserve: RESERVE, concurrency: CONCURRENCY }),
    authorize: authorizer.authorize,
    renew: authorizer.renew,
    readLimit(headers) {
      const reading = readLimit(headers);
      budget = reading ?? budget;
      return reading;
    },
    notNow: isNotNow,
    problem: (answer, call) => zendeskProblem(answer, call, settings.base.host),
    requestIdHeader: "x-request-id",
    parse: parseExact,
  });

  async function send(call: ZendeskCall, recorder?: Recorder): Promise<Answer> {
    const { paces = [], body, ...rest } = call;
    const places = [];
    for (const name of paces) places.push(await pace.acquire(name));
    try {
      const headers = call.method === "GET" ? {} : { "content-type": "application/json" };
      return await http.send(
        {
          ...rest,
          path: `/api/v2${call.path}`,
          bucket: BUCKET,
          headers: { ...headers, ...call.headers },
          ...(body === undefined ? {} : { body: writeExact(body) }),
        },
        recorder,
      );
    } finally {
      for (const leave of places) leave();
    }
  }

  return {
    settings,
    clock: outside.clock,
    signal: outside.signal,
    outside,
    send,
    async *pages(path, most = Number.POSITIVE_INFINITY) {
      const start = `${path}${path.includes("?") ? "&" : "?"}page[size]=${PAGE}`;
      let next = start;
      for (let read = 1; ; read += 1) {
        const body = fieldsOf((await send({ method: "GET", path: next })).body, `a page of ${path}`);
        const meta = fieldsOf(body.meta, `the cursor of ${path}`);
        const whole = meta.has_more !== true;
        yield { body, whole };
        if (whole || read >= most) return;
        next = `${start}&page[after]=${encodeURIComponent(textOf(meta, "after_cursor", `the cursor of ${path}`))}`;
      }
    },
    token: () => authorizer.token(),
    budget: () => budget,
    calls: () => ({ ...authorizer.calls(), ...http.calls() }),
  };
}
