/** An emulated account at a moment that the test chooses. */
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";

/** A Sunday: Ada has been on call since Monday the 16th and hands over on Monday the 23rd at 09:00. */
export const BIRTH = Date.parse("2026-11-22T12:00:00Z");

export interface Account {
  readonly emulator: Emulator;
  readonly time: { now: number };
  /** Trent's key where none is given. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

type Fetch = (request: Request) => Promise<Response>;

/** `through` sees every call and its answer. */
export function account(saved?: unknown, through: (fetch: Fetch) => Fetch = (fetch) => fetch): Account {
  const time = { now: BIRTH };
  const emulator = createPagerdutyEmulator(
    {
      now: () => time.now,
      wall: () => time.now,
      fetch: () => Promise.reject(new Error("PagerDuty calls nobody")),
    },
    saved,
  );
  const fetch = through((request) => emulator.fetch(request));
  return {
    emulator,
    time,
    async call(method, path, body, token = emulator.actors?.trent ?? "") {
      const response = await fetch(
        new Request(`https://api.pagerduty.com${path}`, {
          method,
          headers: {
            authorization: `Token token=${token}`,
            accept: "application/vnd.pagerduty+json;version=2",
            from: "trent@acme.example",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    },
  };
}

/** Follows keys and indexes into JSON: `at(body, "users", 0, "email")`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** One property of every element of a list. */
export function pluck(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  return Array.isArray(value) ? value.map((element) => at(element, ...path)) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
