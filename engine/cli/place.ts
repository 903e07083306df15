/** ⇄ Where a command works: `--dir` and `--env`, checked, since both become paths. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ProblemError } from "../problem.ts";
import type { Invocation } from "./invocation.ts";

export interface Place {
  /** The stack's, absolute. */
  readonly directory: string;
  readonly environment: string;
  /** Of this environment: `<directory>/.accord/<environment>`. */
  readonly stateDirectory: string;
  /** Checkout that the stack belongs to, where it does not lie in one itself. */
  readonly repository?: string;
}

/** That of a stack which names none. */
export const DEFAULT_ENVIRONMENT = "default";

/** As `accord.<env>.yaml` may be called, so that no name leads out of `.accord`. */
const ENVIRONMENT = /^[A-Za-z0-9_-]+$/;

export async function placeOf({ arguments: given, world }: Invocation): Promise<Place> {
  const named = given.text("dir");
  const directory = resolve(world.cwd, named ?? ".");
  if (named !== undefined && !(await isDirectory(directory))) {
    throw new ProblemError({
      code: "no-directory",
      message: `There is no directory ${named}.`,
      hint: `Check --dir; it was looked for as ${directory}.`,
    });
  }
  const environment = given.text("env") ?? DEFAULT_ENVIRONMENT;
  if (!ENVIRONMENT.test(environment)) {
    throw new ProblemError({
      code: "usage",
      message: `--env "${environment}" cannot name an environment.`,
      hint: "Use letters, digits, - and _: the name is part of file names.",
    });
  }
  return { directory, environment, stateDirectory: `${directory}/.accord/${environment}` };
}

/** Whatever keeps us from looking says so when the stack is read. */
async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : null;
  });
  return found === null || found?.isDirectory() === true;
}
