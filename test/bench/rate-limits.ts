/**
 * Thousands of writes into a tenant that counts them: many memberships in the emulated Okta, through the provider, on a
 * clock that jumps from wait to wait. Slower than the limit allows is a budget missed; a second refusal in one window
 * means that the first was not understood.
 */

import type { Recorder, WriteContext } from "../../engine/kind.ts";
import type { Connection } from "../../engine/provider.ts";
import { RESERVE } from "../../providers/okta/client/transport.ts";
import { createOktaEmulator, type OktaEmulator } from "../../providers/okta/emulator.ts";
import { okta } from "../../providers/okta/provider.ts";
import { noSink } from "../support/no-sink.ts";
import { atMost, type Measurement, none } from "./row.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

const GROUPS = 20;
const MEMBERS = 250;
const MINUTE = 60_000;
/** Requests a minute that the emulated licence gives one credential for everything below /groups (okta.md §3). */
const RATE = 250;

export const rateLimits: Measurement = {
  name: "limits",
  async run() {
    const tenant = openTenant();
    const people = await hire(tenant, MEMBERS);
    const before = { ...tenant.connection.calls() };
    const started = tenant.clock.monotonic();
    const made = Array.from({ length: GROUPS }, (_, index) => makeGroup(tenant.connection, `wide-${index}`, people));
    await tenant.clock.carry(Promise.all(made));
    const took = tenant.clock.monotonic() - started;
    const calls = (tenant.connection.calls()["/groups"] ?? 0) - (before["/groups"] ?? 0);
    const ideal = (calls / (RATE * (1 - RESERVE))) * MINUTE;
    return [
      atMost(
        `${GROUPS * MEMBERS} memberships of Okta groups, ${RATE} calls a minute, ${RESERVE * 100} % left to others`,
        "1.1 × calls ÷ (rate × (1 − reserve))",
        `${minutes(took)} for ${calls} calls; ideal ${minutes(ideal)}`,
        took / (ideal * 1.1),
      ),
      none("Second 429 in a window", repeatedRefusals(tenant.refusals)),
    ];
  },
};

interface Tenant {
  readonly clock: VirtualClock;
  readonly emulator: OktaEmulator;
  readonly connection: Connection;
  /** Moments of 429s, in milliseconds of the clock. */
  readonly refusals: readonly number[];
}

function openTenant(): Tenant {
  const refusals: number[] = [];
  const clock = virtualClock(Date.UTC(2026, 10, 22, 9), async () => emulator.tick());
  const emulator = createOktaEmulator({
    now: clock.now,
    wall: clock.now,
    fetch: () => Promise.reject(new Error("Okta calls nobody")),
  });
  const fetch = async (request: Request): Promise<Response> => {
    clock.busy();
    const response = await emulator.fetch(request);
    if (response.status === 429) refusals.push(clock.monotonic());
    clock.busy();
    return response;
  };
  const settings = { ...emulator.settings, scopes: "okta.groups.manage okta.users.manage" };
  const connection = okta.connect(settings, { fetch, clock, signal: new AbortController().signal });
  return { clock, emulator, connection, refusals };
}

/** Made in the console, by somebody whose own limit is not what is measured. Login → id. */
async function hire({ emulator, clock }: Tenant, count: number): Promise<Readonly<Record<string, string>>> {
  const people: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    const login = `person-${index}@acme.example`;
    const profile = { login, email: login, firstName: "Person", lastName: String(index) };
    const answer = await emulator.fetch(
      new Request(`https://${emulator.host}/api/v1/users?activate=true`, {
        method: "POST",
        headers: { authorization: emulator.asActor("trent"), "content-type": "application/json" },
        body: JSON.stringify({ profile }),
      }),
    );
    const made: unknown = await answer.json();
    if (typeof made !== "object" || made === null || !("id" in made)) throw new Error(`${login}: ${answer.status}`);
    people[login] = String(made.id);
  }
  await clock.carry(clock.sleep(MINUTE));
  return people;
}

async function makeGroup(
  connection: Connection,
  name: string,
  people: Readonly<Record<string, string>>,
): Promise<void> {
  const recorder: Recorder = { intent: async () => ({ outcome: () => {} }) };
  const context: WriteContext = {
    address: `okta/group/${name}`,
    marker: { tool: "accord" },
    people,
    made: async () => {},
    deliver: noSink,
  };
  await connection.hands(recorder).create("group", { name, members: Object.keys(people) }, context);
}

function repeatedRefusals(moments: readonly number[]): number {
  return moments.filter((moment, index) => moment - (moments[index - 1] ?? Number.NEGATIVE_INFINITY) < MINUTE).length;
}

function minutes(ms: number): string {
  return `${(ms / MINUTE).toFixed(1)} min`;
}
