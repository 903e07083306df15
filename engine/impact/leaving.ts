/**
 * What becomes of what somebody was given on joining, once they leave: it is taken, also where they are on its own list by
 * now; or they keep it; or nobody can tell. Pure.
 */
import type { Nodes, Step } from "./nodes.ts";

export interface Leaving {
  readonly links: Step[];
  readonly removed: Set<Step>;
  readonly mayGo: Set<Step>;
}

export function settleLeavers({ links, removed, mayGo }: Leaving, nodes: Nodes): void {
  const left = [...removed, ...mayGo].filter(({ to }) => nodes.leaver(to) !== undefined);
  if (left.length === 0) return;
  const gives = new Map<number, number[]>(left.map(({ to }) => [to, []]));
  for (const { from, to } of links) gives.get(from)?.push(to);
  const taken = new Map<string, Step>();
  for (const step of left) {
    const leaver = nodes.leaver(step.to);
    if (leaver !== "loses") removed.delete(step);
    if (leaver === "keeps") mayGo.delete(step);
    else if (leaver === "uncertain") mayGo.add(step);
    if (leaver !== "keeps") for (const to of gives.get(step.to) ?? []) taken.set(`${step.from} ${to}`, step);
  }
  for (const [index, link] of links.entries()) {
    const by = taken.get(`${link.from} ${link.to}`);
    if (by === undefined || removed.has(link)) continue;
    // The one who leaves is the cause, not the list.
    const own = { ...link, address: by.address };
    links[index] = own;
    if (mayGo.has(by)) mayGo.add(own);
    else removed.add(own);
  }
}
