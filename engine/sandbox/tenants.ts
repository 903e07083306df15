/** Emulated tenants in one world: they share time, reach each other by host name, and are saved together. */
import type { CreateEmulator, Emulator } from "../../providers/shared/emulator.ts";
import type { Clock } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import type { SavedTenants } from "./memory-file.ts";

/** Providers' emulators by provider name; the composition root passes it in. */
export type EmulatorRegistry = Readonly<Record<string, EmulatorEntry>>;

export interface EmulatorEntry {
  /** Where it is served, counted from the first port. */
  readonly port: number;
  load(): Promise<CreateEmulator>;
}

export interface Tenants {
  readonly emulators: ReadonlyMap<string, Emulator>;
  /** Tenant time. */
  now(): number;
  /** To the tenant whose host the address names. */
  fetch(request: Request): Promise<Response>;
  /** Another `host:port` under which a tenant is reached. */
  alias(host: string, name: string): void;
  /** Moves tenant time by so many milliseconds, letting every tenant do what becomes due on the way. */
  tick(ms: number): Promise<void>;
  save(): SavedTenants;
}

export interface TenantsOptions {
  readonly registry: EmulatorRegistry;
  /** Providers wanted; those that were saved and are not wanted are kept as they are. */
  readonly names: readonly string[];
  readonly clock: Pick<Clock, "now">;
  /** Time by which tokens are judged; default: the clock. A client that sleeps in tenant time moves along. */
  readonly wall?: () => number;
  readonly saved?: SavedTenants | undefined;
}

/** Short enough that hourly syncs, automations and lags of different tenants take turns. */
const STEP = 15 * 60_000;

export async function openTenants(options: TenantsOptions): Promise<Tenants> {
  const { registry, clock, saved } = options;
  let offset = saved?.offset ?? 0;
  const hosts = new Map<string, Emulator>();
  const world = { now: () => clock.now() + offset, wall: options.wall ?? (() => clock.now()), fetch: route };

  const emulators = new Map<string, Emulator>();
  for (const name of options.names) {
    const create = await entryOf(registry, name).load();
    const emulator = opened(name, () => create(world, saved?.tenants[name]));
    emulators.set(name, emulator);
    for (const host of [emulator.host, ...(emulator.alsoHosts ?? [])]) hosts.set(host, emulator);
  }

  function route(request: Request): Promise<Response> {
    const { host } = new URL(request.url);
    const emulator = hosts.get(host);
    return emulator === undefined ? Promise.reject(unknownHost(host, hosts)) : emulator.fetch(request);
  }

  // One at a time: two that overlap would both take the steps of either.
  let ticking: Promise<void> = Promise.resolve();
  async function advance(ms: number): Promise<void> {
    for (let left = ms; ; ) {
      const step = Math.min(STEP, left);
      offset += step;
      left -= step;
      for (const emulator of emulators.values()) await emulator.tick?.();
      if (left <= 0) return;
    }
  }

  return {
    emulators,
    now: world.now,
    fetch: route,
    alias(host, name) {
      const emulator = emulators.get(name);
      if (emulator !== undefined) hosts.set(host, emulator);
    },
    tick(ms) {
      mustMoveForward(ms);
      const done = ticking.then(() => advance(ms));
      ticking = done.catch(() => {});
      return done;
    },
    save: () => ({
      offset,
      tenants: {
        ...saved?.tenants,
        ...Object.fromEntries([...emulators].map(([name, emulator]) => [name, emulator.save()])),
      },
    }),
  };
}

/** Credentials of these tenants that stacks hand to others, by environment variable. */
export function envOf({ emulators }: Pick<Tenants, "emulators">): Readonly<Record<string, string>> {
  return Object.assign({}, ...[...emulators.values()].map(({ env }) => env));
}

function entryOf(registry: EmulatorRegistry, name: string): EmulatorEntry {
  const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (entry !== undefined) return entry;
  throw new ProblemError({
    code: "no-emulator",
    message: `There is no emulator of ${name}.`,
    hint: `The sandbox has: ${Object.keys(registry).join(", ")}.`,
  });
}

/** An emulator refuses memory that it did not write, rather than half understand it. */
function opened(name: string, open: () => Emulator): Emulator {
  try {
    return open();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      {
        code: "sandbox-unreadable",
        message: `The sandbox of ${name} cannot be opened: ${why}.`,
        hint: "`accord sandbox reset` starts anew.",
      },
      { cause: error },
    );
  }
}

function unknownHost(host: string, hosts: ReadonlyMap<string, Emulator>): ProblemError {
  return new ProblemError({
    code: "sandbox-unknown-host",
    message: `No sandbox tenant is called ${host}.`,
    hint: `The sandbox reaches nothing but its own tenants: ${[...hosts.keys()].join(", ")}.`,
  });
}

export function mustMoveForward(ms: number): void {
  if (Number.isFinite(ms) && ms >= 0) return;
  throw new ProblemError({
    code: "sandbox-time",
    message: "Tenant time only moves forward.",
    hint: "`accord sandbox reset` starts anew at today's time.",
  });
}
