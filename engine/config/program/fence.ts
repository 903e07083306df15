/**
 * ⇄ Starts the process that evaluates a program: an empty environment, no network where the system can leave it out, and
 * of the file system only what the program is made of (engine/decisions).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { access, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Fenced {
  readonly code: number | null;
  /** What the program printed, both ways. */
  readonly printed: string;
  readonly timedOut: boolean;
  /** False: only Node's own ways to a socket are closed. */
  readonly namespace: boolean;
}

export interface FenceOptions {
  readonly runner: string;
  readonly arguments: readonly string[];
  /** Read when it starts. */
  readonly input: Promise<string>;
  readonly readable: readonly string[];
  /** The one directory that it may write to. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/** Longer takes only what never ends. */
const MOST_MS = 60_000;
const MOST_PRINTED = 64 * 1024;
/** Whose network is a new one, with nothing in it. */
const UNSHARE = ["--map-root-user", "--net", "--"];

export async function runFenced(options: FenceOptions): Promise<Fenced> {
  if (process.platform !== "linux") return await run(process.execPath, nodeArguments(options), options, false);
  const apart = await run("unshare", [...UNSHARE, process.execPath, ...nodeArguments(options)], options, true);
  if (await exists(join(options.out, ".started"))) return apart;
  // No unshare, or no right to it: the program has not begun.
  return await run(process.execPath, nodeArguments(options), options, false);
}

function nodeArguments({ runner, readable, out, arguments: given }: FenceOptions): readonly string[] {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  return [
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    permission,
    ...outermost([runner, ...readable, out]).map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${out}`,
    runner,
    ...given,
  ];
}

async function run(
  command: string,
  argv: readonly string[],
  options: FenceOptions,
  namespace: boolean,
): Promise<Fenced> {
  const child = spawn(command, argv, {
    env: { CDKTF_OUTDIR: options.out },
    cwd: options.out,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const end = ended(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, MOST_MS);
  const stop = (): void => void child.kill("SIGKILL");
  options.signal.addEventListener("abort", stop);
  // It may be over before it has read all: that is for its exit code to say.
  child.stdin?.on("error", () => undefined);
  const printed: string[] = [];
  let length = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      length += text.length;
      if (length <= MOST_PRINTED) printed.push(text);
    });
  }
  try {
    child.stdin?.end(await options.input);
    return { code: await end, printed: printed.join(""), timedOut, namespace };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
    child.kill("SIGKILL");
  }
}

/** A command that there is none of has no code. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code));
  });
}

/** Without what is below another: Node 20 ends itself over some lists that name both. */
function outermost(paths: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const path of paths.toSorted((a, b) => a.length - b.length)) {
    if (!kept.some((outer) => path === outer || path.startsWith(`${outer}/`))) kept.push(path);
  }
  return kept;
}

/** A directory, and every `node_modules` that Node looks into from there. */
export async function packagesFrom(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (await exists(modules)) found.push(modules, await realpath(modules));
    if (dirname(at) === at) return [...new Set(found)];
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
