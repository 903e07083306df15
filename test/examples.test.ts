/** What we ship as an example is valid, and its README shows the plan that it really gives. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { accordIn } from "./support/run.ts";

const root = new URL("../examples", import.meta.url).pathname;

const entries = await readdir(root, { withFileTypes: true });
const examples = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

let copy: string | undefined;
afterEach(async () => {
  if (copy !== undefined) await rm(copy, { recursive: true, force: true });
});

async function copyOf(example: string): Promise<string> {
  copy = await mkdtemp(join(tmpdir(), "accord-example-"));
  await cp(join(root, example), copy, { recursive: true });
  return copy;
}

test("every example is one that `accord init --example` finds, and is in the list", async () => {
  expect(examples.length).toBeGreaterThan(0);
  const list = await readFile(join(root, "README.md"), "utf8");
  for (const example of examples) {
    expect(await readdir(join(root, example))).toEqual(expect.arrayContaining(["accord.yaml", "README.md"]));
    expect(list).toContain(`\`${example}/\``);
  }
});

describe.each(examples)("%s", (example) => {
  test("is valid, offline and without a credential", async () => {
    const accord = accordIn(await copyOf(example));
    expect(await accord("validate")).toEqual({ code: 0, stdout: expect.stringMatching(/^Valid: /), stderr: "" });
  });

  test("plans what its README shows", async () => {
    const directory = await copyOf(example);
    const planned = await accordIn(directory)("plan", "--sandbox");
    expect(planned.code, planned.stderr).toBe(0);
    const shown = shownIn(await readFile(join(root, example, "README.md"), "utf8"));
    expect(comparable(shown)).toBe(comparable(planned.stdout));
  });
});

/** The fenced block that is a plan. */
function shownIn(readme: string): string {
  const block = /^```\n(Plan: [\s\S]*?)^```$/m.exec(readme)?.[1];
  if (block === undefined) throw new Error("The README shows no plan");
  return block;
}

/**
 * Without what differs from run to run: ConductorOne's ids (27 letters and digits) hold the moment and chance, and how
 * many calls two lookups at the same time share is a matter of timing.
 */
function comparable(plan: string): string {
  return plan.replaceAll(/\b[0-9A-Za-z]{27}\b/g, "<id>").replace(/^Calls made: .*$/m, "Calls made: …");
}
