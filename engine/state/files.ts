/** ⇄ The few file operations that a backend needs, as a port: tests fill the disk behind it. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Problem, ProblemError } from "../problem.ts";

export interface Files {
  /** Undefined where there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Bytes in the file; undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** The bytes from `from` up to, not including, `to`; fewer where the file ends before. */
  readPart(path: string, from: number, to: number): Promise<Buffer>;
  /** Makes or overwrites the file; its bytes are on disk when it resolves. */
  write(path: string, content: string): Promise<void>;
  /** Makes the file where there is none; the bytes are on disk when it resolves. */
  append(path: string, content: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same file; false where `to` is taken or `from` is not there. */
  link(from: string, to: string): Promise<boolean>;
  /** Removing what is not there is fine. */
  remove(path: string): Promise<void>;
  /** Names in a directory; none where there is no such directory. */
  list(directory: string): Promise<readonly string[]>;
  makeDirectory(path: string): Promise<void>;
  /** Renames, links and new names in it are on disk when it resolves. */
  syncDirectory(path: string): Promise<void>;
}

/** The machine's own disk. */
export const disk: Files = {
  read: (path) => unlessMissing(readFile(path), undefined),
  size: (path) =>
    unlessMissing(
      stat(path).then((found) => found.size),
      undefined,
    ),
  async readPart(path, from, to) {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },
  write: (path, content) => durably(path, "w", content),
  append: (path, content) => durably(path, "a", content),
  rename: (from, to) => rename(from, to),
  async link(from, to) {
    try {
      await link(from, to);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST" || errnoOf(error) === "ENOENT") return false;
      throw error;
    }
  },
  remove: (path) => rm(path, { force: true }),
  list: (directory) => unlessMissing(readdir(directory), []),
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async syncDirectory(path) {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/**
 * Replaces a file so that every reader, and every crash, sees the old content or the new. `keep` names the file that
 * goes on holding the old one.
 */
export async function replaceFile(files: Files, path: string, content: string, keep?: string): Promise<void> {
  const fresh = temporary(path);
  try {
    await files.write(fresh, content);
    if (keep !== undefined) await keepOld(files, path, keep);
    await files.rename(fresh, path);
  } catch (error) {
    await removeAfter(error, files, fresh);
    throw error;
  }
  await files.syncDirectory(dirname(path));
}

/** Makes a file with all its content at once; false, and nothing changed, where there is one already. */
export async function claimFile(files: Files, path: string, content: string): Promise<boolean> {
  const fresh = temporary(path);
  try {
    await files.write(fresh, content);
    return await files.link(fresh, path);
  } finally {
    await files.remove(fresh);
  }
}

/** A name beside `path` that no other process uses, even one with our pid in another container. */
export function temporary(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.tmp`;
}

/** What a killed process left behind of its `temporary` files for `path`. */
export async function sweep(files: Files, path: string): Promise<void> {
  const directory = dirname(path);
  const leftovers = (await files.list(directory))
    .map((name) => `${directory}/${name}`)
    .filter((name) => name.startsWith(`${path}.`) && name.endsWith(".tmp"));
  for (const leftover of leftovers) await files.remove(leftover);
}

/** What a failing disk means for the user; errors that are no matter of the disk pass through. */
export function diskProblem(error: unknown, doing: string): ProblemError | undefined {
  const code = errnoOf(error);
  const next = code === undefined ? undefined : NEXT[code];
  if (code === undefined || next === undefined) return undefined;
  const problem: Problem = { ...next, message: `${doing}: ${next.message} (${code}).` };
  return new ProblemError(problem, { cause: error });
}

const FULL = { code: "disk-full", message: "the disk is full", hint: "Free some space and run the command again." };
const DENIED = {
  code: "disk-denied",
  message: "permission denied",
  hint: "Give the user that runs Accord the right to read and write there.",
};

const IN_THE_WAY = { code: "disk-in-the-way", hint: "Move away what stands there, and run the command again." };

const NEXT: Readonly<Record<string, Problem>> = {
  ENOSPC: FULL,
  // A limit on file size (ulimit -f, RLIMIT_FSIZE) is met like the end of the disk.
  EFBIG: { ...FULL, message: "the file would be larger than this process may write" },
  EDQUOT: { ...FULL, message: "the disk quota is used up" },
  EIO: { code: "disk-failed", message: "the disk reports an error", hint: "Check the disk before you go on." },
  EROFS: { ...DENIED, message: "the file system is read-only" },
  EACCES: DENIED,
  EPERM: DENIED,
  ENOTDIR: { ...IN_THE_WAY, message: "a file stands where a directory must be" },
  EISDIR: { ...IN_THE_WAY, message: "a directory stands where a file must be" },
  ELOOP: { ...IN_THE_WAY, message: "a link there leads back to itself" },
  EMFILE: { code: "disk-busy", message: "too many files are open", hint: "Raise the limit (ulimit -n) and run again." },
};

/** A failing disk met where nobody said what the file was for: its path has to do. */
export function anyDiskProblem(error: unknown): ProblemError | undefined {
  const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : "a file";
  return diskProblem(error, `Using ${path}`);
}

/** Wraps a file operation so that what the disk refuses becomes a Problem, and `doing` says what it was for. */
export async function onDisk<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskProblem(error, doing) ?? error;
  }
}

export function errnoOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return errnoOf(error.cause);
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

async function durably(path: string, flags: "w" | "a", content: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.appendFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** By a second link, so that the old content has a name at every moment. */
async function keepOld(files: Files, path: string, keep: string): Promise<void> {
  const second = temporary(path);
  if (await files.link(path, second)) await files.rename(second, keep);
}

/** The first error is the one to tell; a second one, of tidying up, goes along. */
async function removeAfter(error: unknown, files: Files, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (second) {
    throw new AggregateError([error, second], `${path} stays behind`, { cause: error });
  }
}

async function unlessMissing<T, U>(answer: Promise<T>, missing: U): Promise<T | U> {
  try {
    return await answer;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return missing;
    throw error;
  }
}
