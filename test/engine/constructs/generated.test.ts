import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedModules } from "../../../engine/constructs/generate.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "engine/constructs/generated");
const manifest: { readonly exports: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

test("the constructs are what the schemas say: run `npm run generate:constructs` after changing one", () => {
  const modules = generatedModules();
  expect(readdirSync(folder).sort()).toEqual([...modules.keys()].sort());
  for (const [file, text] of modules) expect(readFileSync(join(folder, file), "utf8"), file).toBe(text);
});

test("every provider's constructs are an entry point of the package", () => {
  for (const file of readdirSync(folder))
    expect(Object.keys(manifest.exports)).toContain(`./${file.replace(".ts", "")}`);
});

test("no type is any, and every field has a comment", () => {
  for (const [file, text] of generatedModules()) {
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      expect(line.replace(/\/\*\*.*\*\//, "").replaceAll(/"[^"]*"/g, ""), file).not.toMatch(/\bany\b/);
      if (/^ +readonly [a-zA-Z"]+\??: /.test(line) && !line.includes("readonly kind ="))
        expect(lines[index - 1], `${file}: ${line}`).toMatch(/\/\*\* .+ \*\//);
    }
  }
});

test("programs are checked as they are written: the examples hold, and mistakes do not", () => {
  const tsc = (project: string): string => {
    try {
      return execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", join(root, project)], { encoding: "utf8" });
    } catch (error) {
      return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    }
  };
  expect(tsc("examples/typescript")).toBe("");
  expect(
    tsc("test/engine/constructs/mistakes")
      .replaceAll(/\(\d+,\d+\)/g, "")
      .split("\n")
      .filter((line) => /error/.test(line)),
  ).toMatchInlineSnapshot(`
    [
      "test/engine/constructs/mistakes/stack.ts: error TS2561: Object literal may only specify known properties, but 'nam' does not exist in type 'GroupSpec'. Did you mean to write 'name'?",
      "test/engine/constructs/mistakes/stack.ts: error TS2741: Property 'name' is missing in type '{}' but required in type 'GroupSpec'.",
      "test/engine/constructs/mistakes/stack.ts: error TS2322: Type 'Policy' is not assignable to type 'Group | GroupLookup'.",
      "test/engine/constructs/mistakes/stack.ts: error TS2322: Type '"keep"' is not assignable to type '"leave" | "revoke-all" | "revoke-unjustified" | undefined'.",
      "test/engine/constructs/mistakes/stack.ts: error TS2353: Object literal may only specify known properties, and 'displayName' does not exist in type '{ readonly entitlements?: CollectionMode; readonly ownerEntitlements?: CollectionMode; readonly owners?: CollectionMode; readonly "requests.visibleTo"?: CollectionMode; }'.",
    ]
  `);
});
