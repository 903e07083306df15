/** ⇄ Files that commands write for people. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Problem, ProblemError } from "../problem.ts";
import { diskProblem, errnoOf, temporary } from "../state/files.ts";

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
    const known = diskProblem(error, `Writing ${path}`);
    if (known !== undefined) throw known;
    throw new ProblemError(cannotWrite(path, error), { cause: error });
  }
}

function cannotWrite(path: string, error: unknown): Problem {
  const code = errnoOf(error);
  if (code === "EISDIR") return { code: "cannot-write", message: `${path} is a directory.`, hint: "Name a file." };
  return {
    code: "cannot-write",
    message: `${path} cannot be written (${code ?? String(error)}).`,
    hint: "Choose another place.",
  };
}
