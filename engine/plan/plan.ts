/** graph + reading + state → changes and drift. Pure. */
import { compareText } from "../address.ts";
import { digestOf } from "../canonical.ts";
import { decide } from "../diff/change.ts";
import { elementKey } from "../diff/fields.ts";
import type { Found } from "../diff/found.ts";
import { barelyOwned, isOurs, unsettled } from "../diff/ours.ts";
import { decideRemoval } from "../diff/removal.ts";
import type { Decision } from "../diff/subject.ts";
import type { Graph } from "../graph/build.ts";
import { layersOf } from "../graph/order.ts";
import type { Address, Change, Drift, Live, Owned, Path, Precondition, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, dotted, isList, knownPart, valueAt, withValueAt } from "../value.ts";
import { listed } from "../words.ts";
import { type Claims, claimedTwice, claimsOf } from "./claims.ts";
import type { Doubts } from "./doubts.ts";
import { ownedByAddress, type Reading } from "./reading.ts";
import type { Catalog } from "./tenants.ts";

export interface PlanInput {
  readonly graph: Graph;
  readonly reading: Reading;
  readonly owned: readonly Owned[];
  /** All of state, selected or not: what is in it is nobody else's to bind. */
  readonly remembered: readonly Owned[];
  readonly catalog: Catalog;
  readonly stack: string;
  readonly mode: "normal" | "refresh-only" | "destroy";
  readonly replace: ReadonlySet<Address>;
  /** Addresses to plan; absent: all. */
  readonly selected?: ReadonlySet<Address>;
  /** Creates of an interrupted run that may have happened. */
  readonly doubts: Doubts;
  readonly secretDigest: (address: Address, path: Path) => string | undefined;
}

export interface Planned {
  readonly changes: readonly Change[];
  readonly drift: readonly Drift[];
  readonly preconditions: readonly Precondition[];
  readonly problems: readonly Problem[];
  /** Remarks about what does not change; those about changes are notes of the changes. */
  readonly notes: readonly string[];
  /** One problem for each address of which nobody can tell whether it exists; they have no change. */
  readonly unsettled: readonly Problem[];
}

export function planChanges(input: PlanInput): Planned {
  const { graph, reading, catalog } = input;
  const owned = ownedByAddress(input.owned);
  const chosen = (address: Address): boolean => input.selected === undefined || input.selected.has(address);
  const decisions: Decision[] = [];
  const claims = claimsOf(input.remembered);

  // Replaced objects get another id: whoever refers to them has it unknown until then.
  const renewed = new Set<Address>();
  const changed = new Set<Address>();

  const declared = input.mode === "destroy" ? [] : inOrder(graph);
  for (const address of declared) {
    const resource = graph.resources.get(address);
    const found = reading.found.get(address);
    if (resource === undefined || found === undefined || !chosen(address)) continue;
    const twice = owned.has(address) ? undefined : claimed(resource, found, input, claims);
    if (twice !== undefined) {
      decisions.push({ problems: [twice] });
      continue;
    }
    const decision = decide({
      resource,
      wanted: withRenewed(address, resource, reading.wanted.get(address) ?? resource.spec, graph, renewed),
      found,
      owned: owned.get(address),
      rules: catalog.rulesOf(resource.kind),
      facts: catalog.factsOf(resource.kind),
      needs: graph.needs.get(address) ?? [],
      explained: reading.explained.get(address) ?? {},
      stack: input.stack,
      replace: input.replace.has(address) || resource.replaceWith?.some((one) => changed.has(one)) === true,
      secretDigest: (path) => input.secretDigest(address, path),
      notes: reading.notes.get(address) ?? [],
      people: reading.people.get(address) ?? {},
      doubt: input.doubts.get(address),
    });
    decisions.push(decision);
    const action = decision.change?.action;
    if (action === "replace") renewed.add(address);
    if (action === "replace" || action === "update") changed.add(address);
  }
  const dependants = dependantsOf(input.owned);
  for (const one of input.owned) {
    const declaredStill = input.mode !== "destroy" && graph.resources.has(one.address);
    if (declaredStill || !chosen(one.address)) continue;
    decisions.push({ ...removal(one, dependants.get(one.address) ?? [], input), problems: [] });
  }
  const lost = reading.lost.filter(({ address, kind, id }) => {
    // Bound under another address since: no longer the interrupted run's.
    return claims.object({ address, kind, instance: address.slice(0, address.indexOf("/")) }, id) === undefined;
  });
  for (const one of [...lost, ...(input.mode === "destroy" ? madeByHalf(input) : [])]) {
    decisions.push({ ...removal(one, dependants.get(one.address) ?? [], input), problems: [] });
  }

  const all = decisions.map((decision) => decision.change).filter((change): change is Change => change !== undefined);
  const changes = input.mode === "refresh-only" ? [] : withKnownNeeds(all);
  return {
    changes,
    drift: decisions.map((decision) => decision.drift).filter((drift): drift is Drift => drift !== undefined),
    preconditions: changes.flatMap((change) => preconditionOf(change, reading)),
    problems: decisions.flatMap((decision) => decision.problems),
    notes: [
      ...liftedProtection(changes, owned),
      ...decisions.flatMap(({ change, remarks = [] }) =>
        change?.action === "none"
          ? [...(reading.notes.get(change.address) ?? []), ...remarks].map((note) => `${change.address}: ${note}`)
          : [],
      ),
    ],
    unsettled: [
      ...decisions.flatMap((decision) => (decision.unsettled === undefined ? [] : [decision.unsettled])),
      ...reading.unsettled.map((address) => unsettled({ address })),
    ],
  };
}

