/** ⇄ Runs stack.ts, a program that synthesises Terraform JSON, in a process that holds nothing worth taking. */
import { lstat, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Source, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, isList, isObject } from "../value.ts";
import { listed } from "../words.ts";
import type { PlaceOf } from "./hcl/configuration.ts";
import { PROGRAM_FILE } from "./load.ts";
import { type Bundle, bundleProgram } from "./program/bundle.ts";
import { type Fenced, packagesFrom, runFenced } from "./program/fence.ts";
import { firstPlace, problemOfFailure } from "./program/places.ts";

export interface Synthesised {
  /** Terraform JSON. */
  readonly json: Value;
  readonly start: Source;
  readonly placeOf: PlaceOf;
  /** What the program printed. */
  readonly printed: string;
  /** Annotations of constructs, and what the system could not close. */
  readonly warnings: readonly Problem[];
}

export interface SynthesisOptions {
  readonly directory: string;
  /** Of accord.yaml: which of several stacks of an app is meant. */
  readonly stack: string;
  readonly signal: AbortSignal;
}

export async function synthesise({ directory, stack, signal }: SynthesisOptions): Promise<Synthesised> {
  const root = await realpath(directory);
  const out = await realpath(await mkdtemp(join(tmpdir(), "accord-program-")));
  const start = { file: PROGRAM_FILE, line: 1, column: 1 };
  try {
    const own = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
    const packages = [...(await packagesFrom(root)), ...(await packagesFrom(own))];
    // The program is made into a script while the process starts.
    const bundling = bundleProgram(root, PROGRAM_FILE);
    const linked = refuseLinks(root);
    const fenced = await runFenced({
      runner: join(own, "dist/engine/config/program/runner.js"),
      arguments: [root, PROGRAM_FILE, join(own, "package.json")],
      input: Promise.all([bundling, linked]).then(([bundle]) => bundle.code),
      readable: [root, own, ...packages],
      out,
      signal,
    });
    const bundle = await bundling;
    const failed = await failureOf(out, fenced, bundle, root);
    if (failed !== undefined) throw new ProblemError(failed);
    const { json, warnings } = await outputOf(out, stack, start);
    const placeOf: PlaceOf = (metadata) => placeIn(metadata, bundle, root);
    const unfenced = fenced.namespace ? [] : [NO_NAMESPACE];
    return { json, start, placeOf, printed: fenced.printed, warnings: [...unfenced, ...warnings] };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const NO_NAMESPACE: Problem = {
  code: "network-not-closed",
  message: `The system gives ${PROGRAM_FILE} no network namespace: only Node's own ways to a socket were closed.`,
  hint: "Plan a stranger's stack where `unshare --map-root-user --net true` works: most Linux machines.",
  source: { file: PROGRAM_FILE, line: 1, column: 1 },
};

/** Node follows a link out of what it may read: the program could hand on what is there. */
async function refuseLinks(root: string): Promise<void> {
  const problems: Problem[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (entry.isSymbolicLink() && !(await isInside(root, path))) problems.push(leadsOut(path));
      else if (entry.isDirectory() && entry.name !== "node_modules" && entry.name !== ".git") await walk(path);
    }
  };
  await walk("");
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Installed packages are links in some layouts; whoever installs them answers for them. */
async function isInside(root: string, path: string): Promise<boolean> {
  if (path.split("/").at(-1) === "node_modules") return true;
  const real = await realpath(join(root, path)).catch(() => undefined);
  return real === undefined || real === root || real.startsWith(`${root}/`);
}

function leadsOut(path: string): Problem {
  return {
    code: "outside-stack",
    message: `${path} is a link that leads out of the stack directory, where a program could read it.`,
    hint: "Copy what it leads to into the stack, or remove the link.",
    source: { file: path, line: 1, column: 1 },
  };
}

async function failureOf(
  out: string,
  { code, timedOut, printed }: Fenced,
  bundle: Bundle,
  root: string,
): Promise<Problem | undefined> {
  const start = { file: PROGRAM_FILE, line: 1, column: 1 };
  if (timedOut) {
    return {
      code: "program-endless",
      message: `${PROGRAM_FILE} did not end within a minute, and was stopped.`,
      hint: "A stack is declared and synthesised; it waits for nothing.",
      source: start,
    };
  }
  const text = await readFile(join(out, ".failed"), "utf8").catch(() => undefined);
  if (text !== undefined) return problemOfFailure(JSON.parse(text), bundle, root, start);
  if (code === 0 && (await lstat(join(out, "manifest.json")).catch(() => undefined)) !== undefined) return undefined;
  if (code !== 0) {
    const last = printed.trim().split("\n").slice(-3).join(" ");
    return {
      code: "program-failed",
      message: `${PROGRAM_FILE} ended ${code === null ? "by a signal" : `with ${code}`}${last === "" ? "" : `: ${last}`}.`,
      hint: "A program ends by itself when all is declared.",
      source: start,
    };
  }
  return {
    code: "nothing-synthesised",
    message: `${PROGRAM_FILE} synthesised nothing.`,
    hint: "End it with app.synth(), where app is the App that holds the stack.",
    source: start,
  };
}

/** The manifest says which stacks there are, and where each is. */
async function outputOf(
  out: string,
  wanted: string,
  source: Source,
): Promise<{ readonly json: Value; readonly warnings: readonly Problem[] }> {
  const manifest = asSpec(JSON.parse(await readFile(join(out, "manifest.json"), "utf8")) as Value);
  const stacks = Object.entries(asSpec(manifest.stacks ?? {}));
  const [only] = stacks;
  const [, chosen] =
    stacks.find(([name]) => name === wanted) ?? (stacks.length === 1 && only !== undefined ? only : []);
  if (chosen === undefined) {
    throw new ProblemError({
      code: "which-stack",
      message:
        stacks.length === 0
          ? `${PROGRAM_FILE} has an App without a stack.`
          : `${PROGRAM_FILE} has ${stacks.length} stacks, and none is called ${wanted}: ${listed(stacks.map(([name]) => name))}.`,
      hint: "Call the one that this directory is about as accord.yaml does under stack:.",
      source,
    });
  }
  const described = asSpec(chosen);
  const path = String(described.synthesizedStackPath ?? "");
  const json = JSON.parse(await readFile(join(out, path), "utf8")) as Value;
  return { json, warnings: annotationsOf(described.annotations, source) };
}

function annotationsOf(annotations: Value | undefined, source: Source): readonly Problem[] {
  if (!isList(annotations)) return [];
  return annotations.filter(isObject).map(({ constructPath, message }) => ({
    code: "annotation",
    message: `${String(constructPath)}: ${String(message).replace(/\.$/, "")}.`,
    source,
  }));
}

function placeIn(metadata: Value | undefined, bundle: Bundle, root: string): Source | undefined {
  const trace = isObject(metadata) ? metadata.stackTrace : undefined;
  return isList(trace) ? firstPlace(trace.map(String), bundle, root) : undefined;
}
