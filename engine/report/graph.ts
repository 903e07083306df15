/** The graph as a Mermaid flowchart: an arrow points from what must be there first to what needs it. */
import { compareText } from "../address.ts";
import type { Address } from "../model.ts";
import { instanceOf } from "./plan-view.ts";
import { visible } from "./visible.ts";

export interface GraphView {
  readonly nodes: readonly Address[];
  readonly edges: readonly { readonly from: Address; readonly to: Address }[];
}

export function graphMermaid(graph: GraphView): string {
  const nodes = [...new Set(graph.nodes)].sort(compareText);
  // Ids of our own: what stands in an address means something to Mermaid.
  const ids = new Map(nodes.map((address, index) => [address, `n${index}`]));
  const instances = new Map<string, Address[]>();
  for (const address of nodes) {
    const list = instances.get(instanceOf(address));
    if (list === undefined) instances.set(instanceOf(address), [address]);
    else list.push(address);
  }
  const groups = [...instances].flatMap(([instance, addresses], index) => [
    `  subgraph i${index}["${label(instance)}"]`,
    ...addresses.map((address) => `    ${ids.get(address)}["${label(address)}"]`),
    "  end",
  ]);
  const edges = [...graph.edges]
    .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to))
    .flatMap(({ from, to }) => {
      const [first, then] = [ids.get(from), ids.get(to)];
      return first === undefined || then === undefined ? [] : [`  ${first} --> ${then}`];
    });
  return `${["flowchart LR", ...groups, ...edges].join("\n")}\n`;
}

/** Text for inside quotes; everything that Mermaid or the HTML it makes could act on as a character code. */
function label(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ./@+_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
