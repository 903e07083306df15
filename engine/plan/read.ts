/**
 * ⇄ Live state of every kind the graph mentions: one list per kind and instance, in the order in which they need each
 * other's ids, otherwise in parallel. Nothing here can write: it holds Views.
 */

import type { Found } from "../diff/found.ts";
import { barelyOwned, type Doubt } from "../diff/ours.ts";
import type { Graph } from "../graph/build.ts";
import { layersOf } from "../graph/order.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { WantedObject } from "../kind.ts";
import type { Address, Live, Owned, Resource, Spec, Tenant, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, knownPart, valueAt } from "../value.ts";
import { listed } from "../words.ts";
import { type Doubts, kindOfAddress, onlyOurs, trustedFrom, undeclared } from "./doubts.ts";
import { explain } from "./explained.ts";
import { createLookups } from "./lookups.ts";
import { identify, type Party, withLogins } from "./people.ts";
import { ownedByAddress, type Reading } from "./reading.ts";
import { type Catalog, groupKeyOf, type Instances, otherTenant, shortKind } from "./tenants.ts";

export interface ReadOptions {
  readonly graph: Graph;
  readonly owned: readonly Owned[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  /** Tenants that state pins the instances to. */
  readonly pinned: Readonly<Record<string, Tenant>>;
  /** Declared objects that are to end (--destroy, --replace): read with all they hold, as whoever is in them loses it. */
  readonly ending?: (address: Address) => boolean;
  /** Name of the stack, as markers say it. */
  readonly stack: string;
  /** Creates of an interrupted run that may have happened. */
  readonly doubts: Doubts;
  /** Waits until a moment (epoch milliseconds): absence counts only after a kind's consistency window. */
  readonly until?: (moment: number) => Promise<void>;
}

/** Reads everything; problems come in the Reading, all of them, except an instance that cannot be used at all. */
export async function readLive(options: ReadOptions): Promise<Reading> {
  const { graph, instances, catalog } = options;
  const problems: Problem[] = [];
  const owned = ownedByAddress(options.owned);
  const used = usedInstances(options);
  // Before anything is read: what one kind has read another may use, and none may show a half-done past.
  const trusted = trustedFrom(options.owned, options.doubts, catalog, (address) => kindOfAddress(address, instances));
  if (trusted !== undefined) await options.until?.(trusted);
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

  for (const groups of groupLayers(options)) {
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
  return {
    wanted,
    found,
    people,
    explained,
    tenants,
    names: lookups.names,
    problems: distinct(problems),
    notes,
    ...lostIn(options, found),
  };
}

/** What became of the creates that no document asks for any more. */
function lostIn({ graph, owned, doubts, instances }: ReadOptions, found: ReadonlyMap<Address, Found>) {
  const lost: Owned[] = [];
  const unsettled: Address[] = [];
  for (const { address } of undeclared(doubts, graph, owned)) {
    const at = found.get(address);
    const kind = kindOfAddress(address, instances);
    if (at === undefined) unsettled.push(address);
    else if (at.state === "present" && kind !== undefined) lost.push(barelyOwned(address, kind, at.live.id));
  }
  return { lost, unsettled };
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
        if (tenant.id === "") {
          problems.push({
            code: "blank-answer",
            message: `${name} did not say which tenant it is.`,
            hint: "The credential seems to have lost its rights: `accord doctor` says more.",
            fatal: true,
          });
          return;
        }
        const before = pinned[name];
        if (before !== undefined && before.id !== tenant.id) {
          problems.push(otherTenant(name, before, tenant));
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
  /** Perhaps made by an interrupted run, and neither owned nor declared. */
  readonly lost: readonly Doubt[];
}

interface Filling extends Group {
  readonly resources: Resource[];
  readonly orphans: Owned[];
  readonly lost: Doubt[];
}

/** Kinds in the order in which they need each other; kinds that need each other in a circle come last, together. */
function groupLayers({ graph, owned, doubts, instances }: ReadOptions): Group[][] {
  const groups = new Map<string, Filling>();
  const groupOf = (one: { instance: string; kind: string }): Filling => {
    const key = groupKeyOf(one);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { instance: one.instance, kind: one.kind, resources: [], orphans: [], lost: [] };
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
  for (const doubt of undeclared(doubts, graph, owned)) {
    const kind = kindOfAddress(doubt.address, instances);
    if (kind !== undefined) groupOf({ instance: doubt.address.split("/")[0] ?? "", kind }).lost.push(doubt);
  }
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

/** All at once: lookups that a provider is asked together it can answer together. */
async function resolveAll({ resources }: Group, { wanted, resolve, outputOf }: GroupContext): Promise<void> {
  await Promise.all(resources.map(async (resource) => wanted.set(resource.address, await resolve(resource, outputOf))));
}

async function readGroup(group: Group, context: GroupContext): Promise<void> {
  const { found, wanted, ownedAt } = context;
  const facts = context.catalog.factsOf(group.kind);
  const instance = context.instances.get(group.instance);
  await resolveAll(group, context);

  if (!facts.can.list && !facts.can.get) {
    for (const one of [...group.resources.map((resource) => ownedAt.get(resource.address)), ...group.orphans]) {
      if (one !== undefined) found.set(one.address, { state: "remembered", live: rememberedLive(one) });
    }
    for (const resource of group.resources)
      if (!found.has(resource.address)) found.set(resource.address, { state: "absent" });
    for (const { address } of group.lost) found.set(address, { state: "absent" });
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
    // A replacement that was interrupted: the old one by id, and what may have taken its place by key.
    ...group.resources
      .filter(({ address }) => ownedAt.has(address) && context.doubts.has(address))
      .map((resource) => wantedObject(undefined, keyOf(resource), Object.keys(resource.spec), {})),
    ...group.lost.map((doubt) => wantedObject(undefined, doubt.key, collections, {})),
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
  refuseBlank(group, objects, byId, (spec) => facts.key(spec));

  for (const resource of group.resources) {
    const one = ownedAt.get(resource.address);
    const key = keyOf(resource);
    const matches = key === undefined ? [] : (byKey.get(key) ?? []);
    const doubt = context.doubts.get(resource.address);
    const ours = doubt === undefined ? undefined : onlyOurs(matches, resource.address, context.stack, doubt);
    if (one !== undefined) {
      const live = byId.get(one.id) ?? ours;
      found.set(resource.address, live === undefined ? { state: "gone", id: one.id } : { state: "present", live });
      continue;
    }
    const [first, ...more] = ours === undefined ? matches : [ours];
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
  for (const doubt of group.lost) {
    const matches = byKey.get(doubt.key ?? "") ?? [];
    const live = onlyOurs(matches, doubt.address, context.stack, doubt);
    if (live !== undefined) found.set(doubt.address, { state: "present", live });
    else if (matches.length === 0 && doubt.key !== undefined && facts.can.list) {
      found.set(doubt.address, { state: "absent" });
    }
  }
  // References within the kind (a nested group) are known only now.
  await resolveAll(group, context);
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
  const unproven = new Set(missing.map((one) => one.id));
  for await (const answer of instance.view.get(shortKind(group.kind), missing)) {
    unproven.delete(answer.id);
    if (!("gone" in answer)) byId.set(answer.id, answer);
  }
  if (unproven.size > 0) throw blankAnswer(group, [...unproven]);
}

/** What an object is called is never blank: a name that vanished is a right that the credential lost, not a change. */
function refuseBlank(
  group: Group,
  objects: readonly WantedObject[],
  byId: ReadonlyMap<string, Live>,
  keyOf: (spec: Spec) => string | undefined,
): void {
  const blank = objects.flatMap(({ id }) => {
    const live = id === undefined ? undefined : byId.get(id);
    return live !== undefined && keyOf(live.spec) === "" ? [live.id] : [];
  });
  if (blank.length > 0) throw blankAnswer(group, blank);
}

function blankAnswer({ instance, kind }: Group, ids: readonly string[]): ProblemError {
  return new ProblemError({
    code: "blank-answer",
    message: `${instance} answered with blank fields for ${kind} ${listed(ids)}, which says nothing about whether they are there.`,
    hint: "The credential seems to have lost a right or a role: `accord doctor` says which. Nothing was concluded from the answer.",
    fatal: true,
  });
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
