/** ⇄ `serve.json`: how another process finds the sandbox that is being served from a directory, and may move its time. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile, textOf } from "./memory-file.ts";

export interface Served {
  /** Proves that the caller may read the owner's files. */
  readonly token: string;
  /** Provider → address. */
  readonly urls: Readonly<Record<string, string>>;
}

export const CONTROL = "/_sandbox";

/** A port that something else has taken over may never answer. */
const PATIENCE = 2_000;

export async function writeServed(directory: string, served: Served): Promise<void> {
  await replaceFile(fileOf(directory), JSON.stringify(served));
}

export async function removeServed(directory: string): Promise<void> {
  await rm(fileOf(directory), { force: true });
}

/** The sandbox that answers now; a file that a killed process left behind counts for nothing. */
export async function findServed(directory: string): Promise<Served | undefined> {
  const text = await textOf(fileOf(directory));
  const served = text === undefined ? undefined : servedOf(text);
  if (served === undefined) return undefined;
  const asked = control(served, "GET", CONTROL, { signal: AbortSignal.timeout(PATIENCE) });
  const answer = await asked.catch(() => undefined);
  return answer?.ok === true ? served : undefined;
}

/** Asks the served sandbox itself, not one of its tenants. It is on this machine, so no proxy stands in between. */
export function control(
  served: Served,
  method: "GET" | "POST",
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const [base = ""] = Object.values(served.urls);
  const headers = { authorization: `Bearer ${served.token}`, "content-type": "application/json" };
  return fetch(new URL(path, base), { ...init, method, headers });
}

function fileOf(directory: string): string {
  return join(directory, "serve.json");
}

function servedOf(text: string): Served | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (!("token" in value) || typeof value.token !== "string") return undefined;
  if (!("urls" in value) || typeof value.urls !== "object" || value.urls === null) return undefined;
  const urls = Object.entries(value.urls).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return urls.length === 0 ? undefined : { token: value.token, urls: Object.fromEntries(urls) };
}
