import { programText } from "../../adopt/program-text.ts";
import { yamlBlock } from "../../adopt/yaml-text.ts";
import { buildGraph } from "../../graph/build.ts";
import { ProblemError } from "../../problem.ts";
import { asSpec } from "../../value.ts";
import { type Command, EXIT } from "../command.ts";
import { openWorkspace } from "../workspace.ts";

export const convert: Command = {
  name: "convert",
  summary: "The stack as a program, as documents, or for Terraform",
  description: [
    "Prints what the stack declares the other way: save it, remove what it takes the place of, and plan: nothing changes.",
    "Loops, functions and comments are not in what is declared, and so not in what is printed.",
    "For Terraform and OpenTofu a program's synthesised JSON stays as it is, with its loops and variables; the provider",
    "block and what only Accord understands are written in their words. --import adds a block for each object that the",
    "stack's state holds, so that they take it over: their first plan imports and changes nothing.",
  ],
  options: {
    to: { type: "string", value: "FORM", description: "typescript, yaml or terraform." },
    import: { type: "boolean", description: "With terraform: import blocks for what the state holds." },
  },
  examples: [
    ["accord convert --to typescript > stack.ts", "Documents as a program"],
    ["accord convert --to yaml > stack.yaml", "A program as documents"],
    ["accord convert --to terraform > stack.tf.json", "For terraform init, plan and apply"],
    ["accord convert --to terraform --import > stack.tf.json", "The same, taking over what the stack manages"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
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
    const workspace = await openWorkspace(invocation);
    const { resources, documents, outputs, stack, schemas } = workspace;
    const graph = buildGraph(resources, (kind) => workspace.catalog.rulesOf(kind), workspace.instanceProviders);
    if (to === "terraform") {
      const { terraformText } = await import("../terraform-text.ts");
      voice.data(await terraformText(workspace, { imports: given.flag("import") }));
      return EXIT.ok;
    }
    if (to === "yaml") {
      voice.data(
        documents
          .map(({ value }) => yamlBlock(asSpec(value)))
          .join("---\n")
          .trimEnd(),
      );
      const own = outputs.filter((output) => !stack.outputs.includes(output));
      if (own.length > 0) {
        const said = own.map(({ name, value, description, sensitive }) => [
          name,
          { value, ...(description === undefined ? {} : { description }), ...(sensitive ? { sensitive } : {}) },
        ]);
        voice.complain(
          `Outputs stand in accord.yaml:\n\n${yamlBlock({ outputs: Object.fromEntries(said) }).trimEnd()}`,
        );
      }
      return EXIT.ok;
    }
    const written = resources.map((resource, index) => ({
      address: resource.address,
      instance: resource.instance,
      kind: resource.kind,
      value: asSpec(documents[index]?.value ?? {}),
      needs: graph.needs.get(resource.address) ?? [],
    }));
    voice.data(
      programText({ stack: stack.name, documents: written, ruleOf: (kind) => schemas.rulesOf(kind).spec }).trimEnd(),
    );
    return EXIT.ok;
  },
};
