/** ⇄ Files of the stack written together: all of them or, as far as a file system allows, none. */
import { chmod, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "../config/files.ts";
import { ProblemError } from "../problem.ts";
import { disk, errnoOf, onDisk, temporary } from "../state/files.ts";

export interface FileWrite {
  /** Below the stack's directory. */
  readonly path: string;
  /** What it held when it was read; undefined where there was none. */
  readonly before: string | undefined;
  /** Undefined where it is to go. */
  readonly after: string | undefined;
}

/** Puts back what was there before. */
export type Undo = () => Promise<void>;

export async function writeTogether(directory: string, writes: readonly FileWrite[]): Promise<Undo> {
  await refuseMoved(directory, writes);
  /** Without a fresh file, the one that is there goes. */
  const prepared: { readonly target: string; readonly fresh: string | undefined; readonly write: FileWrite }[] = [];
  const done: typeof prepared = [];
  const undo: Undo = async () => {
    for (const { target, write } of done.toReversed()) {
      await onDisk(`Putting ${write.path} back`, async () => {
        if (write.before === undefined) await disk.remove(target);
        else await replace(target, temporary(target), write.before);
      });
    }
  };
  try {
    for (const write of writes) {
      await onDisk(`Writing ${write.path}`, async () => {
        // A link stays one: what it leads to is written.
        const target = await realpath(join(directory, write.path)).catch(() => join(directory, write.path));
        const fresh = write.after === undefined ? undefined : temporary(target);
        prepared.push({ target, fresh, write });
        if (fresh === undefined || write.after === undefined) return;
        await disk.write(fresh, write.after);
        await likeBefore(target, fresh);
      });
    }
    for (const one of prepared) {
      await onDisk(`Writing ${one.write.path}`, () =>
        one.fresh === undefined ? disk.remove(one.target) : disk.rename(one.fresh, one.target),
      );
      done.push(one);
    }
    for (const folder of new Set(prepared.map(({ target }) => dirname(target)))) await disk.syncDirectory(folder);
  } catch (error) {
    for (const { fresh } of prepared) if (fresh !== undefined) await disk.remove(fresh).catch(() => undefined);
    await undo();
    throw error;
  }
  return undo;
}

/** For files that are yet to be written. */
export async function makeDirectories(directory: string, paths: readonly string[]): Promise<void> {
  for (const folder of new Set(paths.map((path) => dirname(join(directory, path))))) {
    await onDisk(`Making ${folder}`, () => mkdir(folder, { recursive: true }));
  }
}

/** Somebody's editor may have been at work since the file was read. */
async function refuseMoved(directory: string, writes: readonly FileWrite[]): Promise<void> {
  const files = filesBelow(directory);
  for (const { path, before } of writes) {
    if ((await files.readFile(path)) === before) continue;
    throw new ProblemError({
      code: "file-moved",
      message: `${path} changed while the tenants were being read.`,
      hint: "Nothing was written. Run it again.",
    });
  }
}

async function replace(target: string, fresh: string, content: string): Promise<void> {
  await disk.write(fresh, content);
  await likeBefore(target, fresh);
  await disk.rename(fresh, target);
}

/** Who may read a file is not changed by adding to it. */
async function likeBefore(target: string, fresh: string): Promise<void> {
  try {
    await chmod(fresh, (await stat(target)).mode & 0o7777);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
