/** The provider, connected to a seeded account: a clock that sleeps by moving time, and what was sent and recorded. */

import type { Recorder, WriteContext } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import type { Outside } from "../../../engine/outside.ts";
import type { Check, Connection, Hands, View } from "../../../engine/provider.ts";
import { parseExact } from "../../../providers/shared/exact-json.ts";
import type { Memory, UserRow } from "../../../providers/zendesk/emulator/memory.ts";
import { createZendeskEmulator, type ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import { zendesk } from "../../../providers/zendesk/provider.ts";
import { all } from "../../support/asked.ts";
import { START } from "../../support/clock.ts";
import { noSink } from "../../support/no-sink.ts";

export type Fetch = (request: Request) => Promise<Response>;

export interface Connected {
  readonly emulator: ZendeskEmulator;
  readonly memory: Memory;
  readonly connection: Connection;
  readonly waits: readonly number[];
  /** `METHOD path` of every write, in order, as the journal would hold it. */
  readonly writes: readonly string[];
  /** Bodies of the writes, in order. */
  readonly sent: readonly unknown[];
  view(): View;
  hands(): Hands;
  /** A connection of another process: it remembers nothing. */
  anew(): Connection;
  /** Requests since the last call of this, without tokens. */
  requests(): readonly string[];
  pass(ms: number): void;
  /** Somebody by the first part of the address. */
  person(name: string): UserRow;
  groupId(name: string): string;
  /** As an administrator, by hand. */
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

export interface Options {
  readonly settings?: Spec;
  readonly firstId?: string;
  readonly start?: number;
  readonly through?: (pass: Fetch, emulator: ZendeskEmulator) => Fetch;
}

export function connected({ settings, firstId, start = START, through = (pass) => pass }: Options = {}): Connected {
  let elapsed = 0;
  const world = { now: () => start + elapsed, wall: () => start + elapsed, fetch: () => Promise.reject(new Error()) };
  const emulator = createZendeskEmulator(world, undefined, firstId);
  const [waits, writes, requests]: [number[], string[], string[]] = [[], [], []];
  const sent: unknown[] = [];
  const reach = through((request) => emulator.fetch(request), emulator);
  const outside: Outside = {
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname !== "/oauth/tokens") requests.push(`${request.method} ${pathname.replace("/api/v2", "")}${search}`);
      if (request.method !== "GET") sent.push(parseExact((await request.clone().text()) || "null"));
      return reach(request);
    },
    clock: {
      now: () => start + elapsed,
      monotonic: () => elapsed,
      async sleep(ms) {
        waits.push(ms);
        elapsed += ms;
      },
      background: () => new Promise(() => undefined),
    },
    signal: new AbortController().signal,
  };
  const recorder: Recorder = {
    async intent({ method, path }) {
      writes.push(`${method} ${path.replace("/api/v2", "")}`);
      return { outcome: () => undefined };
    },
  };
  const given = settings ?? emulator.settings;
  const connection = zendesk.connect(given, outside);
  let read = 0;
  return {
    emulator,
    memory: emulator.memory,
    connection,
    waits,
    writes,
    sent,
    view: () => connection.view(),
    hands: () => connection.hands(recorder),
    anew: () => zendesk.connect(given, outside),
    requests() {
      const all = requests.slice(read);
      read = requests.length;
      return all;
    },
    pass(ms) {
      elapsed += ms;
    },
    person(name) {
      const found = emulator.memory.users.find(({ identities }) =>
        identities.some(({ value }) => value === `${name}@acme.example`),
      );
      if (found === undefined) throw new Error(`Nobody is called ${name}`);
      return found;
    },
    groupId(name) {
      const found = emulator.memory.groups.find((group) => group.name === name && !group.deleted);
      if (found === undefined) throw new Error(`No group is called ${name}`);
      return found.id;
    },
    async call(method, path, body) {
      const response = await emulator.fetch(
        new Request(`https://acme.zendesk.com/api/v2${path}`, {
          method,
          headers: { authorization: `Bearer ${emulator.actors?.trent}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : parseExact(text) };
    },
  };
}

export function context(people: Readonly<Record<string, string>> = {}): WriteContext & { readonly ids: string[] } {
  const ids: string[] = [];
  const address = "zendesk/kind/name";
  return {
    address,
    marker: { tool: "accord", stack: "acme", address },
    people,
    ids,
    async made(id) {
      ids.push(id);
    },
    deliver: noSink,
  };
}

/** E-mail → id of seeded people, as a plan would have resolved them. */
export function ids(tenant: Connected, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`${name}@acme.example`, tenant.person(name).id]));
}

export async function checks(view: View, ...kinds: readonly string[]): Promise<Readonly<Record<string, Check>>> {
  const list = await all(view.doctor(kinds));
  return Object.fromEntries(list.map((check) => [check.name, check]));
}
