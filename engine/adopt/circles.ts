/** References that would make documents need each other: one of each circle is written as a lookup instead. Pure. */
import { compareText } from "../address.ts";
import type { Address } from "../model.ts";

/**
 * Pairs `<from> <to>` without which the rest has no circle; the same ones for the same documents. Iterative: a chain
 * of 50,000 does not overflow the stack.
 */
export function closingPairs(needs: ReadonlyMap<Address, Iterable<Address>>): ReadonlySet<string> {
  const closing = new Set<string>();
  const state = new Map<Address, "open" | "done">();
  for (const start of [...needs.keys()].sort(compareText)) {
    if (state.has(start)) continue;
    const trail = [stepInto(start)];
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const need = top.needs[top.next];
      top.next += 1;
      if (need === undefined) {
        state.set(top.address, "done");
        trail.pop();
      } else if (state.get(need) === "open") closing.add(`${top.address} ${need}`);
      else if (!state.has(need) && needs.has(need)) trail.push(stepInto(need));
    }
  }
  return closing;

  function stepInto(address: Address) {
    state.set(address, "open");
    return { address, next: 0, needs: [...new Set(needs.get(address) ?? [])].sort(compareText) };
  }
}
