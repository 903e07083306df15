/** What state learns from a plan without anything being changed live: protection, newly declared fields, accepted drift. */
import { canonicalJson } from "../canonical.ts";
import { applyFields } from "../diff/fields.ts";
import { appliedOf } from "../diff/goal.ts";
import type { Owned, Plan } from "../model.ts";
import type { Catalog } from "../plan/tenants.ts";
import type { OwnedChange } from "../state/state.ts";
import { withoutSecrets } from "./fill.ts";

export function restated(plan: Plan, owned: readonly Owned[], catalog: Catalog): readonly OwnedChange[] {
  if (plan.mode === "refresh-only") return acceptedDrift(plan, owned, catalog);
  const byAddress = new Map(owned.map((one) => [one.address, one]));
  return plan.changes.flatMap((change) => {
    if (change.action !== "none") return [];
    const one = byAddress.get(change.address);
    if (one === undefined) return [];
    const { onRemoval: _, uncertainSince: __, ...rest } = one;
    const { after } = change;
    const next: Owned = {
      ...rest,
      applied: appliedOf(withoutSecrets(after.spec), one.applied, after.ignore),
      people: change.people,
      protect: after.protect,
      dependsOn: after.dependsOn,
      ...(change.before?.computed === undefined ? {} : { computed: change.before.computed }),
      ...(after.onRemoval === undefined ? {} : { onRemoval: after.onRemoval }),
    };
    return canonicalJson(stated(next)) === canonicalJson(stated(one)) ? [] : [{ address: one.address, owned: next }];
  });
}

/** Computed values move by themselves (when an automation ran last): they are kept when there is more to keep. */
function stated(owned: Owned): Omit<Owned, "computed"> {
  const { computed: _, ...rest } = owned;
  return rest;
}

function acceptedDrift(plan: Plan, owned: readonly Owned[], catalog: Catalog): readonly OwnedChange[] {
  const byAddress = new Map(owned.map((one) => [one.address, one]));
  return plan.drift.flatMap((drift): OwnedChange[] => {
    const one = byAddress.get(drift.address);
    if (one === undefined) return [];
    if (drift.gone) return [{ address: drift.address, removed: true }];
    const applied = applyFields(one.applied, drift.fields, catalog.rulesOf(drift.kind).spec);
    return [{ address: drift.address, owned: { ...one, applied } }];
  });
}
