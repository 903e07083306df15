/** ⇄ Lock records as files `lock/<number>.json`, made by an exclusive link: whole, or not at all. */
import { claimFile, type Files, onDisk, replaceFile } from "./files.ts";
import { encodeLock, type Locks } from "./locks.ts";

/** Records kept below the newest, so that a number is not free again while somebody slow may still claim it. */
const KEPT = 16;

export function fileLocks(directory: string, files: Files): Locks {
  const pathOf = (token: number): string => `${directory}/${token}.json`;
  const tokens = async (): Promise<readonly number[]> =>
    (await files.list(directory)).flatMap((name) => {
      const token = /^(\d+)\.json$/.exec(name)?.[1];
      return token === undefined ? [] : [Number(token)];
    });

  return {
    newest: () =>
      onDisk(`Reading the lock in ${directory}`, async () => {
        const token = Math.max(0, ...(await tokens()));
        if (token === 0) return undefined;
        const content = await files.read(pathOf(token));
        return { token, content: content?.toString("utf8") ?? "" };
      }),
    claim: (token, record) =>
      onDisk(`Writing the lock in ${directory}`, async () => {
        await files.makeDirectory(directory);
        if (!(await claimFile(files, pathOf(token), encodeLock(record)))) return false;
        for (const old of await tokens()) if (old < token - KEPT) await files.remove(pathOf(old));
        return true;
      }),
    update: (token, record) =>
      onDisk(`Writing the lock in ${directory}`, () => replaceFile(files, pathOf(token), encodeLock(record))),
  };
}
