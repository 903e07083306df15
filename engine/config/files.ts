/** ⇄ The files of one stack, by `/`-separated path below its directory. A directory on disk here; a Git tree elsewhere. */
import { constants } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { ProblemError } from "../problem.ts";

export interface Entry {
  readonly name: string;
  /** A link is read where it leads to a file of the stack, and never walked. */
  readonly type: "file" | "directory" | "link" | "other";
}

export interface StackFiles {
  /** Undefined where there is no such file. Throws ProblemError for one that leads out of the stack or is no text. */
  readFile(path: string): Promise<string | undefined>;
  /** In any order; empty where there is no such directory. */
  readDirectory(path: string): Promise<readonly Entry[]>;
}

export function filesBelow(directory: string): StackFiles {
  let known: Promise<string | undefined> | undefined;
  const root = (): Promise<string | undefined> => {
    known ??= orMissing(realpath(directory));
    return known;
  };
  return {
    async readFile(path) {
      const bytes = await readInside(root(), path);
      if (bytes === undefined) return undefined;
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (cause) {
        throw new ProblemError(
          {
            code: "not-text",
            message: `${path} is no UTF-8 text.`,
            hint: "Save it as UTF-8.",
            source: { file: path, line: 1, column: 1 },
          },
          { cause },
        );
      }
    },
    async readDirectory(path) {
      const entries = await orMissing(readdir(join(directory, path), { withFileTypes: true }));
      return (entries ?? []).map((entry) => ({
        name: entry.name,
        type: entry.isFile() ? "file" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "link" : "other",
      }));
    },
  };
}

/** Reads a file once its real path proved to be inside. */
async function readInside(directory: Promise<string | undefined>, path: string): Promise<Uint8Array | undefined> {
  const root = await directory;
  if (root === undefined) return undefined;
  const real = await orMissing(realpath(join(root, path)));
  if (real === undefined) return undefined;
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new ProblemError({
      code: "outside-stack",
      message: `${path} leads out of the stack directory.`,
      hint: "Copy the file into the stack: what a stack says must be reviewed with it.",
      source: { file: path, line: 1, column: 1 },
    });
  }
  return orMissing(readFile(real, { flag: constants.O_RDONLY | constants.O_NOFOLLOW }));
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
