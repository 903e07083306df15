/**
 * ⇄ One case: a child applies while one request goes wrong, then Accord is run again as anybody would, and what became
 * of it all is told.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Program } from "../../support/program.ts";
import { type Accord, accordIn, type Said } from "../../support/run.ts";
import type { Boundary, Planned } from "./faults.ts";
import { movedClock } from "./moved-clock.ts";
import type { Census, Scene } from "./scene.ts";
import { type Memory, type ServedTenants, serveTenants } from "./tenants.ts";
import { wreckOf } from "./wreck.ts";

/** Where a case begins: a stack directory, copied for each, and what the tenants hold then. */
export interface Beginning {
  readonly scene: Scene;
  readonly program: Program;
  readonly directory: string;
  readonly memory: Memory;
}

export interface Ordeal extends Recovery {
  readonly boundaries: readonly Boundary[];
  /** Of the child; null where it was killed. */
  readonly code: number | null;
  readonly output: string;
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

/** ⇄ A scene from its first day. The directories are the caller's to remove. */
export async function beginningOf(scene: Scene, program: Program): Promise<Beginning> {
  const [directory, memory] = await Promise.all([scene.stack(), scene.seeded()]);
  return { scene, program, directory, memory };
}

/** Wreck → what became of it: one that is equal to another is not recovered twice. */
export type Recovered = Map<string, Promise<Recovery>>;

export async function suffer(
  beginning: Beginning,
  planned?: Planned,
  recovered: Recovered = new Map(),
): Promise<Ordeal> {
  const directory = await mkdtemp(`${tmpdir()}/accord-crash-`);
  await cp(beginning.directory, directory, { recursive: true });
  let kill = async (): Promise<void> => {};
  const served = await serveTenants({
    providers: beginning.scene.providers,
    memory: beginning.memory,
    kill: () => kill(),
    ...(planned === undefined ? {} : { planned }),
  });
  try {
    const env = environment(served);
    const child = spawn(
      process.execPath,
      [beginning.program.path, directory, String(served.tenants.now()), served.control, "apply", "--yes"],
      { env, stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += String(part)));
    const gone = once(child, "close");
    kill = async () => {
      child.kill("SIGKILL");
      await gone;
    };
    await gone;
    const boundaries = [...served.boundaries];
    const wreck = await wreckOf(directory, served);
    const recovery = recovered.get(wreck) ?? recover(directory, served, beginning.scene);
    recovered.set(wreck, recovery);
    return { boundaries, code: child.exitCode, output, ...(await recovery) };
  } finally {
    await kill();
    await served.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function recover(directory: string, served: ServedTenants, scene: Scene): Promise<Recovery> {
  const accord = accordOn(directory, served);
  const again = await accord("apply", "--yes");
  const plan = await accord("plan", "--detailed-exitcode");
  const verify = await accord("verify");
  const journal = await readFile(`${directory}/.accord/default/journal/journal.jsonl`, "utf8").catch(() => "");
  await served.tenants.tick(scene.settled);
  return { again, plan, verify, journal, census: scene.census(served.tenants) };
}

/** In this process, past every fault. Nobody can be asked: a question would fail the run. */
export function accordOn(directory: string, served: ServedTenants): Accord {
  return accordIn(directory, {
    env: environment(served),
    clock: movedClock(served.tenants.now, served.tenants.tick),
    fetch: (request) => served.tenants.fetch(request),
  });
}

/** Every setting of every instance, under the name that its scene's stack gives it. */
function environment({ settings }: Pick<ServedTenants, "settings">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([provider, values]) =>
      Object.entries(values).map(([key, value]) => [`${provider}_${key}`.toUpperCase(), value]),
    ),
  );
}
