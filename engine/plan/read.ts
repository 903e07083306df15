/**
 * ⇄ Live state of every kind the graph mentions: one list per kind and instance, in the order in which they need each
 * other's ids, otherwise in parallel. Nothing here can write: it holds Views.
 */

import type { Found } from "../diff/found.ts";
import type { Graph } from "../graph/build.ts";
import { layersOf } from "../graph/order.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { WantedObject } from "../kind.ts";
import type { Address, Live, Owned, Resource, Spec, Tenant, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, knownPart, valueAt } from "../value.ts";
import { explain } from "./explained.ts";
import { createLookups } from "./lookups.ts";
import { identify, type Party, withLogins } from "./people.ts";
import { ownedByAddress, type Reading } from "./reading.ts";
import { type Catalog, groupKeyOf, type Instances, shortKind } from "./tenants.ts";

export interface ReadOptions {
  readonly graph: Graph;
  readonly owned: readonly Owned[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  /** Tenants that state pins the instances to. */
  readonly pinned: Readonly<Record<string, Tenant>>;
  /** Declared objects that are to end (--destroy, --replace): read with all they hold, as whoever is in them loses it. */
  readonly ending?: (address: Address) => boolean;
  /** Creates of an interrupted run that may have happened: address → epoch milliseconds since when. */
  readonly doubts: ReadonlyMap<Address, number>;
  /** Waits until a moment (epoch milliseconds): absence counts only after a kind's consistency window. */
  readonly until?: (moment: number) => Promise<void>;
}

/** Reads everything; problems come in the Reading, all of them, except an instance that cannot be used at all. */
export async function readLive(options: ReadOptions): Promise<Reading> {
  const { graph, instances, catalog } = options;
  const problems: Problem[] = [];
  const owned = ownedByAddress(options.owned);
  const used = usedInstances(options);
  const tenants = await checkTenants(options, used, problems);
  if (problems.length > 0) throw new ProblemError(problems);

  const found = new Map<Address, Found>();
  const wanted = new Map<Address, Spec>();
  const lookups = createLookups(catalog, instances, problems);

  const outputOf: OutputOf = (address, field) => {
    const at = found.get(address);
    const live = at?.state === "present" || at?.state === "remembered" ? at.live : undefined;
    if (live !== undefined) return outputOfLive(live, wanted.get(address), field);
    if (at !== undefined) return undefined;
    return field === "id" ? owned.get(address)?.id : undefined;
  };

  for (const groups of groupLayers(graph, options.owned)) {
    await Promise.all(
      groups.map(async (group) => {
        try {
          await readGroup(group, { ...options, ownedAt: owned, found, wanted, outputOf, resolve: lookups.resolve });
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          problems.push(...error.problems);
        }
      }),
    );
  }

  const people = new Map<Address, Readonly<Record<string, string>>>();
  for (const name of used) {
    const instance = instances.get(name);
    if (instance === undefined || !instance.provider.namesPeople) continue;
    const parties = partiesOf(name, graph, wanted, found, owned, catalog);
    const known = await identify(instance, parties, problems);
    for (const party of parties) {
      const named = withLogins(party, known);
      wanted.set(party.resource.address, named.spec);
      people.set(party.resource.address, named.ids);
    }
  }

  const explained = await explain(graph, wanted, found, instances, catalog);
  const notes = await review(graph, wanted, found, instances, problems);
  return { wanted, found, people, explained, tenants, names: lookups.names, problems: distinct(problems), notes };
}

function outputOfLive(live: Live, wanted: Spec | undefined, field: string): Value | undefined {
  if (field === "id") return live.id;
  const path = field.split(".");
  return valueAt(live.computed, path) ?? valueAt(wanted, path) ?? valueAt(live.spec, path);
}

function usedInstances({ graph, owned, instances }: ReadOptions): readonly string[] {
  const used = new Set<string>();
  for (const resource of graph.resources.values()) used.add(resource.instance);
  for (const one of owned) used.add(one.address.split("/")[0] ?? "");
  return [...used].filter((name) => instances.has(name));
}

async function checkTenants(
  { graph, owned, instances, pinned }: ReadOptions,
  used: readonly string[],
  problems: Problem[],
): Promise<Record<string, Tenant>> {
  const tenants: Record<string, Tenant> = {};
  await Promise.all(
    used.map(async (name) => {
      const instance = instances.get(name);
      if (instance === undefined) return;
      try {
        const tenant = await instance.view.tenant();
        tenants[name] = tenant;
        const before = pinned[name];
        if (before !== undefined && before.id !== tenant.id) {
          problems.push({
            code: "other-tenant",
            message: `${name} is now the tenant ${tenant.id} (${tenant.host}); state belongs to ${before.id} (${before.host}).`,
            hint: `Point ${name} back in accord.yaml, or use another instance name or --env for the other tenant.`,
            fatal: true,
          });
          return;
        }
        const kinds = new Set(
          [...graph.resources.values(), ...owned.map(instanceAndKind)]
            .filter((one) => one.instance === name)
            .map((one) => shortKind(one.kind)),
        );
        problems.push(...(await instance.view.preflight([...kinds])));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
    }),
  );
  return tenants;
}

function instanceAndKind(owned: Owned): { instance: string; kind: string } {
  return { instance: owned.address.split("/")[0] ?? "", kind: owned.kind };
}

interface Group {
  readonly instance: string;
  readonly kind: string;
  readonly resources: readonly Resource[];
  /** Owned, and no longer declared. */
  readonly orphans: readonly Owned[];
}

/** Kinds in the order in which they need each other; kinds that need each other in a circle come last, together. */
function groupLayers(graph: Graph, owned: readonly Owned[]): Group[][] {
  const groups = new Map<string, { instance: string; kind: string; resources: Resource[]; orphans: Owned[] }>();
  const groupOf = (one: { instance: string; kind: string }): { resources: Resource[]; orphans: Owned[] } => {
    const key = groupKeyOf(one);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { instance: one.instance, kind: one.kind, resources: [], orphans: [] };
    groups.set(key, group);
    return group;
  };
  const needs = new Map<string, Set<string>>();
  for (const resource of graph.resources.values()) {
    groupOf(resource).resources.push(resource);
    const key = groupKeyOf(resource);
    const own = needs.get(key) ?? new Set<string>();
    needs.set(key, own);
    for (const need of graph.needs.get(resource.address) ?? []) {
      const target = graph.resources.get(need);
      if (target !== undefined && groupKeyOf(target) !== key) own.add(groupKeyOf(target));
    }
  }
  for (const one of owned) if (!graph.resources.has(one.address)) groupOf(instanceAndKind(one)).orphans.push(one);
  const layers = layersOf(groups.keys() as Iterable<Address>, (key) => [...(needs.get(key) ?? [])] as Address[]);
  const placed = new Set<string>(layers.flat());
  const circle = [...groups.keys()].filter((key) => !placed.has(key));
  return [...layers, circle]
    .map((keys) =>
      keys.map((key) => groups.get(key)).filter((group): group is NonNullable<typeof group> => group !== undefined),
    )
    .filter((layer) => layer.length > 0);
}

interface GroupContext extends ReadOptions {
  readonly ownedAt: ReadonlyMap<Address, Owned>;
  readonly found: Map<Address, Found>;
  readonly wanted: Map<Address, Spec>;
  readonly outputOf: OutputOf;
  readonly resolve: (resource: Resource, outputOf: OutputOf) => Promise<Spec>;
}

async function readGroup(group: Group, context: GroupContext): Promise<void> {
  const { found, wanted, ownedAt, outputOf } = context;
  const facts = context.catalog.factsOf(group.kind);
  const instance = context.instances.get(group.instance);
  for (const resource of group.resources) wanted.set(resource.address, await context.resolve(resource, outputOf));
  await doubtsOver(group, context);

  if (!facts.can.list && !facts.can.get) {
    for (const one of [...group.resources.map((resource) => ownedAt.get(resource.address)), ...group.orphans]) {
      if (one !== undefined) found.set(one.address, { state: "remembered", live: rememberedLive(one) });
    }
    for (const resource of group.resources)
      if (!found.has(resource.address)) found.set(resource.address, { state: "absent" });
    return;
  }
  if (instance === undefined) return;

  const keyOf = (resource: Resource): string | undefined => {
    return facts.key(asSpec(knownPart(wanted.get(resource.address) ?? {}) ?? {}));
  };
  const collections = [...(context.catalog.rulesOf(group.kind).spec.properties ?? [])].flatMap(([field, rule]) =>
    rule.unordered === true ? [field] : [],
  );
  const objects = [
    ...group.resources.map((resource) =>
      wantedObject(
        ownedAt.get(resource.address),
        keyOf(resource),
        [...Object.keys(resource.spec), ...(context.ending?.(resource.address) === true ? collections : [])],
        asSpec(knownPart(wanted.get(resource.address) ?? {}) ?? {}),
      ),
    ),
    ...group.orphans.map((one) => wantedObject(one, undefined, collections, {})),
  ];
  const byId = new Map<string, Live>();
  const byKey = new Map<string, Live[]>();
  if (facts.can.list && objects.length > 0) {
    for await (const live of instance.view.list(shortKind(group.kind), { objects })) {
      byId.set(live.id, live);
      const key = facts.key(live.spec);
      if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), live]);
    }
  }
  await confirmAbsent(group, objects, byId, context);

  for (const resource of group.resources) {
    const one = ownedAt.get(resource.address);
    if (one !== undefined) {
      const live = byId.get(one.id);
      found.set(resource.address, live === undefined ? { state: "gone", id: one.id } : { state: "present", live });
      continue;
    }
    const key = keyOf(resource);
    const matches = key === undefined ? [] : (byKey.get(key) ?? []);
    const [first, ...more] = matches;
    if (more.length > 0) {
      throw new ProblemError({
        code: "ambiguous-key",
        message: `${matches.length} objects of ${group.kind} in ${group.instance} are called "${key}": ${matches.map((live) => live.id).join(", ")}.`,
        hint: `Bind the right one: accord import ${resource.address} <id>.`,
        address: resource.address,
        source: resource.source,
      });
    }
    found.set(resource.address, first === undefined ? { state: "absent" } : { state: "present", live: first });
  }
  for (const one of group.orphans) {
    const live = byId.get(one.id);
    found.set(one.address, live === undefined ? { state: "gone", id: one.id } : { state: "present", live });
  }
  // References within the kind (a nested group) are known only now.
  for (const resource of group.resources) wanted.set(resource.address, await context.resolve(resource, outputOf));
}

