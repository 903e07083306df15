/** The provider, connected to a seeded tenant: a clock that sleeps by moving time, and what each step recorded. */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Cache, Outside } from "../../../engine/outside.ts";
import type { Connection, Hands, View } from "../../../engine/provider.ts";
import { okta } from "../../../providers/okta/provider.ts";
import { noSink } from "../../support/no-sink.ts";
import { recorded } from "../../support/recorded.ts";
import { type Sandbox, START, sandbox } from "./emulator/sandbox.ts";

export interface Connected {
  readonly box: Sandbox;
  readonly connection: Connection;
  readonly waits: readonly number[];
  /** `METHOD path` of every write, in order, as the journal would hold it. */
  readonly writes: readonly string[];
  view(): View;
  hands(): Hands;
  /** Requests of the tenant since the last call of this, without tokens. */
  requests(): readonly string[];
  /** Moves every clock. */
  sleep(ms: number): Promise<void>;
  /** Vendor id of a seeded person or of a group. */
  idOf(name: string): Promise<string>;
}

export type Fetch = (request: Request) => Promise<Response>;

export function connected(
  settings: Readonly<Record<string, string>> = {},
  options: { readonly cache?: Cache; readonly through?: (fetch: Fetch) => Fetch; readonly ahead?: number } = {},
): Connected {
  // `ahead`: milliseconds that this machine's clock is ahead of Okta's.
  const { ahead = 0 } = options;
  const box = sandbox(undefined, options.through);
  const waits: number[] = [];
  let elapsed = 0;
  const outside: Outside = {
    fetch: (request) => box.okta.fetch(request),
    clock: {
      now: () => START + ahead + elapsed,
      monotonic: () => elapsed,
      async sleep(ms) {
        waits.push(ms);
        elapsed += ms;
        box.wait(ms);
        await box.pass(ms);
      },
      background: () => new Promise(() => undefined),
    },
    signal: new AbortController().signal,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  };
  const { recorder, writes } = recorded();
  const given = settings.apiToken === undefined ? { ...box.okta.settings, scopes: ALL, ...settings } : settings;
  const connection = okta.connect({ domain: "acme.okta.com", ...given }, outside);
  let read = 0;
  return {
    box,
    connection,
    waits,
    writes,
    view: () => connection.view(),
    hands: () => connection.hands(recorder),
    requests() {
      const all = box.okta.lastRequests.slice(read).map(({ method, path }) => `${method} ${path}`);
      read = box.okta.lastRequests.length;
      return all.filter((line) => !line.includes("/oauth2/v1/token"));
    },
    async sleep(ms) {
      elapsed += ms;
      box.wait(ms);
      await box.pass(ms);
    },
    async idOf(name) {
      for (const one of [...box.okta.tenant.groups.values(), ...box.okta.tenant.users.values()]) {
        if (one.profile.name === name || one.profile.login === name) return one.id;
      }
      throw new Error(`Nobody in the tenant is called ${name}`);
    },
  };
}

const ALL =
  "okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read okta.apiTokens.read";

export function context(people: Readonly<Record<string, string>> = {}): WriteContext & { readonly ids: string[] } {
  const ids: string[] = [];
  return {
    address: "okta/kind/name",
    marker: { tool: "accord" },
    people,
    ids,
    async made(id) {
      ids.push(id);
    },
    deliver: noSink,
  };
}

/** An organization before June 2026: no word about rules on members (okta.md §4.4). */
export const withoutRules = (fetch: Fetch): Fetch => {
  return (request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/group-rules")) return Promise.resolve(new Response("", { status: 404 }));
    if (url.searchParams.get("expand") === "group-rules") url.searchParams.delete("expand");
    return fetch(new Request(url, request));
  };
};
