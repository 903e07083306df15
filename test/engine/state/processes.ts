/** Real processes for tests: the worker is compiled once, as the package would be. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../../..");
const FLAGS =
  "--ignoreConfig --module nodenext --target es2023 --types node --skipLibCheck --rewriteRelativeImportExtensions";

/** Compiles the worker into a fresh directory; returns the program's path and the directory to remove. */
export async function compileWorker(): Promise<{ readonly program: string; readonly directory: string }> {
  const directory = await mkdtemp(`${tmpdir()}/accord-worker-`);
  await writeFile(`${directory}/package.json`, '{"type":"module"}');
  await symlink(`${ROOT}/node_modules`, `${directory}/node_modules`);
  const worker = "test/engine/state/children/worker.ts";
  const compiler = `${ROOT}/node_modules/.bin/tsc`;
  await promisify(execFile)(compiler, [...FLAGS.split(" "), "--rootDir", ".", "--outDir", directory, worker], {
    cwd: ROOT,
  });
  return { program: `${directory}/${worker.replace(".ts", ".js")}`, directory };
}

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
