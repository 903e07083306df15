/** ⇄ Files that commands write for people. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ProblemError } from "../problem.ts";

/** Only the owner may read it: a plan names people. */
export async function writeOut(cwd: string, path: string, content: string): Promise<void> {
  const target = resolve(cwd, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      {
        code: "cannot-write",
        message: `${path} cannot be written: ${why}.`,
        hint: "Choose another place, or make room.",
      },
      { cause: error },
    );
  }
}
