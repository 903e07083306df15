import { buildGraph } from "../../graph/build.ts";
import { problemsData, problemsText } from "../../report/problems.ts";
import { count } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { type Command, EXIT } from "../command.ts";
import { separationsIn } from "../separating.ts";
import { openWorkspace } from "../workspace.ts";

export const validate: Command = {
  name: "validate",
  summary: "Check the documents offline",
  description: ["Syntax, schema, references, cycles, CEL and rule types. Calls nobody and needs no credentials."],
  examples: [
    ["accord validate", "Before a commit"],
    ["accord validate --json", "For an editor or a bot"],
  ],
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    buildGraph(workspace.resources, (kind) => workspace.catalog.rulesOf(kind), workspace.instanceProviders);
    await separationsIn(workspace, workspace.resources);
    const { warnings } = workspace;
    const again = placeAgain(invocation);
    if (voice.json) voice.data(JSON.stringify(problemsData({ problems: [], warnings, again })));
    else {
      if (warnings.length > 0)
        voice.complain(problemsText({ problems: [], warnings, again }, { color: voice.errorColor }));
      voice.data(`Valid: ${count(workspace.resources.length, "document")}.`);
    }
    return EXIT.ok;
  },
};
