#!/usr/bin/env node
/** ⇄ The `accord` command. `--version` answers before anything else is loaded. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const path = createRequire(import.meta.url).resolve("accord-access/package.json");
const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
const version =
  typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";

if (process.argv[2] === "--version") process.stdout.write(`${version}\n`);
else {
  const [{ main }, { realWorld }, { composed }] = await Promise.all([
    import("./main.ts"),
    import("./real-world.ts"),
    import("./compose.ts"),
  ]);
  process.exitCode = await main(process.argv.slice(2), realWorld(), composed(), version);
}
