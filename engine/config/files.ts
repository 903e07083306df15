/** ⇄ The files of one stack, by `/`-separated path below its directory. A directory on disk here; a Git tree elsewhere. */
import { constants } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
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
  /** Real paths, asked once per directory. */
  const known = new Map<string, Promise<string | undefined>>();
  const realPath = (path: string): Promise<string | undefined> => {
    const asked = known.get(path) ?? orMissing(realpath(join(directory, path)));
    known.set(path, asked);
    return asked;
  };
  return {
    async readFile(path) {
      const bytes = await readInside(path, realPath).catch((error: unknown) => {
        throw unreadable(error, path);
      });
      return bytes === undefined ? undefined : decode(bytes, path);
    },
    async readDirectory(path) {
      const entries = await orMissing(readdir(join(directory, path), { withFileTypes: true })).catch(
        (error: unknown) => {
          throw unreadable(error, path === "" ? "." : path);
        },
      );
      return (entries ?? []).map((entry) => ({
        name: entry.name,
        type: entry.isFile() ? "file" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "link" : "other",
      }));
    },
  };
}

/** Reads a file whose real path is inside. Only a link costs a question of its own. */
async function readInside(
  path: string,
  realPath: (path: string) => Promise<string | undefined>,
): Promise<Uint8Array | undefined> {
  const root = await realPath("");
  const parent = await realPath(dirname(path));
  if (root === undefined || parent === undefined) return undefined;
  const isInside = (real: string): boolean => real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  const read = (real: string) => orMissing(readFile(real, { flag: constants.O_RDONLY | constants.O_NOFOLLOW }));
  if (!isInside(parent)) throw outside(path);
  try {
    return await read(join(parent, basename(path)));
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error;
    const real = await realPath(path);
    if (real === undefined) return undefined;
    if (!isInside(real)) throw outside(path);
    return read(real);
  }
}

function outside(path: string): ProblemError {
  return new ProblemError({
    code: "outside-stack",
    message: `${path} leads out of the stack directory.`,
    hint: "Copy the file into the stack: what a stack says must be reviewed with it.",
    source: { file: path, line: 1, column: 1 },
  });
}

/** A file that is there and refuses: its mode, or the disk. */
function unreadable(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof ProblemError || typeof code !== "string") return error;
  return new ProblemError(
    {
      code: "unreadable-file",
      message: code === "ELOOP" ? `${path} is a link that leads back to itself.` : `${path} cannot be read (${code}).`,
      hint: code === "ELOOP" ? "Remove it, or point it at a file of the stack." : "Check the file's owner and mode.",
      source: { file: path, line: 1, column: 1 },
    },
    { cause: error },
  );
}

function decode(bytes: Uint8Array, path: string): string {
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
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
