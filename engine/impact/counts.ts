/** What was predicted of rules, to be held against the vendor's own counts. Pure. */
import type { StepResult } from "../apply/result.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import type { Address, Owned, Plan } from "../model.ts";

export interface ExpectedCount {
  readonly address: Address;
  readonly kind: string;
  readonly id: string;
  readonly matches: { readonly least: number; readonly most: number };
  /** Epoch milliseconds of the change. */
  readonly since: number;
}

/** Of the newest change of each rule that is still owned; a later change without a prediction ends the earlier one. */
export function expectedCounts(events: readonly LedgerEvent[], owned: readonly Owned[]): readonly ExpectedCount[] {
  const ids = new Map(owned.map((one) => [one.address, one.id]));
  const newest = new Map<Address, ExpectedCount | undefined>();
  for (const event of events) {
    if (event.type !== "change") continue;
    const { address, kind, id, matches } = event;
    const known = id !== null && ids.get(address) === id && matches !== undefined;
    newest.set(address, known ? { address, kind, id, matches, since: Date.parse(event.at) } : undefined);
  }
  return [...newest.values()].filter((one) => one !== undefined);
}

/** Of a run that has just ended, and began then (epoch milliseconds). */
export function expectedNow(plan: Plan, results: readonly StepResult[], began: number): readonly ExpectedCount[] {
  const kinds = new Map(plan.changes.map(({ address, kind }) => [address, kind]));
  const matches = new Map((plan.populations ?? []).map((one) => [one.address, one.matches]));
  return results.flatMap(({ address, id, outcome }) => {
    const kind = kinds.get(address);
    const predicted = matches.get(address);
    if (outcome !== "confirmed" || id === undefined || kind === undefined || predicted === undefined) return [];
    return [{ address, kind, id, matches: predicted, since: began }];
  });
}
