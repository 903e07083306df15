/** What the rolling window has already seen, from the ledger. Pure. */
import type { LedgerEvent } from "../ledger/event.ts";
import { type Flow, NOTHING, ruleKey, type Spent, type SpentOfKind } from "./budgets.ts";

/** `since`: epoch milliseconds at which the window begins. Of a failed change its effect is what arrived. */
export function spentSince(events: readonly LedgerEvent[], since: number, owned: number): Spent {
  const kinds: Record<string, SpentOfKind> = {};
  const rules: Record<string, readonly Flow[]> = {};
  for (const event of events) {
    if (event.type !== "change" || Date.parse(event.at) < since) continue;
    if (event.outcome === "skipped" || event.effect === undefined) continue;
    const { effect, run, kind } = event;
    const before = kinds[kind] ?? NOTHING;
    kinds[kind] = {
      removed: before.removed + effect.removed,
      flows: withFlow(before.flows, { run, taken: effect.removed, brought: effect.added ?? 0 }),
      released: before.released + (effect.released ?? 0),
      granted: before.granted + effect.granted,
      privileged: before.privileged + effect.privileged,
      emptied: before.emptied + effect.emptied,
    };
    const key = ruleKey(event.address, kind, event.id);
    // What took the place of a rule goes on where that left off.
    const old = event.replaces === undefined ? key : ruleKey(event.address, kind, event.replaces);
    const flow = { run, taken: effect.released ?? 0, brought: effect.entered ?? 0 };
    const flows = withFlow(rules[key] ?? rules[old] ?? [], flow);
    if (flows.length > 0) rules[key] = flows;
  }
  return { kinds, rules, exhausted: owned > 0 && events.length === 0 };
}

/** What one run does happens at once. */
function withFlow(flows: readonly Flow[], { run, taken, brought }: Flow): readonly Flow[] {
  if (taken === 0 && brought === 0) return flows;
  const last = flows.at(-1);
  return last?.run === run
    ? [...flows.slice(0, -1), { run, taken: last.taken + taken, brought: last.brought + brought }]
    : [...flows, { run, taken, brought }];
}
