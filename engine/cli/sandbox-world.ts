/** ⇄ `--sandbox`: emulated tenants in this process, kept below the environment's directory between commands. */
import { access } from "node:fs/promises";
import type { Spec } from "../model.ts";
import type { Clock } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import { loadTenants, saveTenants } from "../sandbox/memory-file.ts";
import { findServed } from "../sandbox/served.ts";
import { envOf, openTenants } from "../sandbox/tenants.ts";
import type { Invocation } from "./invocation.ts";

export interface SandboxWorld {
  fetch(request: Request): Promise<Response>;
  /** Our own time; sleeping moves it and that of the tenants, and takes none. */
  readonly clock: Clock;
  /** The tenants' time, which `sandbox tick` moves on. */
  tenantTime(): number;
  /** The seeded credentials of a provider's tenant; empty for a provider that has none. */
  settingsOf(provider: string): Spec;
  /** Further credentials of the tenants, by the variables that stacks name them with. */
  readonly env: Readonly<Record<string, string>>;
}

export function sandboxDirectory(stateDirectory: string): string {
  return `${stateDirectory}/sandbox`;
}

/** Has `--sandbox` been used here? Whatever keeps us from looking, it was not by us. */
export async function hasSandbox(stateDirectory: string): Promise<boolean> {
  return access(sandboxDirectory(stateDirectory)).then(
    () => true,
    () => false,
  );
}

export async function openSandbox(stateDirectory: string, invocation: Invocation): Promise<SandboxWorld> {
  const { world, registry } = invocation;
  const directory = sandboxDirectory(stateDirectory);
  if ((await findServed(directory)) !== undefined) {
    throw new ProblemError({
      code: "sandbox-served",
      message: "This sandbox is being served by another process.",
      hint: "Stop it to use --sandbox here, or point the stack at it with baseUrl and leave --sandbox out.",
    });
  }
  const emulators = await registry.emulators();
  const saved = await loadTenants(directory);
  let slept = 0;
  const now = (): number => world.clock.now() + slept;
  const names = Object.keys(emulators);
  const tenants = await openTenants({ registry: emulators, names, clock: world.clock, wall: now, saved });
  invocation.atEnd(() => saveTenants(directory, tenants.save()));
  return {
    fetch: (request) => tenants.fetch(request),
    clock: {
      now,
      monotonic: () => world.clock.monotonic() + slept,
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        slept += ms;
        await tenants.tick(ms);
      },
      background: (ms, signal) => world.clock.background(ms, signal),
    },
    tenantTime: () => tenants.now(),
    settingsOf: (provider) => tenants.emulators.get(provider)?.settings ?? {},
    env: envOf(tenants),
  };
}
