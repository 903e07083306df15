import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testClock } from "../support/clock.ts";
import { accordIn } from "../support/run.ts";

/** What a plan would do: places are those of a file, and C1's ids of a moment. */
async function planned(directory: string): Promise<unknown> {
  const { stdout, stderr } = await accordIn(directory, { clock: testClock() })("plan", "--sandbox", "--format", "json");
  expect(stderr).not.toContain("✗");
  const { resource_changes } = JSON.parse(stdout);
  const text = JSON.stringify(resource_changes, (key, value) => (key === "source" ? undefined : value));
  return JSON.parse(text.replaceAll(/\b[0-9A-Za-z]{27}\b/g, "<id>"));
}

test.each(["on-call", "zendesk-support", "entra-joiner"])(
  "%s is converted to a program and back, and its plan stays",
  async (example) => {
    const directory = await mkdtemp(join(tmpdir(), "accord-convert-"));
    try {
      const from = join(import.meta.dirname, "../../examples", example);
      await cp(from, directory, { recursive: true, filter: (path) => !path.endsWith(".accord") });
      const documents = await planned(directory);
      const { stdout: program } = await accordIn(directory)("convert", "--to", "typescript");
      const settings = await readFile(join(directory, "accord.yaml"), "utf8");
      await rm(directory, { recursive: true });
      await cp(join(from, "accord.yaml"), join(directory, "accord.yaml"));
      await writeFile(join(directory, "stack.ts"), program);
      expect(await planned(directory), program).toEqual(documents);
      const { stdout: back } = await accordIn(directory)("convert", "--to", "yaml");
      await rm(directory, { recursive: true });
      await cp(join(from, "accord.yaml"), join(directory, "accord.yaml"));
      expect(await readFile(join(directory, "accord.yaml"), "utf8")).toBe(settings);
      await writeFile(join(directory, "stack.yaml"), back);
      expect(await planned(directory), back).toEqual(documents);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
);
