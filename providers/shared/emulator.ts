/**
 * What an emulator is: a tenant behind a function from Request to Response. No socket is needed to test against it;
 * `accord sandbox serve` puts one in front. Its whole memory is one JSON value, so that it lasts between commands.
 */

import { textOf } from "./request-text.ts";
import { TextResponse } from "./text-response.ts";

/** What a tenant is given: time, other tenants, and nothing else of the world. */
export interface TenantWorld {
  /** Tenant time, epoch milliseconds: lags, windows, schedules, `Date` and rate headers. `sandbox tick` moves it. */
  now(): number;
  /** Wall time, epoch milliseconds: only token lifetimes and assertion clocks. */
  wall(): number;
  /** Reaches other systems by their public host names (C1's connectors call Okta and PagerDuty here). */
  fetch(request: Request): Promise<Response>;
}

export interface Emulator {
  fetch(request: Request): Promise<Response>;
  /** Runs what became due after tenant time moved (syncs, automations, rule evaluation). */
  tick?(): Promise<void>;
  /** The memory as JSON; `createEmulator` takes it back. */
  save(): unknown;
  /** What `accord.yaml` needs to reach it: the settings of an instance, secrets included. */
  readonly settings: Readonly<Record<string, string>>;
  /** Environment variables by which stacks hand credentials of this tenant to others: a C1 connector's, say. */
  readonly env?: Readonly<Record<string, string>>;
  /** The host name under which other emulators and in-process clients find it. */
  readonly host: string;
  /** Further host names that it answers under (an authority that signs in for it). */
  readonly alsoHosts?: readonly string[];
  /** Tokens of other actors (a console administrator), for playing "somebody changes something by hand". */
  readonly actors?: Readonly<Record<string, string>>;
}

/** `saved` is what an earlier `save()` gave, and refused where another version did; without it the tenant is seeded. */
export type CreateEmulator = (world: TenantWorld, saved?: unknown) => Emulator;

/** What a handler sees of a request: path parameters by name, query, parsed body. */
export interface Exchange {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  /** JSON or form body; undefined when there is none or it does not parse (`badBody` is then true). */
  readonly body: unknown;
  readonly badBody: boolean;
}

export type Handler = (exchange: Exchange) => Response | Promise<Response>;

export interface Route {
  readonly method: string;
  /** `/api/v1/groups/{groupId}/users`, as the official description writes it. */
  readonly path: string;
  readonly handle: Handler;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly route: Route;
  readonly segments: readonly string[];
  /** Position → name of a parameter. */
  readonly named: ReadonlyMap<number, string>;
}

/** Finds a route; literal segments win over parameters. `undefined`: no such path. `"method"`: path, but not this method. */
export function matcher(
  routes: readonly Route[],
): (method: string, pathname: string) => RouteMatch | "method" | undefined {
  const byLength = new Map<number, Pattern[]>();
  for (const route of routes) {
    const segments = route.path.split("/");
    const names = segments.flatMap((segment, index) =>
      segment.startsWith("{") ? [[index, segment.slice(1, -1)] as const] : [],
    );
    const pattern = { route, segments, named: new Map(names) };
    const alike = byLength.get(segments.length);
    if (alike === undefined) byLength.set(segments.length, [pattern]);
    else alike.push(pattern);
  }
  return (method, pathname) => {
    const asked = pathname.split("/");
    let best: { readonly match: RouteMatch; readonly parameters: number } | undefined;
    let other = false;
    for (const pattern of byLength.get(asked.length) ?? []) {
      const params = paramsOf(pattern, asked);
      if (params === undefined) continue;
      if (pattern.route.method !== method) {
        other = true;
        continue;
      }
      const parameters = pattern.named.size;
      if (best === undefined || parameters < best.parameters)
        best = { match: { route: pattern.route, params }, parameters };
    }
    return best?.match ?? (other ? "method" : undefined);
  };
}

/** Every request is held against hundreds of routes, nearly all of which fall at a literal segment. */
function paramsOf({ segments, named }: Pattern, asked: readonly string[]): Record<string, string> | undefined {
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    if (segments[index] !== asked[index] && !named.has(index)) return undefined;
  }
  const params: Record<string, string> = {};
  for (const [index, name] of named) {
    const value = asked[index] ?? "";
    if (value === "") return undefined;
    try {
      params[name] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return params;
}

/** Reads the body by its content type. */
export async function exchangeOf(request: Request, params: Readonly<Record<string, string>>): Promise<Exchange> {
  const text = await textOf(request);
  const base = { request, url: new URL(request.url), params };
  if (text === "") return { ...base, body: undefined, badBody: false };
  if (request.headers.get("content-type")?.includes("application/x-www-form-urlencoded")) {
    return { ...base, body: Object.fromEntries(new URLSearchParams(text)), badBody: false };
  }
  try {
    return { ...base, body: JSON.parse(text) as unknown, badBody: false };
  } catch {
    return { ...base, body: undefined, badBody: true };
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new TextResponse(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
