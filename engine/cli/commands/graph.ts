import { buildGraph } from "../../graph/build.ts";
import { graphMermaid } from "../../report/graph.ts";
import { type Command, EXIT } from "../command.ts";
import { openWorkspace } from "../workspace.ts";

export const graph: Command = {
  name: "graph",
  summary: "What depends on what, as Mermaid",
  description: ["Prints a Mermaid flowchart: an arrow points from what comes first to what needs it. Calls nobody."],
  examples: [["accord graph > graph.mmd", "Paste it into a pull request inside ```mermaid"]],
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    const built = buildGraph(
      workspace.resources,
      (kind) => workspace.catalog.rulesOf(kind),
      workspace.instanceProviders,
    );
    const nodes = [...built.resources.keys()];
    const edges = [...built.needs].flatMap(([to, needs]) => needs.map((from) => ({ from, to })));
    voice.data(voice.json ? JSON.stringify({ nodes, edges }) : graphMermaid({ nodes, edges }));
    return EXIT.ok;
  },
};
