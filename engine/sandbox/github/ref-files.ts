/** ⇄ The refs of a bare repository, from its files: they are asked for before every answer, too often for a process. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const SHA = /^[0-9a-f]{40}$/;

/** Full name → commit, below a prefix such as `refs/heads/`. */
export async function readRefs(directory: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const refs = new Map([...(await packed(directory))].filter(([name]) => name.startsWith(prefix)));
  // What has a file of its own was written later.
  for (const name of await filesBelow(directory, prefix)) {
    const sha = (await textOf(join(directory, name))).trim();
    if (SHA.test(sha)) refs.set(name, sha);
  }
  return refs;
}

/** Undefined where there is none of that name. */
export async function readRef(directory: string, name: string): Promise<string | undefined> {
  // As git has it, and nothing beside the repository is ever read.
  if (!name.startsWith("refs/") || name.includes("..")) return undefined;
  const sha = (await textOf(join(directory, name))).trim();
  return SHA.test(sha) ? sha : (await packed(directory)).get(name);
}

async function packed(directory: string): Promise<Map<string, string>> {
  const lines = (await textOf(join(directory, "packed-refs"))).split("\n").map((line) => line.split(" "));
  // Comments, and the commits of tags, begin otherwise.
  return new Map(lines.flatMap(([sha = "", name = ""]): [string, string][] => (SHA.test(sha) ? [[name, sha]] : [])));
}

async function filesBelow(directory: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, prefix), { recursive: true, withFileTypes: true }).catch(noneIfMissing);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

function noneIfMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}

/** A ref may go away, or be packed, while it is looked for. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR", "EISDIR"].includes(String(error.code));
}
