import type { Files } from "../../../engine/state/files.ts";

/** Where and how the disk fails: at the `at`th operation that changes something, counted from 1. */
export interface Fault {
  readonly at: number;
  /** Throws, or ends the process. */
  blow(operation: string): never;
}

/** Files that fail once `start` was called: a write that fails has written the first half. */
export function faulty(files: Files, fault: Fault): Files & { start(): void; struck(): boolean } {
  let left = Number.POSITIVE_INFINITY;
  let struck = false;
  const reach = (): boolean => {
    left -= 1;
    return left === 0;
  };
  const blow = (operation: string): never => {
    struck = true;
    return fault.blow(operation);
  };
  const half = (content: string): string => content.slice(0, content.length / 2);
  return {
    ...files,
    start: () => {
      left = fault.at;
    },
    struck: () => struck,
    async write(path, content) {
      const failing = reach();
      await files.write(path, failing ? half(content) : content);
      if (failing) blow("write");
    },
    async append(path, content) {
      const failing = reach();
      await files.append(path, failing ? half(content) : content);
      if (failing) blow("append");
    },
    rename: async (from, to) => (reach() ? blow("rename") : files.rename(from, to)),
    link: async (from, to) => (reach() ? blow("link") : files.link(from, to)),
    remove: async (path) => (reach() ? blow("remove") : files.remove(path)),
    makeDirectory: async (path) => (reach() ? blow("makeDirectory") : files.makeDirectory(path)),
    syncDirectory: async (path) => (reach() ? blow("syncDirectory") : files.syncDirectory(path)),
  };
}

/** What the system says when it refuses. */
export function refusal(code: string): () => never {
  return () => {
    throw Object.assign(new Error(`${code}: refused`), { code });
  };
}
