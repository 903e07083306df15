/** ⇄ Files that commands write for people. */
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ProblemError } from "../problem.ts";
import { diskProblem, errnoOf, onDisk, temporary } from "../state/files.ts";

/** Whole or not at all. Only the owner may read it: a plan names people. */
export async function writeOut(cwd: string, path: string, content: string): Promise<void> {
  const target = resolve(cwd, path);
  const fresh = temporary(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(fresh, content, { mode: 0o600 });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    if (errnoOf(error) === "EISDIR") throw aDirectory(path, error);
    throw (
      diskProblem(error, `Writing ${path}`) ??
      new ProblemError(
        {
          code: "cannot-write",
          message: `${path} cannot be written (${errnoOf(error) ?? String(error)}).`,
          hint: "Choose another place.",
        },
        { cause: error },
      )
    );
  }
}

/** What was made before, or nothing yet: anything else is somebody's work, and no plan is worth it. */
export async function refuseOverwrite(cwd: string, path: string, isOurs: (text: string) => boolean): Promise<void> {
  const target = resolve(cwd, path);
  const found = await onDisk(`Writing ${path}`, () => stat(target).catch(unlessThere));
  if (found === undefined) return;
  if (found.isDirectory()) throw aDirectory(path);
  const text = found.isFile() && found.size > 0 ? await onDisk(`Reading ${path}`, () => readFile(target, "utf8")) : "";
  if (found.isFile() && (text === "" || isOurs(text))) return;
  throw new ProblemError({
    code: "not-overwritten",
    message: `${path} is there already, and is no saved plan.`,
    hint: "Choose another name, or remove it first.",
  });
}

function unlessThere(error: unknown): undefined {
  const code = errnoOf(error);
  if (code !== "ENOENT") throw error;
}

function aDirectory(path: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { code: "cannot-write", message: `${path} is a directory.`, hint: "Name a file." },
    cause === undefined ? {} : { cause },
  );
}
