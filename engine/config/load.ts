/** ⇄ Finds a stack's files through a port and parses them. Every problem of every file at once, in a stable order. */
import { compareText } from "../address.ts";
import type { Source } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { listed, nearest } from "../words.ts";
import type { Entry, StackFiles } from "./files.ts";
import { parseYaml, type YamlDocument } from "./yaml.ts";

export const STACK_FILE = "accord.yaml";
/** A program beside it, which declares as documents do. */
export const PROGRAM_FILE = "stack.ts";
const OVERRIDE = /^accord\.([A-Za-z0-9_-]+)\.ya?ml$/;
/** Open files at a time. */
const AT_ONCE = 32;

export interface LoadedStack {
  readonly file: YamlDocument;
  /** `accord.<env>.yaml` of the environment asked for. */
  readonly override?: YamlDocument;
  readonly environment?: string;
  readonly documents: readonly YamlDocument[];
  /** Is there a program that declares more? */
  readonly program: boolean;
}

export interface LoadOptions {
  /** False: accord.yaml and its environment only; the resource documents are not even parsed. */
  readonly documents?: boolean;
}

export async function loadStack(
  files: StackFiles,
  environment?: string,
  options: LoadOptions = {},
): Promise<LoadedStack> {
  const problems: Problem[] = [];
  const root = await files.readDirectory("");
  if (!root.some((entry) => entry.name === STACK_FILE)) throw new ProblemError(noStack(root));
  const override = overrideFor(root, environment, problems);
  const paths = options.documents === false ? [] : await documentPaths(files, root);
  const wanted = [STACK_FILE, ...(override === undefined ? [] : [override]), ...paths];
  const parsed = await inBatches(wanted, async (path) => [path, await parseFile(files, path, problems)] as const);
  const documents = new Map(parsed);
  const file = single(documents, STACK_FILE, problems);
  const overriding = override === undefined ? undefined : single(documents, override, problems);
  if (problems.length > 0 || file === undefined) throw new ProblemError(inOrder(problems));
  return {
    file,
    ...(overriding === undefined ? {} : { override: overriding }),
    ...(environment === undefined ? {} : { environment }),
    documents: paths.flatMap((path) => documents.get(path) ?? []),
    program:
      options.documents !== false && root.some(({ name, type }) => name === PROGRAM_FILE && type !== "directory"),
  };
}

/** Below the stack: any YAML file but its own, those of `policies/`, hidden and installed ones, and of nested stacks. */
async function documentPaths(files: StackFiles, root: readonly Entry[]): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (directory: string, entries: readonly Entry[]): Promise<void> => {
    for (const { name, type } of entries) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (name.startsWith(".")) continue;
      if (type === "directory") {
        if (name === "node_modules" || path === "policies") continue;
        const inside = await files.readDirectory(path);
        if (!inside.some((entry) => entry.name === STACK_FILE)) await walk(path, inside);
      } else if (/\.ya?ml$/.test(name) && type !== "other") {
        if (directory !== "" || (name !== STACK_FILE && !OVERRIDE.test(name))) found.push(path);
      }
    }
  };
  await walk("", root);
  return found.sort(compareText);
}

function overrideFor(root: readonly Entry[], environment: string | undefined, problems: Problem[]): string | undefined {
  if (environment === undefined) return undefined;
  const known = new Map(root.flatMap(({ name }) => (OVERRIDE.test(name) ? [[OVERRIDE.exec(name)?.[1], name]] : [])));
  const file = known.get(environment);
  if (file !== undefined || known.size === 0) return file;
  // A stack that names its environments has none beside them: a typo would start with an empty state.
  const names = [...known.keys()].filter((name) => name !== undefined);
  problems.push({
    code: "unknown-environment",
    message: `There is no environment ${environment}: accord.${environment}.yaml does not exist.`,
    hint: `${nearest(environment, names)} The stack has ${listed(names)}; add accord.${environment}.yaml for a new one.`.trim(),
    source: { file: STACK_FILE, line: 1, column: 1 },
  });
  return undefined;
}

async function parseFile(files: StackFiles, path: string, problems: Problem[]): Promise<readonly YamlDocument[]> {
  try {
    const text = await files.readFile(path);
    if (text === undefined) throw new ProblemError({ ...vanished(path), source: start(path) });
    // A `---` too many declares nothing and loses nothing; a file that holds nothing at all is another matter.
    const documents = parseYaml(text, path).filter((document) => document.value !== null);
    if (documents.length === 0) problems.push(empty(path));
    return documents;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

function single(
  documents: ReadonlyMap<string, readonly YamlDocument[]>,
  path: string,
  problems: Problem[],
): YamlDocument | undefined {
  const [first, second] = documents.get(path) ?? [];
  if (second !== undefined) {
    problems.push({
      code: "several-documents",
      message: `${path} describes the stack and holds one document; a second one begins here.`,
      hint: "Move it into a file of its own, beside this one.",
      source: second.source,
    });
  }
  return first;
}

async function inBatches<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<readonly Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}

function noStack(root: readonly Entry[]): Problem {
  const misnamed = root.find(({ name }) => /^accord\.yml$/i.test(name) || name.toLowerCase() === STACK_FILE);
  return {
    code: "no-stack",
    message: `There is no ${STACK_FILE} in this directory, so it is no stack.`,
    hint:
      misnamed === undefined
        ? "Run `accord init` to write one, or name the stack's directory with --dir."
        : `Rename ${misnamed.name} to ${STACK_FILE}.`,
  };
}

/** More often an accident than a wish to delete everything that it declared. */
function empty(path: string): Problem {
  return {
    code: "empty-document",
    message: `${path} is empty: it declares nothing.`,
    hint:
      path === STACK_FILE
        ? "Write version, stack and providers, or remove it and run `accord init`."
        : "Restore what it declared, or remove the file.",
    source: start(path),
  };
}

function vanished(path: string): Problem {
  return {
    code: "missing-file",
    message: `${path} cannot be read: it is a directory, or a link that leads nowhere.`,
    hint: "Restore the file or remove it.",
  };
}

function start(file: string): Source {
  return { file, line: 1, column: 1 };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => compareText(a.source?.file ?? "", b.source?.file ?? "") || line(a) - line(b));
}

function line(problem: Problem): number {
  return problem.source?.line ?? 0;
}
