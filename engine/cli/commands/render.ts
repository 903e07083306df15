import { resolve } from "node:path";
import { parseAddress } from "../../address.ts";
import { shortKind } from "../../plan/tenants.ts";
import { ProblemError } from "../../problem.ts";
import { asSpec } from "../../value.ts";
import { nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { writeOut } from "../files.ts";
import { positional } from "../positional.ts";
import { openWorkspace } from "../workspace.ts";

export const render: Command = {
  name: "render",
  arguments: "ADDRESS",
  summary: "Files that a resource stands for elsewhere",
  description: ["For example the Kubernetes manifests of a self-hosted connector. Secrets appear as references only."],
  options: { out: { type: "string", value: "DIR", description: "Write the files here instead of to stdout." } },
  examples: [["accord render c1/connector/okta | kubectl apply -f -", "Deploy a self-hosted connector"]],
  async run(invocation) {
    const { voice, arguments: given, world } = invocation;
    const text = positional(invocation, 0, "an address", "render ADDRESS");
    const workspace = await openWorkspace(invocation);
    const address = parseAddress(text)?.address;
    const resource = workspace.resources.find((one) => one.address === address);
    if (resource === undefined) {
      const known = workspace.resources.map((one) => one.address);
      throw new ProblemError({
        code: "unknown-address",
        message: `There is no document ${text} in this stack.`,
        hint: nearest(text, known) || "`accord graph` shows the addresses.",
      });
    }
    const stored = await workspace.backend.state.read();
    const id = stored?.state.resources.find((one) => one.address === address)?.id;
    const facts = workspace.catalog.factsOf(resource.kind);
    const files = [...(facts.render?.(asSpec(resource.spec), { address: resource.address, id }) ?? [])];
    if (files.length === 0) {
      throw new ProblemError({
        code: "nothing-to-render",
        message: `${resource.address} stands for no files: ${shortKind(resource.kind)} has none, or not in this form.`,
        hint: "Self-hosted connectors have some: integration: baton.",
        address: resource.address,
        source: resource.source,
      });
    }
    const out = given.text("out");
    if (voice.json) voice.data(JSON.stringify(files));
    else if (out === undefined) voice.data(files.map((file) => file.content.trimEnd()).join("\n---\n"));
    else {
      for (const file of files) await writeOut(world.cwd, resolve(world.cwd, out, file.path), file.content);
      voice.say(`Wrote ${files.map((file) => file.path).join(", ")}.`);
    }
    return EXIT.ok;
  },
};
