/**
 * ⇄ Live state of every kind the graph mentions: one list per kind and instance, in the order in which they need each
 * other's ids, otherwise in parallel. Nothing here can write: it holds Views.
 */

import { sourceAt } from "../config/source-at.ts";
import type { Found } from "../diff/found.ts";
import { barelyOwned } from "../diff/ours.ts";
import type { Graph } from "../graph/build.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { Finding } from "../kind.ts";
import type { Address, Live, Owned, Resource, Spec, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { valueAt } from "../value.ts";
import { checkTenants, usedInstances } from "./check-tenants.ts";
import { kindOfAddress, trustedFrom, undeclared } from "./doubts.ts";
import { explain } from "./explained.ts";
import { type Group, groupLayers } from "./groups.ts";
import { createLookups } from "./lookups.ts";
import { newcomersAmong } from "./newcomers.ts";
import { identify, leaversIn, type Party, withLogins } from "./people.ts";
import { readGroup } from "./read-group.ts";
import type { ReadOptions } from "./read-options.ts";
import { ownedByAddress, type Reading } from "./reading.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

/** Reads everything; problems come in the Reading, all of them, except an instance that cannot be used at all. */
export async function readLive(options: ReadOptions): Promise<Reading> {
  const { graph, instances, catalog } = options;
  const problems: Problem[] = [];
  const owned = ownedByAddress(options.owned);
  const used = usedInstances(options);
  // Before anything is read: what one kind has read another may use, and none may show a half-done past.
  const trusted = trustedFrom(options.owned, options.doubts, catalog, (address) => kindOfAddress(address, instances));
  if (trusted !== undefined) await options.until?.(trusted);
  const { tenants, notes: instanceNotes } = await checkTenants(options, used, problems);
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
          problems.push(...error.problems.map((problem) => placedIn(group, problem)));
        }
      }),
    );
  }

  const people = new Map<Address, Readonly<Record<string, string>>>();
  const leavers = new Map<Address, readonly string[]>();
  for (const name of used) {
    const instance = instances.get(name);
    if (instance === undefined || !instance.provider.namesPeople) continue;
    const parties = partiesOf(name, graph, wanted, found, owned, catalog, options.now());
    const known = await identify(instance, parties, problems);
    const newcomers = newcomersAmong(parties);
    for (const party of parties) {
      const named = withLogins(party, known, newcomers);
      wanted.set(party.resource.address, named.spec);
      people.set(party.resource.address, named.ids);
      leavers.set(party.resource.address, leaversIn({ ...party, spec: named.spec }, instance));
    }
  }

  const explained = await explain(graph, wanted, found, instances, catalog);
  const notes = await review(graph, wanted, found, instances, problems, leavers);
  return {
    wanted,
    found,
    people,
    explained,
    tenants,
    names: lookups.names,
    problems: distinct(problems),
    notes,
    instanceNotes,
    ...lostIn(options, found),
  };
}

/** A refused read concerns every document of its kind: the first one says where to look. */
function placedIn({ resources: [first] }: Group, problem: Problem): Problem {
  if (first === undefined || problem.address !== undefined) return problem;
  return { address: first.address, source: first.source, ...problem };
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

function partiesOf(
  instance: string,
  graph: Graph,
  wanted: ReadonlyMap<Address, Spec>,
  found: ReadonlyMap<Address, Found>,
  owned: ReadonlyMap<Address, Owned>,
  catalog: Catalog,
  now: number,
): Party[] {
  return [...graph.resources.values()]
    .filter((resource) => resource.instance === instance)
    .map((resource) => {
      const at = found.get(resource.address);
      const one = owned.get(resource.address);
      return {
        resource,
        spec: wanted.get(resource.address) ?? resource.spec,
        rule: catalog.rulesOf(resource.kind).spec,
        live: at?.state === "present" ? at.live : undefined,
        owned: one,
        isNew: one?.shownBy !== undefined && Date.parse(one.shownBy) > now,
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
  before: ReadonlyMap<Address, readonly string[]>,
): Promise<ReadonlyMap<Address, readonly string[]>> {
  const notes = new Map(before);
  const refused = (error: unknown, { address, source }: Resource): readonly Finding[] => {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems.map((problem) => ({ address, source, ...problem })));
    return [];
  };
  const looked = [...graph.resources.values()].flatMap((resource) => {
    const instance = instances.get(resource.instance);
    const at = found.get(resource.address);
    const seen = instance !== undefined && at !== undefined && at.state !== "remembered";
    return seen ? [{ resource, instance, at }] : [];
  });
  await Promise.all(
    looked.map(async ({ resource, instance, at }) => {
      const { address, kind } = resource;
      const live = at.state === "present" ? at.live : undefined;
      const asked = instance.view.review(shortKind(kind), wanted.get(address) ?? {}, live);
      for (const finding of await asked.catch((error: unknown) => refused(error, resource))) {
        if (finding.severity === "warning") {
          const note = [finding.message, finding.hint ?? []].flat().join(" ");
          notes.set(address, [...(notes.get(address) ?? []), note]);
        } else problems.push(placedAt(resource, finding));
      }
    }),
  );
  return notes;
}

function placedAt(resource: Resource, { path = [], severity: _, ...problem }: Finding): Problem {
  const source = sourceAt(resource.sources, ["spec", ...path]) ?? resource.source;
  return { ...problem, address: resource.address, source };
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.code} ${problem.address ?? ""} ${problem.message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
