import { type Command, EXIT } from "../command.ts";
import { initExample } from "../init/example.ts";
import { findWorkflows, hasStack } from "../init/github.ts";
import { initStack } from "../init/stack.ts";

export const init: Command = {
  name: "init",
  summary: "Begin a stack: asks for systems and credentials, checks them, writes accord.yaml",
  description: [
    "Asks which systems to manage and how to reach them, checks each credential live, and writes accord.yaml and a",
    ".gitignore. Secrets are written as ${env:…}, never as text. With --provider it asks nothing, and reads secrets from",
    "the environment: OKTA_PRIVATE_KEY for okta.privateKey.",
    "With --github it also writes the workflows of the pull-request flow into the repository around it, for a stack that is",
    "there already too.",
  ],
  options: {
    stack: { type: "string", value: "NAME", description: "The stack's name. Default: the directory's." },
    provider: {
      type: "string",
      multiple: true,
      value: "P",
      description: "A system to manage, such as okta; `accord explain` lists what each offers. Repeatable.",
    },
    set: {
      type: "string",
      multiple: true,
      value: "P.KEY=V",
      description: "A setting: okta.domain=acme.okta.com. Repeatable.",
    },
    example: {
      type: "string",
      value: "NAME",
      description:
        "Start from an example: on-call, typescript, zendesk-support, separation-of-duties, gitops, entra-joiner.",
    },
    github: { type: "boolean", description: "Write the GitHub workflows that plan, apply and report drift." },
    "skip-check": { type: "boolean", description: "Do not check the credentials live." },
  },
  examples: [
    ["accord init --sandbox --example on-call", "A first try, in an empty directory"],
    ["accord init", "Asks"],
    [
      "accord init --provider okta --set okta.domain=acme.okta.com --set okta.clientId=0oa1example",
      "Without questions; the key is taken from OKTA_PRIVATE_KEY",
    ],
    ["accord init --github", "In a repository with a stack: plans in pull requests, applies on merge"],
  ],
  async run(invocation) {
    const { arguments: given } = invocation;
    const example = given.text("example");
    // What cannot be written is said before anything is.
    const workflows = given.flag("github") ? await findWorkflows(invocation) : undefined;
    const begun = workflows !== undefined && example === undefined && (await hasStack(invocation));
    const beside = workflows === undefined ? {} : { workflows: workflows.paths };
    if (example !== undefined) await initExample(invocation, example, beside);
    else if (!begun) await initStack(invocation, beside);
    else if (invocation.voice.json) invocation.voice.data(JSON.stringify(beside));
    await workflows?.write();
    return EXIT.ok;
  },
};
