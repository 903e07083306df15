/** ⇄ Objects of git as bytes: several read by one process, commits written by another, no index and no work tree. */
import { readdir } from "node:fs/promises";
import type { GitPlace } from "./git-place.ts";

export interface StoredObject {
  readonly id: string;
  readonly content: Buffer;
}

/** In the order asked; undefined for what is not there. A name is an id, or `<commit>:<path>`. */
export async function readObjects(
  place: GitPlace,
  names: readonly string[],
): Promise<readonly (StoredObject | undefined)[]> {
  if (names.length === 0) return [];
  const answer = await place.local(["cat-file", "--batch"], `${names.join("\n")}\n`);
  const objects: (StoredObject | undefined)[] = [];
  let at = 0;
  while (at < answer.length) {
    const end = answer.indexOf("\n", at);
    const [id = "", kind, size] = answer.subarray(at, end).toString("utf8").split(" ");
    at = end + 1;
    if (kind === "missing" || size === undefined) {
      objects.push(undefined);
      continue;
    }
    objects.push({ id, content: answer.subarray(at, at + Number(size)) });
    at += Number(size) + 1;
  }
  return objects;
}

export interface NewCommit {
  /** An id, or the number of a commit earlier in the list; none for the first one of its kind. */
  readonly parent?: string | number;
  /** True: what the parent holds is left out. */
  readonly anew?: boolean;
  readonly message: string;
  readonly author: string;
  /** By path: new bytes, or the id of a file that is stored already. */
  readonly files: Readonly<Record<string, Buffer | { readonly id: string }>>;
}

export interface WrittenCommit {
  readonly id: string;
  /** Ids of its files. */
  readonly files: Readonly<Record<string, string>>;
}

/** All written by one process. Ids are what counts; the refs keep the objects alive. */
export async function writeCommits(
  place: GitPlace,
  now: number,
  commits: readonly NewCommit[],
): Promise<readonly WrittenCommit[]> {
  const stream: (string | Buffer)[] = [];
  const when = `${Math.floor(now / 1_000)} +0000`;
  let marks = 0;
  const mark = (): string => {
    marks += 1;
    return `:${marks}`;
  };
  const written: { readonly own: string; readonly files: readonly (readonly [path: string, reference: string])[] }[] =
    [];
  for (const { parent, anew, message, author, files } of commits) {
    const stored = Object.entries(files).map(([path, file]) => {
      if (!Buffer.isBuffer(file)) return [path, file.id] as const;
      const own = mark();
      stream.push(`blob\nmark ${own}\ndata ${file.length}\n`, file, "\n");
      return [path, own] as const;
    });
    const own = mark();
    const from = typeof parent === "number" ? written[parent]?.own : parent;
    const text = Buffer.from(message);
    stream.push(`commit refs/written/${written.length}\nmark ${own}\nauthor ${personOf(author)} ${when}\n`);
    stream.push(`committer ${personOf("accord")} ${when}\ndata ${text.length}\n`, text, "\n");
    if (from !== undefined) stream.push(`from ${from}\n`);
    if (anew === true) stream.push("deleteall\n");
    for (const [path, reference] of stored) stream.push(`M 100644 ${reference} ${path}\n`);
    stream.push("\n");
    written.push({ own, files: stored });
  }
  for (let number = 1; number <= marks; number += 1) stream.push(`get-mark :${number}\n`);
  const input = Buffer.concat(stream.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const answer = await place.local(["fast-import", "--quiet", "--force", "--date-format=raw"], input);
  const ids = answer.toString("utf8").split("\n");
  const idOf = (reference: string): string =>
    reference.startsWith(":") ? (ids[Number(reference.slice(1)) - 1] ?? "") : reference;
  return written.map(({ own, files }) => ({
    id: idOf(own),
    files: Object.fromEntries(files.map(([path, reference]) => [path, idOf(reference)])),
  }));
}

/** As git writes people down; what would end the name is left out. */
function personOf(name: string): string {
  const plain = name.replaceAll(/[<>\p{Cc}]/gu, "").trim();
  return `${plain === "" ? "unknown" : plain} <accord@localhost>`;
}

/** As git itself guesses: objects are spread evenly over 256 folders, and this is one of them. */
const SAMPLE = "objects/17";
const MANY = 12;

/** Packs what many writes have left behind, once in some thousand objects. */
export async function tidyUp({ cache, local }: GitPlace): Promise<void> {
  const loose = await readdir(`${cache}/${SAMPLE}`).catch(() => []);
  // It is a cache: not to have it tidied costs time later, nothing else.
  if (loose.length >= MANY) await local(["gc", "--quiet"]).catch(() => undefined);
}
