/** ⇄ How objects without an address are named: the first of their lookups that finds exactly them. */
import type { Address, Spec } from "../model.ts";
import { type Catalog, groupKeyOf, type Instances, shortKind } from "../plan/tenants.ts";
import { byMentions } from "./documents.ts";
import { type LiveReference, referencesIn } from "./references.ts";
import type { Index, Target } from "./survey.ts";

/** A lookup may hold lookups (an entitlement's app); deeper nesting than this is no natural key. */
const DEEPEST = 4;

export interface Settling {
  readonly catalog: Catalog;
  readonly instances: Instances;
  readonly index: Index;
  readonly addresses: ReadonlyMap<string, Address>;
  readonly byId: ReadonlyMap<string, Address | undefined>;
  readonly circular: ReadonlySet<string>;
  readonly instanceFor: (kind: string, from: Target) => string;
}

export interface Referring extends Target {
  readonly address: Address;
  readonly references: readonly LiveReference[];
}

/** Fills `lookups`, `<instance> <kind> <id>` → lookup, with what the references need and it does not have yet. */
export async function settleLookups(
  from: readonly Referring[],
  lookups: Map<string, Spec>,
  settling: Settling,
): Promise<void> {
  const { addresses, circular, instanceFor, index, byId, catalog, instances } = settling;
  const tried = new Set<string>();
  let open: readonly Referring[] = from;
  for (let depth = 0; depth < DEEPEST && open.length > 0; depth += 1) {
    const next = await Promise.all(
      open.flatMap((one) =>
        one.references.flatMap((reference) => {
          const targets = reference.kinds.map((kind) => ({ instance: instanceFor(kind, one), kind }));
          const named = targets.some((target) => {
            const address = addresses.get(`${groupKeyOf(target)} ${reference.id}`);
            return address !== undefined && address !== one.address && !circular.has(`${one.address} ${address}`);
          });
          return named ? [] : targets.map((target) => settle(target, reference, one));
        }),
      ),
    );
    open = next.flat();
  }

  async function settle(target: Target, { id, rule }: LiveReference, from: Referring): Promise<Referring[]> {
    const key = `${groupKeyOf(target)} ${id}`;
    // What it holds is named anew for each referrer: a circle of one is none of another.
    const lookup = lookups.get(key) ?? (tried.has(key) ? undefined : await choose(target, id));
    tried.add(key);
    if (lookup === undefined) return [];
    lookups.set(key, lookup);
    return [{ ...target, address: from.address, references: [...inLookup(lookup, rule)] }];
  }

  function* inLookup(lookup: Spec, rule: LiveReference["rule"]): Iterable<LiveReference> {
    for (const [field, value] of Object.entries(lookup)) yield* referencesIn(value, rule.properties?.get(field) ?? {});
  }

  async function choose(target: Target, id: string): Promise<Spec | undefined> {
    const facts = catalog.factsOf(target.kind);
    const live = index.find(target, id);
    const view = instances.get(target.instance)?.view;
    if (live === undefined || view === undefined || !facts.can.find) return undefined;
    for (const lookup of byMentions(facts.lookups?.(live) ?? [], byId)) {
      const { exact } = await view.find(shortKind(target.kind), lookup);
      if (exact.length === 1 && exact[0]?.id === id) return lookup;
    }
    return undefined;
  }
}
