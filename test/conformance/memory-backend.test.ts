import { memoryBackend, memoryStorage } from "../../engine/state/memory.ts";
import { type BackendStorage, backendConformance } from "./backend.ts";
import { ledgerConformance } from "./ledger.ts";

async function fresh(): Promise<BackendStorage> {
  const storage = memoryStorage();
  return { open: (process) => memoryBackend({ stack: "acme", environment: "prod", storage, ...process }) };
}

backendConformance("memory", fresh);
ledgerConformance("memory", fresh);
