import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow } from "../../../engine/config/files.ts";
import { loadStack } from "../../../engine/config/load.ts";
import { inMemory, wrong } from "./small-world.ts";

const DOCUMENT = "kind: a/b\n";

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { documents } = await loadStack(inMemory({ "accord.yaml": "version: 1", ...files }));
  return documents.map(({ source }) => `${source.file}:${source.line}`);
}

describe("loadStack", () => {
  test("reads every YAML file below the directory, in a stable order", async () => {
    expect(
      await found({
        "z.yaml": DOCUMENT,
        "a/b.yml": `${DOCUMENT}---\n${DOCUMENT}`,
        "a.yaml": DOCUMENT,
        "a/README.md": "",
      }),
    ).toEqual([...["a.yaml:1", "a/b.yml:1", "a/b.yml:3", "z.yaml:1"]]);
  });

  test("leaves out guardrails, hidden and installed files, nested stacks and files of environments", async () => {
    const others = [
      ".github/x.yaml",
      ".hidden.yaml",
      "node_modules/x.yaml",
      "a/node_modules/x.yaml",
      "policies/x.yaml",
      "accord.prod.yaml",
    ];
    expect(
      await found({
        ...Object.fromEntries(others.map((path) => [path, DOCUMENT])),
        ...{ "nested/accord.yaml": DOCUMENT, "nested/deep/x.yaml": DOCUMENT, "a/policies/x.yaml": DOCUMENT },
      }),
    ).toEqual(["a/policies/x.yaml:1"]);
  });

  test("takes the file of the environment asked for", async () => {
    const files = inMemory({ "accord.yaml": "version: 1", "accord.prod.yaml": "vars: {}" });
    expect((await loadStack(files, "prod")).override?.value).toEqual({ vars: {} });
    expect((await loadStack(files)).override).toBeUndefined();
    expect(await wrong(loadStack(files, "prd"))).toEqual([
      'accord.yaml:1:1 unknown-environment There is no environment prd: accord.prd.yaml does not exist. | Did you mean "prod"? The stack has prod; add accord.prd.yaml for a new one.',
    ]);
  });

  test("an environment needs no file where none has one", async () => {
    expect((await loadStack(inMemory({ "accord.yaml": "version: 1" }), "prod")).environment).toBe("prod");
  });

  test("a directory without accord.yaml is no stack", async () => {
    expect(await wrong(loadStack(inMemory({ "a.yaml": DOCUMENT })))).toEqual([
      "no-stack There is no accord.yaml in this directory, so it is no stack. | Run `accord init` to write one, or name the stack's directory with --dir.",
    ]);
    expect(await wrong(loadStack(inMemory({ "accord.yml": "version: 1" })))).toEqual([
      "no-stack There is no accord.yaml in this directory, so it is no stack. | Rename accord.yml to accord.yaml.",
    ]);
  });

  test("empty documents, second stacks and syntax errors of all files come at once", async () => {
    const files = inMemory({
      "accord.yaml": "version: 1\n---\nversion: 1",
      "a.yaml": "",
      "b.yaml": `${DOCUMENT}---\n`,
      "c.yaml": "a: [",
    });
    expect((await wrong(loadStack(files))).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "a.yaml:1:1 empty-document",
      "accord.yaml:3:1 several-documents",
      "c.yaml:1:5 yaml-syntax",
    ]);
  });
});

describe("filesBelow", () => {
  const root = mkdtempSync(join(tmpdir(), "accord-files-"));
  const stack = join(root, "stack");
  mkdirSync(join(stack, "sub"), { recursive: true });
  writeFileSync(join(root, "outside.yaml"), DOCUMENT);
  writeFileSync(join(stack, "accord.yaml"), "version: 1");
  writeFileSync(join(stack, "sub", "a.yaml"), DOCUMENT);
  writeFileSync(join(stack, "latin.txt"), new Uint8Array([0xe4]));
  symlinkSync(join("..", "outside.yaml"), join(stack, "link.yaml"));
  symlinkSync(join("sub", "a.yaml"), join(stack, "inside.yaml"));
  symlinkSync("..", join(stack, "up"));
  const files = filesBelow(stack);

  test("reads what is inside, also through a link", async () => {
    expect(await files.readFile("sub/a.yaml")).toBe(DOCUMENT);
    expect(await files.readFile("inside.yaml")).toBe(DOCUMENT);
    expect(await files.readFile("none.yaml")).toBeUndefined();
    expect(await files.readDirectory("none")).toEqual([]);
  });

  test("nothing leads out: no link, no linked directory, no parent", async () => {
    const refused = "code outside-stack";
    for (const path of ["link.yaml", "up/outside.yaml", "../outside.yaml"]) {
      expect([path, (await wrong(files.readFile(path))).join()]).toEqual([
        path,
        expect.stringContaining(refused.slice(5)),
      ]);
    }
    expect(await wrong(loadStack(files))).toEqual([
      "link.yaml:1:1 outside-stack link.yaml leads out of the stack directory. | Copy the file into the stack: what a stack says must be reviewed with it.",
    ]);
  });

  test("what is no UTF-8 is no text", async () => {
    expect(await wrong(files.readFile("latin.txt"))).toEqual([
      "latin.txt:1:1 not-text latin.txt is no UTF-8 text. | Save it as UTF-8.",
    ]);
  });
});
