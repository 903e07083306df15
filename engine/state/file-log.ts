/** ⇄ A log as a file of JSON lines. Opened for each append: no handle outlives a call. */
import { dirname } from "node:path";
import type { Lease, Log } from "./backend.ts";
import { type Files, onDisk, replaceFile } from "./files.ts";

const NEWLINE = 0x0a;

/** `fence` throws unless the lease is the newest. */
export function fileLog(path: string, files: Files, fence: (lease: Lease) => Promise<void>): Log {
  let ready = false;
  let failed: unknown;

  /** An editor may have taken the last line break away; a torn line was dropped by whoever opened the log. */
  const prepare = async (): Promise<void> => {
    const content = await files.read(path);
    if (content === undefined) {
      await files.makeDirectory(dirname(path));
      await files.append(path, "");
      await files.syncDirectory(dirname(path));
    } else if (content.length > 0 && content.at(-1) !== NEWLINE) {
      await files.append(path, "\n");
    }
    ready = true;
  };

  return {
    name: path,
    async append(lines, lease) {
      // After a failed write or fsync nobody knows what is on disk, and a second fsync would lie: reopen to find out.
      if (failed !== undefined) throw failed;
      await fence(lease);
      try {
        await onDisk(`Writing ${path}`, async () => {
          if (!ready) await prepare();
          await files.append(path, joined(lines));
        });
      } catch (error) {
        failed = error;
        throw error;
      }
    },
    async readAll() {
      const content = await onDisk(`Reading ${path}`, () => files.read(path));
      const lines = (content?.toString("utf8") ?? "").split("\n");
      return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
    },
    readBack: () => readBack(path, files),
    async replace(lines, lease) {
      await fence(lease);
      await onDisk(`Writing ${path}`, async () => {
        await files.makeDirectory(dirname(path));
        await replaceFile(files, path, joined(lines));
      });
      ready = true;
      failed = undefined;
    },
  };
}

/** Bytes read at once: some hundred events. */
const PIECE = 256 * 1024;

async function* readBack(path: string, files: Files): AsyncIterable<readonly string[]> {
  let end = (await onDisk(`Reading ${path}`, () => files.size(path))) ?? 0;
  /** The bytes of lines whose beginning is not read yet. */
  let open = Buffer.alloc(0);
  while (end > 0) {
    const from = Math.max(0, end - PIECE);
    const part = await onDisk(`Reading ${path}`, () => files.readPart(path, from, end));
    const bytes = Buffer.concat([part, open]);
    end = from;
    // What stands before the first line break may begin in an earlier piece.
    const first = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (from > 0 && first === 0) {
      open = bytes;
      continue;
    }
    open = bytes.subarray(0, first);
    const lines = bytes.subarray(first).toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    if (lines.length > 0) yield lines;
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
