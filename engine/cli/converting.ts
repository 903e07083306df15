/** ⇄ A stack in its other form, written as a directory of its own: the same settings, policies and outputs beside it. */
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { withMembers } from "../adopt/splice.ts";
import { filesBelow, type StackFiles } from "../config/files.ts";
import { PROGRAM_FILE, STACK_FILE } from "../config/load.ts";
import type { DeclaredOutput } from "../config/outputs.ts";
import type { Spec } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { onDisk } from "../state/files.ts";
import { listed } from "../words.ts";
import { type FileWrite, makeDirectories, writeTogether } from "./stack-files.ts";
import type { Workspace } from "./workspace.ts";

export type Form = "typescript" | "yaml" | "terraform";

/** What holds the resources. */
export const FILES: Readonly<Record<Form, string>> = {
  typescript: PROGRAM_FILE,
  yaml: "stack.yaml",
  terraform: "stack.tf.json",
};

/** Nothing that is there is written over. Gives the files, by their path below the directory. */
export async function writeConverted(
  workspace: Workspace,
  out: string,
  form: Form,
  text: string,
): Promise<readonly string[]> {
  const target = resolve(workspace.world.cwd, out);
  const itself = (await realpath(target).catch(() => target)) === (await realpath(workspace.directory));
  if (itself && form !== "terraform") throw intoItself(out);
  const texts = new Map([[FILES[form], text]]);
  // Terraform reads none of it: its file says all.
  if (form !== "terraform") for (const [path, around] of await aroundIt(workspace, form)) texts.set(path, around);
  await refuseExisting(target, [...texts.keys()], out);
  await makeDirectories(target, [...texts.keys()]);
  const writes = [...texts].map(([path, after]): FileWrite => ({ path, before: undefined, after }));
  await writeTogether(target, writes);
  return [...texts.keys()];
}

/** What a program gives out and accord.yaml does not, as accord.yaml says it. */
export function outputsOfProgram({ outputs, stack }: Pick<Workspace, "outputs" | "stack">): Spec {
  const own = outputs.filter((output) => !stack.outputs.includes(output));
  return Object.fromEntries(own.map((output) => [output.name, said(output)]));
}

function said({ value, description, sensitive }: DeclaredOutput): Spec {
  return { value, ...(description === undefined ? {} : { description }), ...(sensitive ? { sensitive } : {}) };
}

/** accord.yaml, what environments say differently, and the policies. State, its ledger and installed packages stay. */
async function aroundIt(workspace: Workspace, form: Form): Promise<ReadonlyMap<string, string>> {
  const files = filesBelow(workspace.directory);
  const root = await files.readDirectory("");
  const own = root.map(({ name }) => name).filter((name) => /^accord(?:\.[A-Za-z0-9_-]+)?\.ya?ml$/.test(name));
  const paths = [...own, ...(await below(files, "policies"))];
  const texts = await Promise.all(paths.map(async (path) => [path, (await files.readFile(path)) ?? ""] as const));
  const added = form === "yaml" ? outputsOfProgram(workspace) : {};
  const settings = withMembers(new Map(texts).get(STACK_FILE) ?? "", "outputs", added, STACK_FILE);
  if (settings === undefined) throw noPlaceForOutputs(Object.keys(added), workspace);
  return new Map([...texts, [STACK_FILE, settings]]);
}

async function below(files: StackFiles, directory: string): Promise<readonly string[]> {
  const entries = await files.readDirectory(directory);
  const found = await Promise.all(
    entries.map(({ name, type }) =>
      type === "directory" ? below(files, `${directory}/${name}`) : [`${directory}/${name}`],
    ),
  );
  return found.flat();
}

async function refuseExisting(target: string, paths: readonly string[], out: string): Promise<void> {
  const there: string[] = [];
  for (const path of paths) {
    const found = await onDisk(`Looking at ${path}`, () => stat(join(target, path)).catch(() => undefined));
    if (found !== undefined) there.push(path);
  }
  if (there.length === 0) return;
  throw new ProblemError({
    code: "not-overwritten",
    message: `${out} holds ${listed(there)} already, and nothing was written.`,
    hint: "Name a directory that is not there yet, or remove what is in it.",
  });
}

function intoItself(out: string): ProblemError {
  return new ProblemError({
    code: "usage",
    message: `${out} is the stack itself: both forms would declare the same objects there.`,
    hint: "Name another directory, compare the plans, and put its files into the place of these.",
  });
}

function noPlaceForOutputs(names: readonly string[], { stack }: Workspace): ProblemError {
  const source = stack.sources.get("/outputs");
  return new ProblemError({
    code: "no-place",
    message: `The outputs ${listed(names)} of the program have no place in accord.yaml.`,
    hint: "Write `outputs:` there as a block, a line for each, without braces.",
    ...(source === undefined ? {} : { source }),
  });
}
