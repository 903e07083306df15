/** What `apply --undo` could not restore exactly, in one row per reason. */
import type { Address, Plan } from "../model.ts";
import { type Act, actsOf } from "./plan-view.ts";
import { plain } from "./say.ts";

export interface UndoRow {
  readonly addresses: readonly Address[];
  readonly effect: string;
}

export function undoRows(plan: Plan): readonly UndoRow[] {
  const dependants = dependantsOf(plan);
  const rows = new Map<string, Address[]>();
  for (const change of actsOf(plan)) {
    const effect = effectOf(change, dependants.get(change.address) ?? []);
    if (effect === undefined) continue;
    const addresses = rows.get(effect);
    if (addresses === undefined) rows.set(effect, [change.address]);
    else addresses.push(change.address);
  }
  return [...rows].map(([effect, addresses]) => ({ addresses, effect }));
}

function effectOf(change: Act, dependants: readonly Address[]): string | undefined {
  if (change.undo === "exact") return undefined;
  if (change.undo === "none") return "cannot be undone";
  // Undoing a create deletes what was made: nothing that was there before is lost.
  if (change.action === "create") return undefined;
  if (change.action === "update" || change.action === "adopt") return "restored only in part";
  const named = dependants.slice(0, 3).map(plain).join(", ");
  const more = dependants.length > 3 ? ` and ${dependants.length - 3} more` : "";
  return `would come back with a new id${named === "" ? "" : `; ${named}${more} would have to follow it`}`;
}

function dependantsOf(plan: Plan): ReadonlyMap<Address, readonly Address[]> {
  const dependants = new Map<Address, Address[]>();
  for (const change of plan.changes) {
    for (const address of change.dependsOn) {
      const list = dependants.get(address);
      if (list === undefined) dependants.set(address, [change.address]);
      else list.push(change.address);
    }
  }
  return dependants;
}
