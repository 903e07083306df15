/**
 * ⇄ One case: Accord applies while one request goes wrong, then it is run again as anybody would, and what became of it
 * all is told.
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { World } from "../../../engine/cli/world.ts";
import { type Accord, accordIn, type Said } from "../../support/run.ts";
import type { Boundary, Planned } from "./faults.ts";
import { movedClock } from "./moved-clock.ts";
import type { Census, Scene } from "./scene.ts";
import { type Memory, type Reached, serveTenants } from "./tenants.ts";
import { wreckOf } from "./wreck.ts";

/** Where a case begins: a stack directory, copied for each, and what the tenants hold then. */
export interface Beginning {
  readonly scene: Scene;
  readonly directory: string;
  readonly memory: Memory;
}

export interface Ordeal extends Recovery {
  readonly boundaries: readonly Boundary[];
}

/** What running Accord again came to. */
export interface Recovery {
  readonly again: Said;
  readonly plan: Said;
  readonly verify: Said;
  readonly journal: string;
  /** Once all has settled. */
  readonly census: Census;
}

/** ⇄ A scene from its first day. The directory is the caller's to remove. */
export async function beginningOf(scene: Scene): Promise<Beginning> {
  const [directory, memory] = await Promise.all([scene.stack(), scene.seeded()]);
  return { scene, directory, memory };
}

/** Wreck → what became of it: one that is equal to another is not recovered twice. */
export type Recovered = Map<string, Promise<Recovery>>;

/** An apply that lives through a fault, in this process, over real HTTP. */
export async function suffer({ scene, ...begun }: Beginning, planned: Planned, recovered: Recovered): Promise<Ordeal> {
  const directory = await copyOf(begun.directory);
  const served = await serveTenants({ providers: scene.providers, memory: begun.memory, planned });
  try {
    await accordOn(directory, served, (request) => fetch(request))("apply", "--yes");
    const boundaries = [...served.boundaries];
    const wreck = await wreckOf(directory, served);
    return { boundaries, ...(await once(recovered, wreck, () => recover(directory, served, scene))) };
  } finally {
    await served.close();
    await rm(directory, { recursive: true, force: true });
  }
}

export function once(recovered: Recovered, wreck: string, recover: () => Promise<Recovery>): Promise<Recovery> {
  const recovery = recovered.get(wreck) ?? recover();
  recovered.set(wreck, recovery);
  return recovery;
}

export async function recover(directory: string, reached: Reached, scene: Scene): Promise<Recovery> {
  const accord = accordOn(directory, reached);
  const again = await accord("apply", "--yes");
  const plan = await accord("plan", "--detailed-exitcode");
  const verify = await accord("verify");
  const journal = await readFile(`${directory}/.accord/default/journal/journal.jsonl`, "utf8").catch(() => "");
  await reached.tenants.tick(scene.settled);
  return { again, plan, verify, journal, census: scene.census(reached.tenants) };
}

/** In this process; unless told otherwise, past every fault. Nobody can be asked: a question would fail the run. */
export function accordOn(
  directory: string,
  { tenants, settings }: Reached,
  fetch: World["fetch"] = (request) => tenants.fetch(request),
): Accord {
  return accordIn(directory, { env: environment(settings), clock: movedClock(tenants.now, tenants.tick), fetch });
}

/** Every setting of every instance, under the name that its scene's stack gives it. */
export function environment(settings: Reached["settings"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([provider, values]) =>
      Object.entries(values).map(([key, value]) => [`${provider}_${key}`.toUpperCase(), value]),
    ),
  );
}

export async function copyOf(directory: string): Promise<string> {
  const copy = await mkdtemp(`${tmpdir()}/accord-crash-`);
  await cp(directory, copy, { recursive: true });
  return copy;
}
