/** ⇄ `init --github`: the workflows and the action of the pull-request flow, copied into the repository around a stack. */
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { askGit } from "../../git.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { errnoOf } from "../../state/files.ts";
import { listed } from "../../words.ts";
import type { Invocation } from "../invocation.ts";

const FLOWS = ["plan", "apply", "drift", "queue", "reviewed"];
const ACTION = ".github/actions/accord/action.yml";
/** The line of a template that names the branch whose pushes are merges. */
const PUSHED = "branches: [main] # the default branch";

export interface Workflows {
  /** From the repository's root. */
  readonly paths: readonly string[];
  /** Writes what is not there yet, and says what is left to do on GitHub. */
  write(): Promise<void>;
}

/** A file that is there and differs is a problem: somebody has changed it, or it is of another version. */
export async function findWorkflows(invocation: Invocation): Promise<Workflows> {
  const { world, voice } = invocation;
  const stack = stackDirectory(invocation);
  const options = { env: world.env, signal: world.signal };
  const near = (await isThere(stack)) ? stack : world.cwd;
  const found = await askGit(near, ["rev-parse", "--show-toplevel"], options);
  if (found.code !== 0) throw new ProblemError(noRepository(near));
  const root = found.text.trim();
  const head = await askGit(root, ["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"], options);
  const branch = head.code === 0 ? head.text.trim().replace(/^origin\//, "") : "main";
  const files = await templates(branch);
  const missing: (readonly [path: string, text: string])[] = [];
  const problems: Problem[] = [];
  for (const [path, text] of files) {
    const there = await textOf(join(root, path));
    if (there === undefined) missing.push([path, text]);
    else if (there !== text) problems.push(differs(join(root, path)));
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return {
    paths: files.map(([path]) => path),
    async write() {
      for (const [path, text] of missing) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text, { flag: "wx" });
      }
      voice.say(
        missing.length === 0
          ? `The workflows are in ${root} already.`
          : `Wrote ${listed(missing.map(([path]) => path))} in ${root}.`,
      );
      const settings = (await textOf(join(stack, "accord.yaml"))) ?? "";
      for (const line of nextSteps(settings, branch, files.map(([, text]) => text).join("\n"))) voice.say(line);
    },
  };
}

export async function hasStack(invocation: Invocation): Promise<boolean> {
  return isThere(join(stackDirectory(invocation), "accord.yaml"));
}

function stackDirectory({ world, arguments: given }: Invocation): string {
  return resolve(world.cwd, given.text("dir") ?? ".");
}

async function templates(branch: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const shipped = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  const flows = FLOWS.map(async (name) => {
    const text = await readFile(join(shipped, `.github/accord/${name}.yml`), "utf8");
    return [
      `.github/workflows/accord-${name}.yml`,
      branch === "main" ? text : text.replace(PUSHED, `branches: [${JSON.stringify(branch)}] # the default branch`),
    ] as const;
  });
  return [...(await Promise.all(flows)), [ACTION, await readFile(join(shipped, ACTION), "utf8")]];
}

/** What files cannot say: who gets the secrets, and what a merge takes. */
function nextSteps(settings: string, branch: string, workflows: string): readonly string[] {
  const named = [
    ...new Set([...settings.matchAll(/\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g)].flatMap(([, name]) => name ?? [])),
  ];
  const passed = (name: string): boolean => workflows.includes(`  ${name}: `) || name.startsWith("ACTIONS_ID_TOKEN_");
  const secrets = named.filter((name) => !/^ACTIONS_ID_TOKEN_|^C1_OIDC_TOKEN$/.test(name));
  const unpassed = secrets.filter((name) => !passed(name));
  return [
    "Next:",
    `- On GitHub, make the environment accord, for the branch ${branch} alone, without reviewers.`,
    `- Give it the secrets ${listed(["ACCORD_STATE_KEY", ...secrets])}; the first is made by: openssl rand -base64 32`,
    ...(unpassed.length === 0
      ? []
      : [`- Pass on ${listed(unpassed)} in each workflow, beside the secrets that stand there.`]),
    ...(/^state:/m.test(settings) ? [] : ["- Write into accord.yaml: state: { backend: git }"]),
    `- Protect ${branch}: pull requests with a review, the check accord, and code owners for .github and accord.yaml.`,
    `- Commit all of it to ${branch}. What is there judges every pull request after it.`,
  ];
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function differs(path: string): Problem {
  return {
    code: "file-differs",
    message: `${path} is there already, and differs from what would be written.`,
    hint: "Nothing was written. To have it anew, move yours away, run accord init --github again, and compare the two.",
  };
}

function noRepository(directory: string): Problem {
  return {
    code: "no-repository",
    message: `${directory} is in no Git repository, and GitHub finds workflows at the root of one.`,
    hint: "Run git init first, or begin in a clone.",
  };
}
