/** A tenant to talk to: time that tests move, a client with a token, and neighbours under their public host names. */

import { type C1Emulator, createC1Emulator } from "../../../../providers/c1/emulator.ts";
import { createEntraEmulator, type EntraEmulator } from "../../../../providers/entra/emulator.ts";
import { createOktaEmulator, type OktaEmulator } from "../../../../providers/okta/emulator.ts";
import { createPagerdutyEmulator } from "../../../../providers/pagerduty/emulator.ts";
import type { TenantWorld } from "../../../../providers/shared/emulator.ts";
import { createZendeskEmulator, type ZendeskEmulator } from "../../../../providers/zendesk/emulator.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Wednesday: Ada is on call until Monday at nine. */
export const START = Date.UTC(2026, 10, 25, 10);

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
}

export interface Sandbox {
  readonly c1: C1Emulator;
  readonly client: Client;
  readonly time: { now: number; wall: number };
  /** Moves tenant time and lets what became due happen. */
  pass(ms: number): Promise<void>;
  login(clientId: string, clientSecret: string): Promise<Client>;
}

export interface Company extends Sandbox {
  readonly entra: EntraEmulator;
  readonly okta: OktaEmulator;
  readonly zendesk: ZendeskEmulator;
}

/** The tenant among the other tenants of the company, as `accord sandbox` has them. */
export async function company(): Promise<Company> {
  const neighbours: Record<string, Neighbour> = {};
  const one = await sandbox(neighbours);
  const { world } = one.c1.tenant;
  const entra = createEntraEmulator(world);
  const okta = createOktaEmulator(world);
  const pagerduty = createPagerdutyEmulator(world);
  const zendesk = createZendeskEmulator(world);
  for (const system of [entra, okta, pagerduty, zendesk]) {
    for (const host of [system.host, ...(system.alsoHosts ?? [])])
      neighbours[host] = (request) => system.fetch(request);
  }
  return { ...one, entra, okta, zendesk };
}

type Neighbour = (request: Request) => Response | Promise<Response>;

export async function sandbox(neighbours: Readonly<Record<string, Neighbour>> = {}): Promise<Sandbox> {
  const time = { now: START, wall: START };
  const world: TenantWorld = {
    now: () => time.now,
    wall: () => time.wall,
    fetch: async (request) => {
      const neighbour = neighbours[new URL(request.url).host];
      if (neighbour === undefined) throw new TypeError("fetch failed");
      return neighbour(request);
    },
  };
  const c1 = createC1Emulator(world);
  const login = async (clientId: string, clientSecret: string) =>
    clientOf(c1, await tokenBySecret(c1, clientId, clientSecret));
  return {
    c1,
    client: await login(c1.settings.clientId ?? "", c1.settings.clientSecret ?? ""),
    time,
    async pass(ms) {
      time.now += ms;
      await c1.tick();
    },
    login,
  };
}

export function tokenRequest(form: Readonly<Record<string, string>>): Request {
  return new Request("https://acme.conductor.one/auth/v1/token", { method: "POST", body: new URLSearchParams(form) });
}

export async function tokenBySecret(
  c1: Pick<C1Emulator, "fetch">,
  clientId: string,
  clientSecret: string,
): Promise<string> {
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  return String(at(await (await c1.fetch(tokenRequest(form))).json(), "access_token"));
}

export function clientOf(c1: Pick<C1Emulator, "fetch">, token: string): Client {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await c1.fetch(new Request(`https://acme.conductor.one${path}`, init));
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body = {}) => send("POST", path, body),
    put: (path, body = {}) => send("PUT", path, body),
    delete: (path, body = {}) => send("DELETE", path, body),
  };
}

/** A value deep in an answer: `at(body, "list.0.app.id")`. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === key)?.[1];
  }, value);
}

export const textAt = (value: unknown, path: string): string => String(at(value, path));

export function listOf(answer: Answer): readonly unknown[] {
  const list = at(answer.body, "list");
  return Array.isArray(list) ? list : [];
}