/** Once applied, a later plan may end them: said also where nothing else changes. A rebuilt state protects all at once. */
function liftedProtection(changes: readonly Change[], owned: ReadonlyMap<Address, Owned>): readonly string[] {
  const lifted = changes.filter(
    (change) => "after" in change && !change.after.protect && owned.get(change.address)?.protect === true,
  );
  if (lifted.length === 0) return [];
  const names = listed(
    lifted.map(({ address }) => address),
    10,
  );
  return [`${names}: protection ends with this apply, since the document does not say \`protect: true\`.`];
}

/** A document that is not bound yet, about an object that another one has, or asks for as well. */
function claimed(resource: Resource, found: Found, input: PlanInput, claims: Claims): Problem | undefined {
  const { graph, catalog, reading } = input;
  const facts = catalog.factsOf(resource.kind);
  const live = liveOf(found);
  const key =
    live === undefined
      ? facts.key(asSpec(knownPart(reading.wanted.get(resource.address) ?? {}) ?? {}))
      : facts.key(live.spec);
  const holder =
    live !== undefined
      ? claims.object(resource, live.id)
      : facts.can.create && key !== undefined
        ? claims.key(resource, key)
        : undefined;
  if (holder === undefined) return undefined;
  return claimedTwice(resource, holder, `${resource.kind} "${key ?? live?.id}"`, graph.resources.has(holder));
}

/** Declared, found, and ours only by an interrupted run: `--destroy` is about it as well. */
function madeByHalf({ graph, reading, owned, doubts, stack }: PlanInput): Owned[] {
  const known = new Set(owned.map((one) => one.address));
  return [...doubts.values()].flatMap(({ address, since }) => {
    const kind = graph.resources.get(address)?.kind;
    const found = reading.found.get(address);
    if (kind === undefined || known.has(address) || found?.state !== "present") return [];
    return isOurs(found.live, address, stack, since) ? [barelyOwned(address, kind, found.live.id)] : [];
  });
}

function withRenewed(
  address: Address,
  resource: Resource,
  wanted: Spec,
  graph: Graph,
  renewed: ReadonlySet<Address>,
): Spec {
  let spec: Value = wanted;
  for (const reference of graph.mentions.get(address)?.references ?? []) {
    if (!renewed.has(reference.address)) continue;
    const written = valueAt(resource.spec, reference.path);
    const text = typeof written === "string" && written.includes("${") ? written : `\${${reference.address}.id}`;
    const unknown: Value = { $unknown: { text } };
    spec = withValueAt(spec, reference.path, reference.kinds === undefined ? unknown : { id: unknown });
  }
  return asSpec(spec);
}

/** Needs first, then by address: the order a reader follows. */
function inOrder(graph: Graph): Address[] {
  const layers = layersOf(graph.resources.keys(), (address) => graph.needs.get(address) ?? []);
  return layers.flatMap((layer) => [...layer].sort(compareText));
}

/** Address → those that need it, as state remembers: they go first. */
function dependantsOf(owned: readonly Owned[]): ReadonlyMap<Address, readonly Address[]> {
  const dependants = new Map<Address, Address[]>();
  for (const { address, dependsOn } of owned) {
    for (const need of new Set(dependsOn)) {
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [address]);
      else known.push(address);
    }
  }
  return dependants;
}

function removal(one: Owned, dependants: readonly Address[], input: PlanInput) {
  return decideRemoval({
    owned: one,
    found: input.reading.found.get(one.address) ?? { state: "absent" },
    rules: input.catalog.rulesOf(one.kind),
    facts: input.catalog.factsOf(one.kind),
    dependsOn: dependants,
    stack: input.stack,
    ...(input.graph.resources.has(one.address) ? {} : { reason: "delete_because_no_resource_config" }),
  });
}

/** Needs that change nothing are met already: what is left orders the run. */
function withKnownNeeds(changes: readonly Change[]): Change[] {
  const acting = new Set(changes.filter((change) => change.action !== "none").map((change) => change.address));
  return changes.map((change) => {
    const dependsOn = change.dependsOn.filter((address) => acting.has(address));
    return dependsOn.length === change.dependsOn.length ? change : { ...change, dependsOn };
  });
}

/** What a change relies on: the live fields it compares with, as seen. A create relies on there being nothing. */
export function preconditionOf(change: Change, reading: Pick<Reading, "found">): Precondition[] {
  if (change.action === "none") return [];
  const found = reading.found.get(change.address);
  return [seenAs(change, liveOf(found))];
}

export function seenAs(change: Change, live: Live | undefined): Precondition {
  if (live === undefined) return { address: change.address, id: null, digest: digestOf(null), seen: null };
  const seen = relevant(change, live);
  return { address: change.address, id: live.id, digest: digestOf({ id: live.id, seen }), seen };
}

/**
 * An update relies on the values it replaces and on whether each element it adds or removes is there; not on what
 * else a collection holds, so that a member who joins by rule in the meantime does not make the plan stale.
 */
function relevant(change: Change, live: Live): Spec {
  if (change.action !== "update" && change.action !== "adopt") return live.spec;
  const seen: Record<string, Value> = {};
  for (const field of change.fields) {
    const at = valueAt(live.spec, field.path);
    if (field.op === "set") seen[dotted(field.path)] = at ?? null;
    else {
      const key = elementKey(field.element, { foldCase: true });
      const held = isList(at) && at.some((element) => elementKey(element, { foldCase: true }) === key);
      seen[`${dotted(field.path)}: ${key}`] = held;
    }
  }
  return seen;
}

function liveOf(found: Found | undefined): Live | undefined {
  return found?.state === "present" || found?.state === "remembered" ? found.live : undefined;
}
