import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Whole runs through main() on a busy machine; nothing here waits for real time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A worker loads the modules and compiles the schemas once, for all of its files; tests keep nothing in modules.
    isolate: false,
    // Emulators make short-lived objects by the million: with more room, the collector comes less often.
    execArgv: ["--max-semi-space-size=64"],
    // CI has two cores, and half of the time is spent waiting for child processes and disks.
    maxWorkers: 3,
  },
});
