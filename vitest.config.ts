import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Whole runs through main() on a busy machine; nothing here waits for real time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