/** A list that lags cannot tell that an interrupted create made nothing; after the window it can. */
async function doubtsOver(group: Group, context: GroupContext): Promise<void> {
  const window = context.catalog.factsOf(group.kind).consistency ?? 0;
  const moments = group.resources.flatMap((resource) => {
    const since = context.doubts.get(resource.address);
    return since === undefined ? [] : [since + window];
  });
  if (moments.length > 0 && window > 0) await context.until?.(Math.max(...moments));
}

function wantedObject(
  owned: Owned | undefined,
  key: string | undefined,
  declared: readonly string[],
  spec: Spec,
): WantedObject {
  const fields = [...new Set([...declared, ...Object.keys(owned?.applied ?? {})])];
  return {
    fields,
    known: owned === undefined ? [spec] : [spec, owned.applied],
    ...(owned === undefined ? {} : { id: owned.id }),
    ...(key === undefined ? {} : { key }),
  };
}

/** An owned object that a list does not show is asked for by id: a list lags, and an empty one is not a fact. */
async function confirmAbsent(
  group: Group,
  objects: readonly WantedObject[],
  byId: Map<string, Live>,
  context: GroupContext,
): Promise<void> {
  const facts = context.catalog.factsOf(group.kind);
  const instance = context.instances.get(group.instance);
  const missing = objects.flatMap((one) => (one.id !== undefined && !byId.has(one.id) ? [{ ...one, id: one.id }] : []));
  if (missing.length === 0 || instance === undefined) return;
  if (!facts.can.get) {
    throw new ProblemError({
      code: "cannot-prove-gone",
      message: `${group.instance} no longer lists ${missing.length} owned objects of ${group.kind}, and has no read by id to prove that they are gone.`,
      hint: "Check the credential's rights first; then `accord forget` what is really gone.",
    });
  }
  for await (const answer of instance.view.get(shortKind(group.kind), missing)) {
    if (!("gone" in answer)) byId.set(answer.id, answer);
  }
}

