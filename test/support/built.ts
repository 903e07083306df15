import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The built command, for tests that need a real process. `npm test` builds it first; a lone vitest run uses what is there. */
export async function builtCommand(): Promise<string> {
  const path = fileURLToPath(new URL("../../dist/bin/accord.js", import.meta.url));
  await access(path).catch(() => {
    throw new Error("dist is missing: run `npm run build` first (npm test does)");
  });
  return path;
}
