/** A seeded tenant in memory, with a clock that tests move, and the provider connected to it. */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import type { Clock, Outside } from "../../../engine/outside.ts";
import type { Connection } from "../../../engine/provider.ts";
import { type C1Emulator, createC1Emulator } from "../../../providers/c1/emulator.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import type { Emulator, TenantWorld } from "../../../providers/shared/emulator.ts";
import { testClock } from "../../support/clock.ts";
import { noSink } from "../../support/no-sink.ts";

export const START = Date.parse("2026-11-23T10:00:00Z");

export interface Stage {
  readonly emulator: C1Emulator;
  readonly connection: Connection;
  /** Moves tenant time and wall time, then lets the tenant act. */
  pass(milliseconds: number): Promise<void>;
  /** Other systems that C1's connectors reach, by host. */
  readonly others: Map<string, Emulator>;
  readonly world: TenantWorld;
  connect(settings: Readonly<Record<string, string>>): Connection;
}

export function stage(): Stage {
  let now = START;
  const others = new Map<string, Emulator>();
  const world: TenantWorld = {
    now: () => now,
    wall: () => now,
    async fetch(request) {
      const other = others.get(new URL(request.url).host);
      if (other === undefined) throw new Error(`nobody answers ${request.url}`);
      return other.fetch(request);
    },
  };
  const emulator = createC1Emulator(world);
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    async sleep(milliseconds) {
      now += milliseconds;
    },
    background: () => new Promise(() => undefined),
  };
  const outside: Outside = { fetch: (request) => emulator.fetch(request), clock, signal: new AbortController().signal };
  const connect = (settings: Readonly<Record<string, string>>): Connection => c1.connect(settings, outside);
  return {
    emulator,
    others,
    world,
    connection: connect(emulator.settings),
    connect,
    async pass(milliseconds) {
      now += milliseconds;
      await emulator.tick();
    },
  };
}

export const recorder = { intent: async () => ({ outcome: () => undefined }) };

export function context(people: Readonly<Record<string, string>> = {}): WriteContext & { readonly ids: string[] } {
  const ids: string[] = [];
  return {
    address: "c1/thing/one",
    marker: { tool: "accord", stack: "acme-prod", address: "c1/thing/one" },
    people,
    ids,
    async made(id) {
      ids.push(id);
    },
    deliver: noSink,
  };
}

/** Login → id, as the plan resolves them. */
export async function resolved(connection: Connection, ...logins: string[]): Promise<Record<string, string>> {
  const matches = await connection.view().people(logins);
  return Object.fromEntries(matches.map(({ name, candidates }) => [name, candidates[0]?.id ?? ""]));
}

/** What a plan would read for one declared object. */
export async function readOne(
  connection: Connection,
  kind: string,
  spec: Spec,
  id?: string,
): Promise<Live | undefined> {
  const key = c1.kinds.get(kind)?.key(spec);
  const want = { fields: Object.keys(spec), known: [spec], ...(id === undefined ? {} : { id }), ...(key && { key }) };
  for await (const live of connection.view().list(kind, { objects: [want] })) return live;
  return undefined;
}

export async function find(connection: Connection, kind: string, lookup: Spec): Promise<string> {
  const { exact, near } = await connection.view().find(kind, lookup);
  const [only] = exact;
  if (only === undefined) throw new Error(`no ${kind} for ${JSON.stringify(lookup)}; near: ${JSON.stringify(near)}`);
  return only.id;
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** The emulated tenant behind a wire that is watched, and on which a test may answer instead. */
export function watched(
  { emulator, world }: Stage,
  instead: (request: Request) => Response | undefined = () => undefined,
): { readonly connection: Connection; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    if (path !== "/auth/v1/token") {
      const text = await request.clone().text();
      sent.push({ method: request.method, path, body: text === "" ? undefined : JSON.parse(text) });
    }
    return instead(request) ?? emulator.fetch(request);
  };
  const outside = { fetch, clock: testClock(world.now()), signal: new AbortController().signal };
  return { connection: c1.connect(emulator.settings, outside), sent };
}