function rememberedLive(owned: Owned): Live {
  return { id: owned.id, spec: owned.applied, ...(owned.computed === undefined ? {} : { computed: owned.computed }) };
}

function partiesOf(
  instance: string,
  graph: Graph,
  wanted: ReadonlyMap<Address, Spec>,
  found: ReadonlyMap<Address, Found>,
  owned: ReadonlyMap<Address, Owned>,
  catalog: Catalog,
): Party[] {
  return [...graph.resources.values()]
    .filter((resource) => resource.instance === instance)
    .map((resource) => {
      const at = found.get(resource.address);
      return {
        resource,
        spec: wanted.get(resource.address) ?? resource.spec,
        rule: catalog.rulesOf(resource.kind).spec,
        live: at?.state === "present" ? at.live : undefined,
        owned: owned.get(resource.address),
      };
    });
}

/** Findings of kinds that need the tenant: errors stop the plan, warnings become notes. */
async function review(
  graph: Graph,
  wanted: ReadonlyMap<Address, Spec>,
  found: ReadonlyMap<Address, Found>,
  instances: Instances,
  problems: Problem[],
): Promise<ReadonlyMap<Address, readonly string[]>> {
  const notes = new Map<Address, readonly string[]>();
  await Promise.all(
    [...graph.resources.values()].map(async (resource) => {
      const instance = instances.get(resource.instance);
      const at = found.get(resource.address);
      if (instance === undefined || at === undefined || at.state === "remembered") return;
      const live = at.state === "present" ? at.live : undefined;
      const findings = await instance.view.review(shortKind(resource.kind), wanted.get(resource.address) ?? {}, live);
      for (const finding of findings) {
        if (finding.severity === "warning") {
          notes.set(resource.address, [...(notes.get(resource.address) ?? []), finding.message]);
        } else {
          problems.push({ ...finding, address: resource.address, source: resource.source });
        }
      }
    }),
  );
  return notes;
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.code} ${problem.address ?? ""} ${problem.message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
