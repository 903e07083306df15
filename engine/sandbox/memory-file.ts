/**
 * ⇄ Every tenant's memory and their common time in one file, so that what one tenant did in another (a grant that C1
 * provisions in Okta) is saved with both or with neither.
 */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ProblemError } from "../problem.ts";

export interface SavedTenants {
  /** Tenant time minus wall time, milliseconds. */
  readonly offset: number;
  /** What each emulator's `save()` gave. */
  readonly tenants: Readonly<Record<string, unknown>>;
}

const VERSION = 1;

export function memoryFile(directory: string): string {
  return join(directory, "tenants.json");
}

/** Undefined where nothing was saved yet. */
export async function loadTenants(directory: string): Promise<SavedTenants | undefined> {
  const text = await textOf(memoryFile(directory));
  if (text === undefined) return undefined;
  const saved = savedTenants(text);
  if (saved !== undefined) return saved;
  throw new ProblemError({
    code: "sandbox-unreadable",
    message: `${memoryFile(directory)} is not a sandbox that this version can read.`,
    hint: "`accord sandbox reset` starts anew.",
  });
}

export async function saveTenants(directory: string, saved: SavedTenants): Promise<void> {
  await replaceFile(memoryFile(directory), tenantsText(saved));
}

export function tenantsText(saved: SavedTenants): string {
  return JSON.stringify({ version: VERSION, ...saved });
}

/** Readers see the old content or the new one; only the owner sees either, since credentials are in it. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.new`;
  try {
    const file = await open(fresh, "w", 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Undefined where there is no such file. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined for anything that this version did not write. */
export function savedTenants(text: string): SavedTenants | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("version" in value) || value.version !== VERSION)
    return undefined;
  if (!("offset" in value) || typeof value.offset !== "number") return undefined;
  if (!("tenants" in value) || typeof value.tenants !== "object" || value.tenants === null) return undefined;
  return { offset: value.offset, tenants: { ...value.tenants } };
}
