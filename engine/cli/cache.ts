/** ⇄ A cache in files: it may vanish at any time, and what cannot be written is simply not kept. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import type { Cache } from "../outside.ts";

export function fileCache(directory: string): Cache {
  const pathOf = (key: string): string => `${directory}/${createHash("sha256").update(key).digest("hex")}.json`;
  return {
    async get(key) {
      try {
        return await readFile(pathOf(key), "utf8");
      } catch {
        return undefined;
      }
    },
    async set(key, value) {
      const path = pathOf(key);
      const temporary = `${path}.${randomUUID().slice(0, 8)}`;
      try {
        await mkdir(directory, { recursive: true });
        await writeFile(temporary, value, { mode: 0o600 });
        await rename(temporary, path);
      } catch {
        // A full disk costs time later, nothing else: the next reader asks the vendor.
      }
    },
  };
}
