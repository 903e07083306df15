/**
 * What becomes of what somebody was given on joining, once they leave: it is taken, also where they are on its own list by
 * now; or they keep it; or nobody can tell. Whoever may leave is in the middle. Pure.
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
  const gives = new Map<number, Step[]>(left.map(({ to }) => [to, []]));
  for (const link of links) gives.get(link.from)?.push(link);
  const taken = new Map<string, { readonly by: Step; readonly sure: boolean }>();
  const kept: Step[] = [];
  for (const step of left) {
    const leaver = nodes.leaver(step.to);
    const sure = leaver === "loses" && removed.has(step);
    // What they were given is theirs by now: what the profile gives from here on is not.
    removed.add(step);
    mayGo.delete(step);
    const { rule: _, ...person } = step.edge;
    for (const { to, edge } of gives.get(step.to) ?? []) {
      if (leaver !== "keeps") taken.set(`${step.from} ${to}`, { by: step, sure });
      if (sure) continue;
      const own = { from: step.from, to, address: step.address, edge: { ...person, entitlement: edge.entitlement } };
      kept.push(own);
      if (leaver !== "keeps") mayGo.add(own);
    }
  }
  for (const [index, link] of links.entries()) {
    const { by, sure } = taken.get(`${link.from} ${link.to}`) ?? {};
    if (by === undefined || removed.has(link)) continue;
    // The one who leaves is the cause, not the list.
    const own = { ...link, address: by.address };
    links[index] = own;
    if (sure === true) removed.add(own);
    else mayGo.add(own);
  }
  links.push(...kept);
}
