import { canonicalJson, digestOf } from "../canonical.ts";
import type { Mover, Plan, PopulationChange, Wait } from "../model.ts";

/**
 * What an override or an approval names: the same for two plans that would do the same to the same tenants, whenever
 * they were made and however they are explained.
 */
export function planDigest(
  plan: Pick<Plan, "stack" | "environment" | "mode" | "changes" | "tenants" | "impact" | "populations">,
): string {
  const changes = plan.changes
    .filter((change) => change.action !== "none")
    .map((change) => ({
      action: change.action,
      address: change.address,
      ...("after" in change ? { after: change.after.spec } : {}),
      // In an order of their own: that of keys and elements in the document says nothing.
      ...("fields" in change ? { fields: change.fields.map(canonicalJson).sort() } : {}),
      ...("before" in change && change.before !== undefined ? { id: change.before.id } : {}),
      ...("how" in change ? { how: change.how } : {}),
      ...(change.uncertain === undefined ? {} : { uncertain: change.uncertain.people }),
      ...(change.waits === undefined ? {} : { waits: change.waits.map(orderOf).sort() }),
    }));
  const { stack, environment, mode, tenants, impact } = plan;
  const populations = (plan.populations ?? []).map(movesOf);
  return digestOf({
    stack,
    environment,
    mode,
    tenants,
    impact,
    changes,
    ...(populations.length === 0 ? {} : { populations }),
  });
}

/** What waits for what, not why. */
function orderOf({ part, for: other }: Wait): string {
  return `${part} for ${other.part} of ${other.address}`;
}

/** Who moves by a rule, not why: one more person is another plan. */
function movesOf({ address, entitlement, enters, leaves, uncertain }: PopulationChange) {
  const ids = (movers: readonly Mover[]): readonly string[] => movers.map(({ personId }) => personId).sort();
  return { address, entitlement, enters: ids(enters), leaves: ids(leaves), uncertain: ids(uncertain) };
}

/** As people type it: enough to name one plan. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
