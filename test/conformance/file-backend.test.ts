import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll } from "vitest";
import { fileBackend } from "../../engine/state/file.ts";
import { type BackendStorage, backendConformance } from "./backend.ts";
import { ledgerConformance } from "./ledger.ts";

const made: string[] = [];

async function fresh(): Promise<BackendStorage> {
  const stack = await mkdtemp(`${tmpdir()}/accord-backend-`);
  made.push(stack);
  const directory = `${stack}/.accord/prod`;
  return { open: (process) => fileBackend({ directory, stack: "acme", environment: "prod", ...process }) };
}

afterAll(async () => {
  for (const stack of made) await rm(stack, { recursive: true });
});

backendConformance("file", fresh);
ledgerConformance("file", fresh);
