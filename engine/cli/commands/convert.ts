import { programText } from "../../adopt/program-text.ts";
import { yamlBlock } from "../../adopt/yaml-text.ts";
import { buildGraph } from "../../graph/build.ts";
import { ProblemError } from "../../problem.ts";
import { asSpec } from "../../value.ts";
import { count, listed } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { FILES, type Form, outputsOfProgram, writeConverted } from "../converting.ts";
import type { Invocation } from "../invocation.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const convert: Command = {
  name: "convert",
  summary: "The stack as a program, as documents, or for Terraform",
  description: [
    "Prints what the stack declares the other way, or writes it with --out: a directory with the same settings, policies",
    "and outputs, which plans to the same changes. Addresses stay, and with them the state.",
    "Loops, functions and comments are not in what is declared, and so not in what is written.",
    "For Terraform and OpenTofu a program's synthesised JSON stays as it is, with its loops and variables; the provider",
    "block and what only Accord understands are written in their words. --import adds a block for each object that the",
    "stack's state holds, so that they take it over: their first plan imports and changes nothing.",
  ],
  options: {
    to: { type: "string", value: "FORM", description: "typescript, yaml or terraform." },
    out: { type: "string", value: "DIR", description: "Write it into this directory; nothing is written over." },
    import: { type: "boolean", description: "With terraform: import blocks for what the state holds." },
  },
  examples: [
    ["accord convert --to typescript --out ../acme-ts", "Documents as a program, in a directory of its own"],
    ["accord convert --to yaml", "What does the program declare?"],
    ["accord convert --to terraform > stack.tf.json", "For terraform init, plan and apply"],
    ["accord convert --to terraform --import > stack.tf.json", "The same, taking over what the stack manages"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const to = formOf(invocation);
    const workspace = await openWorkspace(invocation);
    const text = await textOf(workspace, to, invocation);
    const out = given.text("out");
    if (out !== undefined) {
      const files = await writeConverted(workspace, out, to, `${text}\n`);
      if (voice.json) voice.data(JSON.stringify({ directory: out, files }));
      const objects = count(workspace.resources.length, "object");
      voice.say(`${objects} in ${out}/${FILES[to]}; ${count(files.length, "file")} written.`);
      if (to !== "terraform")
        voice.say(
          `Plan both. To move over, put ${FILES[to]} into the place of ${declaring(workspace)}: the state stays.`,
        );
      return EXIT.ok;
    }
    voice.data(text);
    const outputs = to === "yaml" ? outputsOfProgram(workspace) : {};
    if (Object.keys(outputs).length > 0)
      voice.complain(`Outputs stand in accord.yaml:\n\n${yamlBlock({ outputs }).trimEnd()}`);
    return EXIT.ok;
  },
};

function formOf({ arguments: given }: Invocation): Form {
  const to = given.text("to");
  if (to !== "typescript" && to !== "yaml" && to !== "terraform") {
    throw new ProblemError({
      code: "usage",
      message: to === undefined ? "accord convert needs a form." : `There is no form "${to}".`,
      hint: "Write --to typescript, --to yaml or --to terraform.",
    });
  }
  if (given.flag("import") && to !== "terraform") {
    throw new ProblemError({
      code: "usage",
      message: "--import is about Terraform.",
      hint: "Write --to terraform with it.",
    });
  }
  return to;
}

async function textOf(workspace: Workspace, to: Form, { arguments: given }: Invocation): Promise<string> {
  if (to === "typescript") return asProgram(workspace);
  if (to === "yaml") return asDocuments(workspace);
  const { terraformText } = await import("../terraform-text.ts");
  return terraformText(workspace, { imports: given.flag("import") });
}

function asDocuments({ documents }: Workspace): string {
  return documents
    .map(({ value }) => yamlBlock(asSpec(value)))
    .join("---\n")
    .trimEnd();
}

function asProgram({ resources, documents, stack, schemas, catalog, instanceProviders }: Workspace): string {
  const graph = buildGraph(resources, (kind) => catalog.rulesOf(kind), instanceProviders);
  const written = resources.map((resource, index) => ({
    address: resource.address,
    instance: resource.instance,
    kind: resource.kind,
    value: asSpec(documents[index]?.value ?? {}),
    needs: graph.needs.get(resource.address) ?? [],
  }));
  return programText({ stack: stack.name, documents: written, ruleOf: (kind) => schemas.rulesOf(kind).spec }).trimEnd();
}

/** Files of the stack that declare what was converted. */
function declaring({ resources }: Workspace): string {
  return listed([...new Set(resources.map(({ source }) => source.file))], 6);
}
