/**
 * A provider connected to a fresh tenant, on a clock that moves only while somebody sleeps. What reaches the tenant
 * and what is said about it is kept, and held against two rules at the end of every scene: nothing is written that was
 * not recorded first, and no secret is ever said.
 */
import { expect } from "vitest";
import type { Recorder } from "../../engine/kind.ts";
import type { Spec } from "../../engine/model.ts";
import type { Outside } from "../../engine/outside.ts";
import { problemsOf } from "../../engine/problem.ts";
import type { Connection, Hands, View } from "../../engine/provider.ts";
import { asSpec } from "../../engine/value.ts";
import type { Emulator, TenantWorld } from "../../providers/shared/emulator.ts";
import type { Contract } from "../contract/openapi.ts";
import { type TestClock, testClock } from "../support/clock.ts";
import { type Faults, type Fetch, faulty } from "./faults.ts";
import type { Subject, System, Tenant } from "./subject.ts";

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly writes: boolean;
}

export interface Stage {
  readonly clock: TestClock;
  readonly tenant: Tenant;
  readonly faults: Faults;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** What reached the tenant, oldest first. */
  readonly exchanges: readonly Exchange[];
  /** Does it change something, by the vendor's own manners? */
  isWrite(request: Request): boolean;
  /** Lets the tenant do what was due from the start (first syncs). */
  settle(): Promise<void>;
  view(): View;
  hands(): Hands;
  /** Another connection to the same tenant, with other settings. */
  connect(settings: Spec): Connection;
  abort(): void;
  /** Whatever somebody may get to read; no secret may be in it. */
  say(value: unknown): void;
  /** No secret that somebody declared may be said either. */
  hide(secrets: readonly string[]): void;
  end(): void;
}

export interface StageOptions {
  readonly subject: Subject;
  /** Values of the settings that are secret. */
  secretsOf(settings: Spec): readonly string[];
  readonly contract: Contract | undefined;
  readonly settled: Settled;
}

/**
 * What tenants that sync from each other hold once they have settled, as JSON, in the order in which they are made. The
 * first stage of a run fills it, and the others begin there: first syncs took a fifth of a run's time.
 */
export type Settled = string[];

const MINUTE = 60_000;

const NOWHERE: System["create"] = () => ({
  fetch: () => Promise.reject(new Error("This provider reaches nobody")),
  save: () => null,
  settings: {},
  host: "nowhere",
});

