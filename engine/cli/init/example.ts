/** ⇄ `init --example`: copies a shipped example into an empty directory. */
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import type { Invocation } from "../invocation.ts";
import { writeIgnore } from "./ignore.ts";

/** What else belongs to a stack, where it is not there already. */
const BESIDE = ["README.md", "tsconfig.json"];

/** The story of an example is told by `npm run demo`, not by the stack. */
function isProgram(file: string): boolean {
  return file.endsWith(".ts") && file !== "story.ts";
}

/** `beside`: what else is told where `--json` asks for it. */
export async function initExample(invocation: Invocation, name: string, beside: object): Promise<void> {
  const { arguments: given, world, voice } = invocation;
  const root = join(dirname(createRequire(import.meta.url).resolve("accord-access/package.json")), "examples");
  const known = await examplesIn(root);
  if (!known.includes(name)) {
    throw new ProblemError({
      code: "unknown-example",
      message: `There is no example "${name}".`,
      hint: `${nearest(name, known)} There is ${known.join(", ")}.`.trim(),
    });
  }
  const directory = resolve(world.cwd, given.text("dir") ?? ".");
  await mkdir(directory, { recursive: true });
  const here = await readdir(directory);
  if (here.some((file) => /\.ya?ml$/.test(file))) {
    throw new ProblemError({
      code: "not-empty",
      message: "There are YAML files here already; the example would mix with them.",
      hint: "Use an empty directory: --dir DIR.",
    });
  }
  const source = join(root, name);
  const files = (await readdir(source, { recursive: true })).filter(
    (file) => /\.ya?ml$/.test(file) || isProgram(file) || (BESIDE.includes(file) && !here.includes(file)),
  );
  for (const file of files) await cp(join(source, file), join(directory, file), { force: false, errorOnExist: true });
  await writeIgnore(directory);
  if (voice.json) voice.data(JSON.stringify({ directory, example: name, files: [...files, ".gitignore"], ...beside }));
  voice.say(`The example ${name} is in ${directory}.`);
  const flag = given.flag("sandbox") ? " --sandbox" : "";
  voice.say(
    given.flag("sandbox")
      ? `Next: accord plan${flag}`
      : "Next: set the variables that accord.yaml names, then accord doctor and accord plan.",
  );
  await warnOfVariables(join(directory, "accord.yaml"), given.flag("sandbox"), invocation);
}

async function examplesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const stacks: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && (await readdir(join(root, entry.name))).includes("accord.yaml")) stacks.push(entry.name);
  }
  return stacks.sort();
}

async function warnOfVariables(file: string, sandboxed: boolean, { world, voice }: Invocation): Promise<void> {
  if (sandboxed) return;
  const text = await readFile(file, "utf8");
  const missing = [...text.matchAll(/\$\{env:([A-Z0-9_]+)\}/g)].flatMap(([, name]) =>
    name === undefined || (world.env[name] ?? "") !== "" ? [] : [name],
  );
  if (missing.length > 0) voice.say(`Not set yet: ${[...new Set(missing)].join(", ")}.`);
}
