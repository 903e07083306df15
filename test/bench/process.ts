/** ⇄ Real child processes, timed from outside: what a user waits for, start-up included. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface Measured {
  readonly ms: number;
  /** Most memory resident at any time, bytes; undefined where the system does not tell. */
  readonly memory: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Work {
  readonly command: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The best of so many: what is left is the work, not what else the machine was doing. */
  readonly runs: number;
  /** Before each run, outside of the time. */
  readonly prepare?: () => Promise<void>;
}

/** The built command beside this file in dist. */
const ACCORD = fileURLToPath(new URL("../../bin/accord.js", import.meta.url));

export function accord(argv: readonly string[], cwd: string, options: Partial<Work> = {}): Work {
  return { command: process.execPath, argv: [ACCORD, ...argv], cwd, runs: 3, ...options };
}

/** Time and memory each by its best run. */
export async function best(work: Work): Promise<Measured> {
  const [measured] = await bestInTurn([work]);
  if (measured === undefined) throw new Error("Nothing was measured");
  return measured;
}

/** Rivals take turns, so that what else the machine does hits both. */
export async function bestInTurn(works: readonly Work[]): Promise<readonly Measured[]> {
  const runs: Measured[][] = works.map(() => []);
  for (let round = 0; round < Math.max(...works.map((work) => work.runs)); round += 1) {
    for (const [index, work] of works.entries()) {
      if (round >= work.runs) continue;
      await work.prepare?.();
      runs[index]?.push(await once(work));
    }
  }
  return runs.map(bestOf);
}

function bestOf(runs: readonly Measured[]): Measured {
  const [fastest] = runs.toSorted((a, b) => a.ms - b.ms);
  if (fastest === undefined) throw new Error("A measurement needs at least one run");
  const peaks = runs.flatMap(({ memory }) => memory ?? []);
  return { ...fastest, memory: peaks.length === 0 ? undefined : Math.min(...peaks) };
}

export async function once(work: Work): Promise<Measured> {
  const started = performance.now();
  const child = start(work);
  const text = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text.stderr += chunk;
  });
  const watching = new AbortController();
  const peak = peakMemory(child, watching.signal);
  const ended = await new Promise<{ code: number | null; ms: number }>((resolve, reject) => {
    child.on("error", reject);
    // `exit` may come before the last output; `close` does not.
    child.on("close", (code) => resolve({ code, ms: performance.now() - started }));
  });
  watching.abort();
  if (ended.code !== 0) {
    throw new Error(
      `${[work.command, ...work.argv].join(" ")} ended with ${ended.code}:\n${text.stderr}${text.stdout}`,
    );
  }
  return { ms: ended.ms, memory: await peak, ...text };
}

export function start(work: Pick<Work, "command" | "argv" | "cwd" | "env">): ChildProcess {
  return spawn(work.command, work.argv, {
    cwd: work.cwd,
    env: { ...process.env, NO_COLOR: "1", ...work.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Between two looks at a high-water mark that only grows. */
const LOOK_EVERY = 10;

/** Linux only: the kernel's own high-water mark of the process. */
async function peakMemory(child: ChildProcess, signal: AbortSignal): Promise<number | undefined> {
  let peak: number | undefined;
  while (!signal.aborted) {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes !== undefined) peak = Number(kilobytes) * 1_024;
    await sleep(LOOK_EVERY);
  }
  return peak;
}
