import { filledOutput } from "../../graph/outputs.ts";
import type { Value } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import { jsonText } from "../../report/visible.ts";
import { listed, nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { readState } from "../open-state.ts";
import { openWorkspace } from "../workspace.ts";

export const output: Command = {
  name: "output",
  arguments: "[NAME]",
  summary: "What the stack gives out",
  description: [
    "Values of outputs: in accord.yaml, and of a program. They come from the last apply; nobody is called.",
    "A sensitive one is shown only where it is asked for by name, or as JSON.",
  ],
  examples: [
    ["accord output", "All of them"],
    ["accord output breakglass-group", "One, and nothing else"],
    ["accord output --json", "For a program, as Terraform writes them"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const workspace = await openWorkspace(invocation);
    const stored = await readState(workspace);
    const owned = new Map(stored.resources.map((one) => [one.address, one]));
    const outputs = workspace.outputs.map((declared) => ({
      ...declared,
      known: filledOutput(declared.value, (address, field) => {
        const one = owned.get(address);
        return field === "id" ? one?.id : (one?.computed?.[field] ?? one?.applied[field]);
      }),
    }));
    const asked = given.positionals[0];
    if (asked !== undefined) {
      const found = outputs.find(({ name }) => name === asked);
      if (found === undefined)
        throw new ProblemError(
          unknownOutput(
            asked,
            outputs.map(({ name }) => name),
          ),
        );
      if (found.known === undefined) {
        throw new ProblemError({
          code: "unknown-output",
          message: `The output ${asked} is not known yet.`,
          hint: "`accord apply` makes it known.",
          source: found.source,
        });
      }
      voice.data(voice.json ? JSON.stringify(found.known) : shown(found.known));
      return EXIT.ok;
    }
    if (voice.json) {
      const known = outputs.flatMap(({ name, known, sensitive }) =>
        known === undefined ? [] : [[name, { sensitive, value: known }]],
      );
      voice.data(JSON.stringify(Object.fromEntries(known)));
    } else if (outputs.length === 0) {
      voice.say("The stack has no outputs.");
    } else {
      for (const { name, known, sensitive } of outputs) {
        const text = known === undefined ? "(known after apply)" : sensitive ? "(sensitive)" : shown(known);
        voice.data(`${name} = ${text}`);
      }
    }
    return EXIT.ok;
  },
};

function shown(value: Value): string {
  return typeof value === "string" ? value : jsonText(value).trimEnd();
}

function unknownOutput(asked: string, names: readonly string[]) {
  return {
    code: "unknown-output",
    message: `There is no output ${asked}.`,
    hint: nearest(asked, names) || (names.length === 0 ? "The stack has none." : `There are ${listed(names, 12)}.`),
  };
}
