/** `accord convert`: a stack in its other form, and back; what is declared stays, and so does the plan. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseYaml } from "../../engine/config/yaml.ts";
import { asSpec } from "../../engine/value.ts";
import { testClock } from "../support/clock.ts";
import { stackOf } from "../support/programs.ts";
import { accordIn } from "../support/run.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "accord-convert-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

/** Converts the stack in `from`; gives the directory in which it stands then. */
async function converted(from: string, to: "typescript" | "yaml"): Promise<string> {
  const out = join(work, to);
  const said = await accordIn(from)("convert", "--to", to, "--out", out);
  expect(said, said.stderr).toMatchObject({ code: 0, stdout: "" });
  return out;
}

/** What a plan would do: places are those of a file, and C1's ids of a moment. */
async function planned(directory: string): Promise<unknown> {
  const { stdout, stderr } = await accordIn(directory, { clock: testClock() })("plan", "--sandbox", "--format", "json");
  expect(stderr).not.toContain("✗");
  const { resource_changes, accord } = JSON.parse(stdout);
  const text = JSON.stringify(resource_changes, (key, value) => (key === "source" ? undefined : value));
  return [accord.documents, JSON.parse(text.replaceAll(/\b[0-9A-Za-z]{27}\b/g, "<id>"))];
}

/** By address, as written; what means nothing around a spec is left out. */
async function declared(directory: string): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await accordIn(directory)("convert", "--to", "yaml");
  expect(stderr).not.toContain("✗");
  const documents = parseYaml(stdout, "stack.yaml").map(({ value }) => asSpec(value));
  return Object.fromEntries(documents.map((one) => [`${String(one.kind)} ${String(one.name)}`, one]));
}

const exampleAt = async (example: string): Promise<string> => {
  const at = join(work, "example");
  await cp(join(import.meta.dirname, "../../examples", example), at, {
    recursive: true,
    filter: (path) => !path.endsWith(".accord"),
  });
  return at;
};

test("there and back, the plan stays", async () => {
  const example = await exampleAt("on-call");
  const wanted = await planned(example);
  const program = await converted(example, "typescript");
  expect(await planned(program)).toEqual(wanted);
  expect(await planned(await converted(program, "yaml"))).toEqual(wanted);
});

test.each(["zendesk-support", "entra-joiner"])("%s: there and back, what is declared stays", async (example) => {
  const from = await exampleAt(example);
  const wanted = await declared(from);
  const program = await converted(from, "typescript");
  expect(await declared(await converted(program, "yaml"))).toEqual(wanted);
});

const ACCORD_YAML = `# Ours.
version: 1
stack: acme
providers: { null: {} }
outputs:
  # Of the documents.
  mark: { value: "\${null/resource/mark.id}", description: Its id }
`;

test("settings, environments, policies and outputs go along; text that means something elsewhere is text", async () => {
  const policy = await readFile(join(import.meta.dirname, "../../policies/administrators.yaml"), "utf8");
  const from = await stackOf({
    "accord.yaml": ACCORD_YAML,
    "accord.prod.yaml": "vars: { where: prod }\n",
    "README.md": "# Not of the stack\n",
    "policies/own.yaml": policy,
    "a.yaml": `
kind: "null/resource"
name: mark
spec: { triggers: { a: "\`$\${x}\` %{y} \\\\ \\"\${var:where}\\"" } }
---
kind: "null/resource"
name: second
spec: { triggers: { of: "a \`\${null/resource/mark.id}\` %{y} \\\\ $\${z} \${var:where} \\"q\\"" } }
`,
  });
  const program = join(work, "program");
  const accord = accordIn(from);
  const args = ["convert", "--to", "typescript", "--out", program, "--var", "where=here"];
  const said = await accord(...args);
  expect(said.stderr).toMatch(
    /^2 objects in .*\/stack\.ts; 4 files written\.\n.*put stack\.ts into the place of a\.yaml/,
  );
  expect((await readdir(program)).sort()).toEqual(["accord.prod.yaml", "accord.yaml", "policies", "stack.ts"]);
  expect(await readFile(join(program, "policies/own.yaml"), "utf8")).toBe(policy);
  expect(await readFile(join(program, "accord.yaml"), "utf8")).toBe(ACCORD_YAML);
  const planIn = async (directory: string): Promise<unknown> => {
    const { stdout } = await accordIn(directory)("plan", "--sandbox", "--format", "json", "--var", "where=here");
    return JSON.parse(stdout).accord.documents;
  };
  expect(await planIn(program)).toBe(await planIn(from));

  // The program gives out something of its own.
  const text = await readFile(join(program, "stack.ts"), "utf8");
  const output =
    'new TerraformOutput(stack, "third", { value: "${accord_null_resource.second.id}", sensitive: true });';
  await writeFile(
    join(program, "stack.ts"),
    text.replace("{ App,", "{ App, TerraformOutput,").replace("app.synth", `${output}\napp.synth`),
  );
  const back = join(work, "back");
  const again = await accordIn(program)("convert", "--to", "yaml", "--out", back, "--var", "where=here");
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect(await readFile(join(back, "accord.yaml"), "utf8")).toBe(
    ACCORD_YAML.replace("outputs:\n", 'outputs:\n  third: { value: "${null/resource/second.id}", sensitive: true }\n'),
  );
  expect(await planIn(back)).toBe(await planIn(from));

  // Twice, and into itself: nothing is written over.
  expect((await accord(...args)).stderr).toMatch(
    /holds stack\.ts, .*accord\.yaml.* already, and nothing was written\./,
  );
  expect((await accord("convert", "--to", "yaml", "--out", from, "--var", "where=here")).stderr).toMatch(
    /is the stack itself/,
  );
});
