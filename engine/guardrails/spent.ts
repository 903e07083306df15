/** What the rolling window has already seen, from the ledger. Pure. */
import type { LedgerEvent } from "../ledger/event.ts";
import type { Spent } from "./budgets.ts";

/** `since`: epoch milliseconds at which the window begins. Of a failed change its effect is what arrived. */
export function spentSince(events: readonly LedgerEvent[], since: number, owned: number): Spent {
  const removals: Record<string, number> = {};
  let grants = 0;
  let privilegedGrants = 0;
  let emptied = 0;
  for (const event of events) {
    if (event.type !== "change" || Date.parse(event.at) < since) continue;
    if (event.outcome === "skipped") continue;
    removals[event.kind] = (removals[event.kind] ?? 0) + (event.effect?.removed ?? 0);
    grants += event.effect?.granted ?? 0;
    privilegedGrants += event.effect?.privileged ?? 0;
    emptied += event.effect?.emptied ?? 0;
  }
  return { removals, grants, privilegedGrants, emptied, exhausted: owned > 0 && events.length === 0 };
}
