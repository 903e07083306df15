/** ⇄ Real processes for tests. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Worker {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line it says; undefined when it has ended. */
  line(): Promise<string | undefined>;
  tell(): void;
  /** Every line it still says; resolves when it is gone. */
  end(): Promise<readonly string[]>;
  kill(): Promise<void>;
}

export function startWorker(program: string, directory: string, what: string, killPoint = 0): Worker {
  const child = spawn(process.execPath, [program, directory, what, String(killPoint)]);
  child.stderr.pipe(process.stderr);
  const gone = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string | undefined> => {
    const next = await lines.next();
    return next.done === true ? undefined : next.value;
  };
  return {
    process: child,
    line,
    tell: () => child.stdin.write("now\n"),
    async end() {
      const rest: string[] = [];
      for (let next = await line(); next !== undefined; next = await line()) rest.push(next);
      await gone;
      return rest;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