export function openStage({ subject, secretsOf, contract, settled }: StageOptions): Stage {
  const { system } = subject;
  const hosts = new Map<string, Emulator>();
  const clock = testClock(undefined, async () => {
    for (const one of hosts.values()) await one.tick?.();
  });
  const world: TenantWorld = {
    now: () => clock.now(),
    wall: () => clock.now(),
    fetch: async (request) => {
      const neighbour = hosts.get(new URL(request.url).host);
      if (neighbour === undefined) throw new TypeError("fetch failed");
      return neighbour.fetch(request);
    },
  };
  const neighbours = system?.neighbours ?? [];
  const memories = [...settled];
  const opened = (create: System["create"]): Emulator => {
    const memory = memories.shift();
    const made = create(world, memory === undefined ? undefined : JSON.parse(memory));
    hosts.set(made.host, made);
    return made;
  };
  neighbours.forEach(opened);
  const emulator = opened(system?.create ?? NOWHERE);

  const settings = system?.settings(emulator) ?? {};
  const secrets = new Set(secretsOf(settings));
  const said: string[] = [];
  const exchanges: Exchange[] = [];
  const unrecorded: string[] = [];
  const open: string[] = [];
  const controller = new AbortController();

  const isWrite = (request: Request): boolean => {
    if (request.method === "GET") return false;
    const line = `${request.method} ${new URL(request.url).pathname}`;
    return system?.reads.some((read) => read.test(line)) !== true && system?.isRead?.(request) !== true;
  };
  const tenantFetch: Fetch = (request) => emulator.fetch(request);
  const watched = contract?.watch(tenantFetch) ?? tenantFetch;
  const door: Fetch = async (request) => {
    const url = new URL(request.url);
    const path = url.pathname + url.search;
    const line = `${request.method} ${path}`;
    const writes = isWrite(request);
    if (writes && !open.includes(line)) unrecorded.push(line);
    const response = await watched(request);
    exchanges.push({ method: request.method, path, status: response.status, writes });
    if (url.pathname.endsWith("/token"))
      for (const token of tokensIn(await response.clone().text())) secrets.add(token);
    return response;
  };
  const faults = faulty(door);
  const outside: Outside = {
    fetch: (request) => faults.fetch(request),
    clock,
    signal: controller.signal,
    trace: (line) => void said.push(line),
  };
  const recorder: Recorder = {
    async intent(request) {
      const line = `${request.method} ${request.path}`;
      open.push(line);
      said.push(JSON.stringify(request));
      return {
        outcome(answer) {
          said.push(JSON.stringify(answer));
          open.splice(open.indexOf(line), 1);
        },
      };
    },
  };
  const connect = (chosen: Spec): Connection => {
    for (const secret of secretsOf(chosen)) secrets.add(secret);
    return subject.provider.connect(chosen, outside);
  };
  const connection = connect(settings);
  return {
    clock,
    tenant: tenantOf(emulator, system, clock),
    faults,
    connection,
    signal: controller.signal,
    exchanges,
    isWrite,
    async settle() {
      if (settled.length > 0) return;
      for (const one of hosts.values()) await one.tick?.();
      if (neighbours.length > 0) settled.push(...[...hosts.values()].map((one) => JSON.stringify(one.save())));
    },
    view: () => connection.view(),
    hands: () => connection.hands(recorder),
    connect,
    abort: () => controller.abort(new DOMException("Stopped by the user", "AbortError")),
    say: (value) => void said.push(textOf(value)),
    hide(more) {
      for (const secret of more) secrets.add(secret);
    },
    end() {
      expect(unrecorded, "written without a record").toEqual([]);
      expect(open, "recorded without an outcome").toEqual([]);
      const leaks = [...secrets].filter((secret) => secret !== "" && said.some((text) => text.includes(secret)));
      expect(leaks.length, "secrets that were said").toBe(0);
    },
  };
}

function tenantOf(emulator: Emulator, system: System | undefined, clock: TestClock): Tenant {
  const kept = new Map<string, Promise<unknown>>();
  let signedIn: { readonly since: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  const administrator = async (): Promise<Readonly<Record<string, string>>> => {
    const now = clock.now();
    if (signedIn === undefined || now - signedIn.since > MINUTE) {
      signedIn = { since: now, headers: (await system?.administrator(emulator)) ?? {} };
    }
    return signedIn.headers;
  };
  return {
    emulator,
    async call(method, path, body) {
      const headers = { ...(await administrator()), "content-type": "application/json" };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const send = (): Promise<Response> => emulator.fetch(new Request(`https://${emulator.host}${path}`, init));
      let response = await send();
      if (response.status === 429) {
        await clock.sleep(MINUTE);
        response = await send();
      }
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    once<T>(key: string, make: () => Promise<T>) {
      const known = kept.get(key) as Promise<T> | undefined;
      const promise = known ?? make();
      kept.set(key, promise);
      return promise;
    },
  };
}

/** The text of whatever it is; of an error, its problems with all they carry. */
function textOf(value: unknown): string {
  return value instanceof Error ? `${value.message} ${JSON.stringify(problemsOf(value))}` : JSON.stringify(value);
}

function tokensIn(text: string): readonly string[] {
  const found = /"access_token"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  return found === undefined ? [] : [found];
}

/** Values that a settings schema calls secret, and what is secret inside a key written as JSON. */
export function secretParts(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    try {
      const parsed = asSpec(JSON.parse(value));
      return typeof parsed.d === "string" ? [value, parsed.d] : [value];
    } catch {
      return [value];
    }
  });
}
