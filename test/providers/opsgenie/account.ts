/** An emulated account at a moment that the test chooses. */
import { createOpsgenieEmulator } from "../../../providers/opsgenie/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";

/** A Sunday: Ada has been on call since Monday the 16th and hands over on Monday the 23rd at 09:00. */
export const BIRTH = Date.parse("2026-11-22T12:00:00Z");

export interface Account {
  readonly emulator: Emulator;
  readonly time: { now: number };
  /** Trent's key where none is given. */
  call(method: string, path: string, body?: unknown, key?: string): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Fetch = (request: Request) => Promise<Response>;

/** `through` sees every call and its answer. */
export function account(saved?: unknown, through: (fetch: Fetch) => Fetch = (fetch) => fetch): Account {
  const time = { now: BIRTH };
  const emulator = createOpsgenieEmulator(
    {
      now: () => time.now,
      wall: () => time.now,
      fetch: () => Promise.reject(new Error("Opsgenie calls nobody")),
    },
    saved,
  );
  const fetch = through((request) => emulator.fetch(request));
  return {
    emulator,
    time,
    async call(method, path, body, key = emulator.actors?.trent ?? "") {
      const response = await fetch(
        new Request(`https://api.opsgenie.com${path}`, {
          method,
          headers: {
            authorization: `GenieKey ${key}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
}

/** Follows keys and indexes into JSON: `at(body, "data", 0, "name")`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
