/** The provider, connected to a seeded directory: a clock that sleeps by moving time, and what each step recorded. */
import type { WriteContext } from "../../../engine/kind.ts";
import type { Gone, Live, Value } from "../../../engine/model.ts";
import type { Cache, Outside } from "../../../engine/outside.ts";
import type { Connection, Hands, View } from "../../../engine/provider.ts";
import type { App } from "../../../providers/entra/emulator/tenant.ts";
import { createEntraEmulator, type EntraEmulator } from "../../../providers/entra/emulator.ts";
import { entra } from "../../../providers/entra/provider.ts";
import { all } from "../../support/asked.ts";
import { START, type TestClock, testClock } from "../../support/clock.ts";
import { recorded } from "../../support/recorded.ts";

export type Fetch = (request: Request) => Promise<Response>;

export interface Connected {
  readonly emulator: EntraEmulator;
  readonly clock: TestClock;
  readonly connection: Connection;
  readonly waits: readonly number[];
  /** `METHOD path` of every write, in order, as the journal would hold it. */
  readonly writes: readonly string[];
  view(): View;
  hands(): Hands;
  /** What reached the tenant since the last call of this, without tokens; parts of a batch before the batch. */
  requests(): readonly string[];
  /** Vendor id of a seeded person, by the part before the @. */
  personId(name: string): string;
  groupId(displayName: string): string;
  /** As somebody at the admin center. */
  byHand(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Moves time until reads show everything. */
  settle(): void;
}

export interface ConnectedOptions {
  /** An application of its own, with exactly these permissions; its secret is "secret". */
  readonly app?: Partial<App>;
  readonly settings?: Readonly<Record<string, Value>>;
  readonly cache?: Cache;
  readonly through?: (fetch: Fetch) => Fetch;
  /** Milliseconds by which reads lag; default 60,000. */
  readonly lag?: number;
}

export const SECRET = "the-secret-of-a-test-app";

export function connected(options: ConnectedOptions = {}): Connected {
  const waits: number[] = [];
  const inner = testClock();
  const clock: TestClock = {
    ...inner,
    async sleep(ms, signal) {
      waits.push(ms);
      await inner.sleep(ms, signal);
    },
  };
  const world = {
    now: () => clock.now(),
    wall: () => clock.now(),
    fetch: () => Promise.reject(new Error("calls nobody")),
  };
  const emulator = createEntraEmulator(world);
  emulator.knobs.lagMs = options.lag ?? 60_000;
  const fetch = (options.through ?? ((pass) => pass))((request) => emulator.fetch(request));
  const outside: Outside = {
    fetch,
    clock,
    signal: new AbortController().signal,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  };
  const { recorder, writes } = recorded();
  const connection = entra.connect({ ...settingsOf(emulator, options), ...options.settings }, outside);
  let read = 0;
  const connectedTo: Connected = {
    emulator,
    clock,
    connection,
    waits,
    writes,
    view: () => connection.view(),
    hands: () => connection.hands(recorder),
    requests() {
      const all = emulator.lastRequests.slice(read).map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
      read = emulator.lastRequests.length;
      return all.filter((line) => !line.includes("/oauth2/"));
    },
    personId(name) {
      for (const [id, { properties }] of emulator.tenant.users.all()) {
        if (String(properties.userPrincipalName).startsWith(`${name}@`)) return id;
      }
      throw new Error(`Nobody is called ${name}`);
    },
    groupId(displayName) {
      for (const [id, group] of emulator.tenant.groups.all()) if (group.displayName === displayName) return id;
      throw new Error(`No group is called ${displayName}`);
    },
    async byHand(method, path, body) {
      const response = await emulator.fetch(
        new Request(`https://graph.microsoft.com/v1.0${path}`, {
          method,
          headers: { authorization: emulator.asActor("trent"), "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    settle: () => clock.pass(emulator.knobs.lagMs + 1),
  };
  return connectedTo;
}

function settingsOf(emulator: EntraEmulator, { app }: ConnectedOptions): Readonly<Record<string, Value>> {
  if (app === undefined) return emulator.settings;
  const added = emulator.addApp({
    secrets: [{ name: "test", value: SECRET, endsAt: START + 400 * 86_400_000 }],
    ...app,
  });
  return { tenantId: emulator.tenant.id, clientId: added.appId, clientSecret: SECRET };
}

export interface Delivered {
  readonly sink: string;
  readonly name: string;
  readonly secrets: Readonly<Record<string, string>>;
  inForce: boolean;
}

export function context(
  people: Readonly<Record<string, string>> = {},
  name = "one",
): WriteContext & { readonly ids: string[]; readonly delivered: Delivered[] } {
  const ids: string[] = [];
  const delivered: Delivered[] = [];
  const address = `entra/group/${name}` as const;
  return {
    address,
    marker: { tool: "accord", stack: "acme-prod", address },
    people,
    ids,
    delivered,
    async made(id) {
      ids.push(id);
    },
    async deliver(sink, what, secrets) {
      const one = { sink, name: what, secrets, inForce: false };
      delivered.push(one);
      return {
        async inForce() {
          one.inForce = true;
        },
      };
    },
  };
}

export async function byId(view: View, kind: string, id: string, ...fields: string[]): Promise<Live> {
  const [answer] = await all<Live | Gone>(view.get(kind, [{ id, fields }]));
  if (answer === undefined || "gone" in answer) throw new Error(`${kind} ${id} is not there`);
  return answer;
}

/** A cache as a directory between runs keeps it. */
export function memoryCache(): Cache & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: async (key) => entries.get(key),
    async set(key, value) {
      entries.set(key, value);
    },
  };
}
