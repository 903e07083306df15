/** What a change waits for, as its reader is told. */
import type { Address, Change, Part } from "../model.ts";
import { listed } from "../words.ts";

/** What of a change waits, in a sentence for each part and reason. */
export function waitSentences(change: Change): readonly string[] {
  const groups = new Map<string, { readonly part: Part; readonly why: string; readonly addresses: Set<Address> }>();
  for (const { part, why, for: other } of change.waits ?? []) {
    const key = `${part} ${why}`;
    const group = groups.get(key) ?? { part, why, addresses: new Set() };
    groups.set(key, group);
    group.addresses.add(other.address);
  }
  return [...groups.values()].map(({ part, why, addresses }) => {
    const others = listed([...addresses], 5);
    return `${begins(change, part)} only once ${others} ${addresses.size === 1 ? "is" : "are"} confirmed: ${why}`;
  });
}

function begins(change: Change, part: Part): string {
  if (change.action !== "update" && change.action !== "adopt") return "Begins";
  return part === "take" ? "Takes" : "Gives";
}
