/** From a request to an answer: who asks, what for, may they; and the headers that every answer of GitHub has. */
import { randomUUID } from "node:crypto";
import { type Exchange, exchangeOf, json, matcher } from "../../../providers/shared/emulator.ts";
import { artifactEndpoints, BLOBS, blob } from "./artifacts.ts";
import { type Call, type Endpoint, notFound, pathBelow, Refusal } from "./call.ts";
import { checkEndpoints } from "./checks.ts";
import { issueEndpoints } from "./issues.ts";
import { currentUserShape, peopleEndpoints } from "./people.ts";
import { pullEndpoints } from "./pulls.ts";
import { reviewEndpoints } from "./reviews.ts";
import { callerFor, currentUser, graphql, tokenOf } from "./rights.ts";
import type { Hub, Token } from "./rows.ts";
import { syncPulls } from "./sync.ts";

const ENDPOINTS: readonly Endpoint[] = [
  ...pullEndpoints,
  ...reviewEndpoints,
  ...issueEndpoints,
  ...checkEndpoints,
  ...peopleEndpoints,
  ...artifactEndpoints,
];

/** Hourly requests of a workflow's token. */
const HOURLY = 1_000;

/** What is refused for a rate limit: everything until a time, or the next few requests. */
export interface Limits {
  primary?: { readonly resetAt: number };
  secondary?: { times: number; readonly seconds?: number | undefined };
}

export function doorOf(hub: Hub, limits: Limits): (request: Request) => Promise<Response> {
  const route = matcher(
    ENDPOINTS.map((endpoint) => ({
      method: endpoint.method,
      path: endpoint.path,
      handle: (exchange) => handled(hub, endpoint, exchange),
    })),
  );

  async function answered(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.hostname === BLOBS || url.pathname.startsWith("/actions-results/")) return blob(hub, request);
    const limited = limitedBy(hub, limits);
    if (limited !== undefined) return limited;
    await syncPulls(hub);
    const path = pathBelow(hub, url);
    if (path === "/user") return json(200, currentUserShape(hub, currentUser(tokenOf(hub, request))));
    if (path === "/graphql" || url.pathname === "/api/graphql")
      return asked(tokenOf(hub, request), await exchangeOf(request, {}));
    const match = route(request.method, path);
    if (match === undefined || match === "method") throw notFound();
    return match.route.handle(await exchangeOf(request, match.params));
  }

  // One after the other: each is a moment of the repository.
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const turn = last.then(async () => {
      try {
        request.signal.throwIfAborted();
        return dressed(hub, await answered(request), limits);
      } catch (error) {
        if (error instanceof Refusal) return dressed(hub, error.response, limits);
        throw error;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}

function handled(hub: Hub, endpoint: Endpoint, exchange: Exchange): Response | Promise<Response> {
  const { request, url, params, body, badBody } = exchange;
  const caller = callerFor(hub, tokenOf(hub, request), endpoint);
  const isOurs = params.repo === undefined || sameName(`${params.owner}/${params.repo}`, `${hub.owner}/${hub.name}`);
  if (!isOurs) throw notFound();
  if (badBody) throw new Refusal(400, "Problems parsing JSON");
  const call: Call = { hub, caller, url, params, body: typeof body === "object" && body !== null ? { ...body } : {} };
  return endpoint.handle(call);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function asked(token: Token | undefined, { body }: Exchange): Response {
  return graphql(token, typeof body === "object" && body !== null && "query" in body ? body.query : undefined);
}

function limitedBy(hub: Hub, limits: Limits): Response | undefined {
  const { primary, secondary } = limits;
  if (primary !== undefined && hub.clock.now() < primary.resetAt) {
    return new Refusal(403, "API rate limit exceeded for installation.").response;
  }
  if (primary !== undefined) delete limits.primary;
  if (secondary !== undefined && secondary.times > 0) {
    secondary.times -= 1;
    const headers: Record<string, string> =
      secondary.seconds === undefined ? {} : { "retry-after": String(secondary.seconds) };
    const words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return new Refusal(403, words, {}, headers).response;
  }
  return undefined;
}

function dressed(hub: Hub, response: Response, { primary }: Limits): Response {
  const now = hub.clock.now();
  const headers = new Headers(response.headers);
  headers.set("date", new Date(now).toUTCString());
  headers.set("x-github-request-id", randomUUID().replaceAll("-", "").slice(0, 20).toUpperCase());
  headers.set("x-github-media-type", "github.v3; format=json");
  headers.set("x-ratelimit-limit", String(HOURLY));
  headers.set("x-ratelimit-remaining", primary === undefined ? String(HOURLY - 1) : "0");
  headers.set("x-ratelimit-reset", String(Math.ceil((primary?.resetAt ?? now + 3_600_000) / 1_000)));
  return new Response(response.body, { status: response.status, headers });
}
