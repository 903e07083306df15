/**
 * ⇄ A child that applies, as a process of its own, and everything that it could leave by dying. A process that is
 * stopped (SIGSTOP) shows the same files as one that is killed there, so that one child shows the wrecks of all its
 * deaths: it is stopped before each request is carried out and before each write is answered, its directory and its
 * tenants are copied, and it goes on. Real deaths are tested as well.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once as event } from "node:events";
import { cp, rm } from "node:fs/promises";
import type { Program } from "../../support/program.ts";
import type { Boundary, Moment } from "./faults.ts";
import { type Beginning, copyOf, environment, once, type Recovered, type Recovery, recover } from "./ordeal.ts";
import { asOf, type Memory, type ServedTenants, serveTenants } from "./tenants.ts";
import { wreckOf } from "./wreck.ts";

/** The process that dies. */
export const CHILD = "test/scenarios/crash/child.ts";

export interface Death {
  readonly boundary: Boundary;
  readonly moment: Moment;
  /** Accord is run again on what it left; wrecks that are equal are recovered once. */
  recovered(): Promise<Recovery>;
}

export interface Lifetime {
  readonly boundaries: readonly Boundary[];
  readonly code: number | null;
  readonly output: string;
  /** What running Accord again came to after it ended by itself. */
  readonly end: Recovery;
  /** In the order in which it did not die. */
  readonly deaths: readonly Death[];
  /** Removes what the deaths left. */
  remove(): Promise<void>;
}

/** One whole life of a child. */
export async function lifetimeOf(begun: Beginning, program: Program, recovered: Recovered): Promise<Lifetime> {
  const directory = await copyOf(begun.directory);
  const copies: string[] = [];
  const left = new Map<string, { readonly directory: string; readonly memory: Memory }>();
  const seen: { readonly boundary: Boundary; readonly moment: Moment; readonly wreck: string }[] = [];
  let child: ChildProcess | undefined;

  const served = await serveTenants({
    providers: begun.scene.providers,
    memory: begun.memory,
    async witness(boundary, moment) {
      child?.kill("SIGSTOP");
      const wreck = await wreckOf(directory, served);
      seen.push({ boundary, moment, wreck });
      if (!left.has(wreck)) {
        const copy = await copyOf(directory);
        copies.push(copy);
        left.set(wreck, { directory: copy, memory: structuredClone(served.tenants.save()) });
      }
      child?.kill("SIGCONT");
      return true;
    },
  });
  try {
    child = started(program, directory, served);
    const { code, output } = await ended(child);
    const end = await once(recovered, await wreckOf(directory, served), () => recover(directory, served, begun.scene));
    const again = async (wreck: string): Promise<Recovery> => {
      const found = left.get(wreck);
      if (found === undefined) throw new Error("a wreck without remains");
      return recover(found.directory, await asOf(found.memory, served), begun.scene);
    };
    return {
      ...{ boundaries: served.boundaries, code, output, end },
      deaths: seen.map(({ boundary, moment, wreck }) => ({
        boundary,
        moment,
        recovered: () => once(recovered, wreck, () => again(wreck)),
      })),
      remove: () => removed(copies),
    };
  } finally {
    child?.kill("SIGKILL");
    await served.close();
    await removed([directory]);
  }
}

/**
 * A child that really dies at one request: what it ended with, and what running Accord again came to; `elsewhere`, where
 * the stack is, and nothing that the child kept.
 */
export async function killedAt(
  begun: Beginning,
  program: Program,
  { boundary, moment, elsewhere = false }: Pick<Death, "boundary" | "moment"> & { readonly elsewhere?: boolean },
): Promise<{ readonly code: number | null; readonly recovery: Recovery }> {
  const directory = await copyOf(begun.directory);
  let child: ChildProcess | undefined;
  const served = await serveTenants({
    providers: begun.scene.providers,
    memory: begun.memory,
    async witness(one, when) {
      if (child === undefined || when !== moment || one.name !== boundary.name || one.nth !== boundary.nth) return true;
      const gone = event(child, "close");
      child.kill("SIGKILL");
      await gone;
      return false;
    },
  });
  try {
    child = started(program, directory, served);
    const { code } = await ended(child);
    if (elsewhere) {
      await removed([directory]);
      await cp(begun.directory, directory, { recursive: true });
    }
    return { code, recovery: await recover(directory, served, begun.scene) };
  } finally {
    await served.close();
    await removed([directory]);
  }
}

function started(program: Program, directory: string, { control, settings, tenants }: ServedTenants): ChildProcess {
  const argv = [program.path, directory, String(tenants.now()), control, "apply", "--yes"];
  return spawn(process.execPath, argv, { env: environment(settings), stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (output += String(part)));
  await event(child, "close");
  return { code: child.exitCode, output };
}

async function removed(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
}
