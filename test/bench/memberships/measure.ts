/**
 * Twenty thousand memberships written into a tenant that counts its calls, through the provider, on a clock that jumps
 * from wait to wait: how many calls, and how long it would have taken.
 */
import type { Recorder, WriteContext } from "../../../engine/kind.ts";
import type { Address } from "../../../engine/model.ts";
import type { Connection } from "../../../engine/provider.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import { noSink } from "../../support/no-sink.ts";
import { type VirtualClock, virtualClock } from "../virtual-clock.ts";
import type { Person, Size, System } from "./system.ts";

export interface Written {
  /** Counted calls, and how long they took on the clock, in milliseconds. */
  readonly calls: number;
  readonly took: number;
  /** 429s that followed another within a minute: the first was not understood. */
  readonly repeated: number;
  /** The tenant as it is now. */
  readonly emulator: Emulator;
}

const MINUTE = 60_000;

export async function write(system: System, size: Size): Promise<Written> {
  const refusals: number[] = [];
  let calls = 0;
  const clock = virtualClock(Date.UTC(2026, 10, 22, 9), async () => emulator.tick?.());
  const fetchNobody = (): Promise<Response> => Promise.reject(new Error(`${system.name} call nobody`));
  const emulator = system.create({ now: clock.now, wall: clock.now, fetch: fetchNobody });
  const fetch = async (request: Request): Promise<Response> => {
    clock.busy();
    if (system.counts(request)) calls += 1;
    const response = await emulator.fetch(request);
    if (response.status === 429) refusals.push(clock.monotonic());
    clock.busy();
    return response;
  };
  const connection = system.provider.connect(system.settings(emulator), {
    fetch,
    clock,
    signal: new AbortController().signal,
  });
  const people = await clock.carry(
    hire(system, emulator, clock, connection, Math.min(size.people, system.seats ?? size.people)),
  );
  calls = 0;
  const started = clock.monotonic();
  const names = Array.from({ length: size.groups }, (_, index) => `wide-${String(index).padStart(3, "0")}`);
  await clock.carry(makeAll(system, connection, names, people, size));
  return { calls, took: clock.monotonic() - started, repeated: repeatedIn(refusals), emulator };
}

/** Made at the console, by somebody whose own limit is not what is measured. Login → id. */
async function hire(
  system: System,
  emulator: Emulator,
  clock: VirtualClock,
  connection: Connection,
  count: number,
): Promise<Readonly<Record<string, string>>> {
  const staff = Array.from({ length: count }, (_, index): Person => {
    return { login: `person-${index}@acme.example`, first: "Person", last: String(index) };
  });
  for (const person of staff) {
    const answer = await emulator.fetch(system.hire(emulator, person));
    if (!answer.ok) throw new Error(`${system.name}: ${person.login}: ${answer.status} ${await answer.text()}`);
    // A few a second, as somebody at a console would at most.
    await clock.sleep(200);
    clock.busy();
  }
  // Whoever is new is found everywhere by then.
  await clock.sleep(15 * MINUTE);
  const found = await connection.view().people(staff.map(({ login }) => login));
  return Object.fromEntries(
    found.map(({ name, candidates }) => {
      const [only] = candidates;
      if (only === undefined) throw new Error(`${system.name}: nobody is ${name}`);
      return [name, only.id];
    }),
  );
}

/** As many at once as the engine would. */
async function makeAll(
  system: System,
  connection: Connection,
  names: readonly string[],
  people: Readonly<Record<string, string>>,
  { members }: Size,
): Promise<void> {
  const recorder: Recorder = { intent: async () => ({ outcome: () => {} }) };
  const logins = Object.keys(people);
  const make = async (name: string, index: number): Promise<void> => {
    const own = Array.from({ length: members }, (_, at) => logins[(index * members + at) % logins.length] ?? "");
    const address: Address = `${system.provider.name}/${system.kind}/${name}`;
    const context: WriteContext = {
      address,
      marker: { tool: "accord", stack: "bench", address },
      people,
      made: async () => {},
      deliver: noSink,
    };
    await connection.hands(recorder).create(system.kind, system.spec(name, own), context);
  };
  const left = [...names.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await make(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: system.provider.concurrency }, work));
}

function repeatedIn(moments: readonly number[]): number {
  return moments.filter((moment, index) => moment - (moments[index - 1] ?? Number.NEGATIVE_INFINITY) < MINUTE).length;
}
