/**
 * ⇄ A member is taken out because nothing explained why they were there. Where a rule or another system's grant has come
 * to explain them since, taking them out would undo what somebody decided in the meantime: the plan is stale.
 */
import { elementKey } from "../diff/fields.ts";
import type { Found } from "../diff/found.ts";
import type { Address, Change, Live, Plan, Resource, Value } from "../model.ts";
import { explain } from "../plan/explained.ts";
import type { Catalog, Instances } from "../plan/tenants.ts";
import type { Problem } from "../problem.ts";
import { dotted } from "../value.ts";
import { listed } from "../words.ts";

/** `fresh`: what is about to change, as just read. Other systems are asked only where the document says `explained`. */
export async function explainedSince(
  plan: Plan,
  fresh: ReadonlyMap<Address, Live | undefined>,
  instances: Instances,
  catalog: Catalog,
): Promise<readonly Problem[]> {
  const taking = plan.changes.flatMap((change) => {
    const live = fresh.get(change.address);
    const removed = removedBy(change);
    return live === undefined || removed.length === 0 ? [] : [{ change, live, removed, after: afterOf(change) }];
  });
  const resources = new Map<Address, Resource>();
  const found = new Map<Address, Found>();
  for (const { change, live, after, removed } of taking) {
    const asked = removed.some(({ field }) => after?.manage[field] === "explained");
    if (after === undefined || !asked) continue;
    resources.set(change.address, after);
    found.set(change.address, { state: "present", live });
  }
  const wanted = new Map([...resources].map(([address, { spec }]) => [address, spec]));
  const explained = await explain({ resources }, wanted, found, instances, catalog);
  return taking.flatMap(({ change, live, removed }) => {
    const reasons = removed.flatMap(({ field, element }) => {
      const key = elementKey(element, { foldCase: true });
      const reason = explained.get(change.address)?.[field]?.[key] ?? ownReason(live, field, key);
      return reason === undefined ? [] : [`${field}: ${key} is there for a reason now (${reason})`];
    });
    return reasons.length === 0 ? [] : [staleOf(change, reasons)];
  });
}

interface Removed {
  readonly field: string;
  readonly element: Value;
}

function removedBy(change: Change): readonly Removed[] {
  if (change.action !== "update" && change.action !== "adopt") return [];
  return change.fields.flatMap((field) =>
    field.op === "remove" ? [{ field: dotted(field.path), element: field.element }] : [],
  );
}

function afterOf(change: Change): Resource | undefined {
  return "after" in change ? change.after : undefined;
}

/** The vendor's own word, in whatever mode: no plan takes out whom a rule feeds. */
function ownReason({ explained = {} }: Live, field: string, key: string): string | undefined {
  return Object.entries(explained[field] ?? {}).find(([name]) => name.toLowerCase() === key)?.[1];
}

function staleOf(change: Change, reasons: readonly string[]): Problem {
  return {
    code: "stale-plan",
    message: `${change.address} has moved since the plan was made: ${listed(reasons, 5)}.`,
    hint: "Nothing was applied. Plan again, and have the new plan reviewed.",
    address: change.address,
    ...(change.source === undefined ? {} : { source: change.source }),
  };
}
