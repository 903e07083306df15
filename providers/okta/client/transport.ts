/** Okta's manners on top of the shared HTTP stack: buckets, paging, errors. One per connection. */
import type { Recorder } from "../../../engine/kind.ts";
import type { Clock, Outside } from "../../../engine/outside.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { type Answer, type Call, createHttp } from "../../shared/http.ts";
import { isFields, within } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import { createAuthorizer } from "../auth/authorize.ts";
import type { OktaSettings } from "../auth/settings.ts";
import type { Token } from "../auth/token.ts";
import { isNotNow, oktaProblem } from "./errors.ts";
import { askedWait, bucketOf, FALLBACK, isCrowded, readLimit, SEEDS } from "./limits.ts";

/** A call whose bucket follows from its path. */
export type OktaCall = Omit<Call, "bucket">;

export interface Transport {
  readonly settings: OktaSettings;
  readonly outside: Outside;
  readonly clock: Clock;
  send(call: OktaCall, recorder?: Recorder): Promise<Answer>;
  /** Every page of a list. `keep` is added to the next address where the server dropped it. */
  pages(path: string, options?: PageOptions): AsyncIterable<Answer>;
  token(): Promise<Token | undefined>;
  calls(): Readonly<Record<string, number>>;
}

export interface PageOptions {
  readonly keep?: readonly [name: string, value: string];
  readonly headers?: Readonly<Record<string, string>>;
}

/** In flight at once; the organization shares 35 to 75 among all its clients (okta.md §3). */
export const CONCURRENCY = 5;
/** Share of every window that is left to people and other integrations. */
export const RESERVE = 0.2;

export function createTransport(settings: OktaSettings, outside: Outside): Transport {
  const authorizer = createAuthorizer(settings, outside);
  const { base } = settings;
  const http = createHttp({
    base,
    outside: {
      ...outside,
      fetch: async (request) => {
        const response = await outside.fetch(request);
        authorizer.note(request.url, response.headers);
        return response;
      },
    },
    limiter: createLimiter(outside, {
      seeds: SEEDS,
      fallback: FALLBACK,
      reserve: RESERVE,
      concurrency: CONCURRENCY,
    }),
    authorize: authorizer.authorize,
    renew: authorizer.renew,
    readLimit,
    notNow: isNotNow,
    crowded: isCrowded,
    askedWait,
    problem: (answer, call) => oktaProblem(answer, call, base.host, outside.clock.now()),
    requestIdHeader: "x-okta-request-id",
  });

  const send = (call: OktaCall, recorder?: Recorder): Promise<Answer> =>
    http.send({ ...call, bucket: bucketOf(call.method, call.path) }, recorder);

  return {
    settings,
    outside,
    clock: outside.clock,
    send,
    async *pages(path, options = {}) {
      for (let next: string | undefined = path; next !== undefined; ) {
        const current: string = next;
        const answer = await send({
          method: "GET",
          path: current,
          ...(options.headers === undefined ? {} : { headers: options.headers }),
        });
        yield answer;
        const followed = nextPath(answer, base);
        next = followed === undefined || options.keep === undefined ? followed : keeping(followed, options.keep);
        if (next === current) return;
      }
    },
    token: () => authorizer.token(),
    calls: () => ({ ...authorizer.calls(), ...http.calls() }),
  };
}

/** The next page as the server wrote it, in the `Link` header or in the body (`/iam`); never on another host. */
export function nextPath(answer: Pick<Answer, "headers" | "body">, base: URL): string | undefined {
  const linked = /<([^>]+)>\s*;\s*rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  const href = linked ?? (isFields(answer.body) ? within(answer.body, "_links", "next").href : undefined);
  if (typeof href !== "string") return undefined;
  const url = new URL(href, base);
  if (url.origin !== base.origin) {
    throw new ProblemError({
      code: "okta-foreign-page",
      message: `Okta's next page is at ${url.origin}, not at ${base.origin}.`,
      hint: "Set `domain` to the address that the organization itself uses; `accord doctor` prints it.",
    });
  }
  return url.pathname + url.search;
}

function keeping(path: string, [name, value]: readonly [string, string]): string {
  const [, query = ""] = path.split("?");
  if (new URLSearchParams(query).has(name)) return path;
  return `${path}${query === "" ? "?" : "&"}${name}=${encodeURIComponent(value)}`;
}
