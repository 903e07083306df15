/**
 * ⇄ The sentence of adoption: survey, stand, name, explain, compose, prove. Reads through Views and writes nothing; what
 * comes out is text for files and bindings for state.
 */
import { compareText } from "../address.ts";
import type { Config } from "../config/config.ts";
import type { Found } from "../diff/found.ts";
import { resolveSpec } from "../graph/refs.ts";
import type { Address, Live, Owned, Resource, Tenant } from "../model.ts";
import { explain } from "../plan/explained.ts";
import { instanceOf } from "../plan/lookups.ts";
import { type Catalog, groupKeyOf, type Instances, otherTenant, shortKind } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, knownPart } from "../value.ts";
import { type Composed, compose } from "./compose.ts";
import { addressesFor, type Labelled, labelOf } from "./names.ts";
import { type Proof, prove } from "./prove.ts";
import { keeping, replaying } from "./replay.ts";
import { type Coverage, coverageOf, type Standing, standingsOf } from "./standing.ts";
import { type Index, indexOf, readReferred, type Surveyed, survey, type Target } from "./survey.ts";

export interface Surveying {
  readonly targets: readonly Target[];
  readonly instances: Instances;
  readonly config: Config;
  readonly catalog: Catalog;
  /** Documents of the stack as it is. */
  readonly declared: readonly Resource[];
  readonly owned: readonly Owned[];
  readonly pinned: Readonly<Record<string, Tenant>>;
  readonly instanceProviders: ReadonlyMap<string, string>;
}

export interface AdoptOptions extends Surveying {
  /** Only objects whose label this accepts. */
  readonly matches: (label: string) => boolean;
  readonly now: () => number;
  /** Text of a file of the stack; undefined where there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/** An object with whose it is. */
export interface Placed extends Labelled {
  readonly standing: Standing;
}

export interface Beside {
  readonly surveyed: readonly Surveyed[];
  readonly objects: readonly Placed[];
  readonly index: Index;
}

export interface Adoption {
  readonly composed: Composed;
  /** Absent where there is nothing to adopt. */
  readonly proof?: Proof;
  readonly objects: readonly Placed[];
  readonly coverage: readonly Coverage[];
}

/** What exists of the chosen kinds, and whose it is. */
export async function surveyBeside(options: Surveying): Promise<Beside> {
  const { targets, instances, catalog, config, declared, owned } = options;
  await checkAccess(options);
  const surveyed = await survey(targets, { instances, catalog, owned });
  const index = indexOf(surveyed);
  const instanceFor = (kind: string, from: Target): string => instanceOf(kind, from, instances);
  const everyone = surveyed.flatMap(({ instance, kind, lives }) => lives.map((live) => ({ instance, kind, live })));
  const held = new Set(owned.map(({ address, kind, id }) => `${address.split("/")[0]} ${kind} ${id}`));
  const unowned = everyone.filter((one) => !held.has(`${groupKeyOf(one)} ${one.live.id}`));
  await readReferred(unowned, index, targets, { instances, catalog, owned }, instanceFor);
  const labelled = new Map(
    surveyed.map((group) => [
      group,
      group.lives.map((live) => ({
        ...{ instance: group.instance, kind: group.kind, live },
        label: labelOf(group, live, { catalog, index, instanceFor }),
      })),
    ]),
  );
  const standings = standingsOf(surveyed, labelled, {
    ...{ stack: config.stack.name, catalog, owned },
    declared: unboundKeys(declared, owned, catalog, instanceFor),
  });
  const objects = [...standings].map(([object, standing]): Placed => ({ ...object, standing }));
  return { surveyed, objects, index };
}

export async function adopt(given: AdoptOptions): Promise<Adoption> {
  const options = { ...given, instances: keeping(given.instances) };
  const { catalog, config, declared, owned, matches, instances, readFile } = options;
  const { surveyed, objects, index } = await surveyBeside(options);
  const chosen = objects.filter(({ standing, label }) => isFree(standing) && matches(label));
  const taken = [...declared.map(({ address }) => address), ...owned.map(({ address }) => address)];
  const addresses = addressesFor(chosen, taken, config.stack.name);
  const composed = await compose(addresses, {
    ...{ catalog, config, owned, instances, index, readFile },
    instanceProviders: options.instanceProviders,
    explained: await reasonsFor(addresses, options),
  });
  const refused = new Map(composed.left.map(({ object, ...standing }) => [object, standing] as const));
  const placed = objects.map((object) => {
    const standing = refused.get(object);
    return standing === undefined ? object : { ...object, standing };
  });
  const adopted = new Set<unknown>(composed.documents.map(({ object }) => object));
  const coverage = coverageOf(surveyed, placed, adopted);
  if (composed.documents.length === 0) return { composed, objects: placed, coverage };
  const proof = await prove({
    ...{ declared, owned, catalog, added: composed.resources },
    ids: new Map(composed.documents.map(({ address, object }) => [address, object.live.id])),
    instances: replaying(instances, surveyed),
    instanceProviders: options.instanceProviders,
    ...{ pinned: options.pinned, stack: config.stack.name, now: options.now },
  });
  return { composed, proof, objects: placed, coverage };
}

export function isFree(standing: Standing): boolean {
  return standing.state === "unmanaged" && standing.reason === undefined;
}

/** Another tenant, and rights that are missing, before anything is listed: a blank list is not a fact. */
async function checkAccess({ targets, instances, pinned }: Surveying): Promise<void> {
  const problems: Problem[] = [];
  await Promise.all(
    [...new Set(targets.map(({ instance }) => instance))].map(async (name) => {
      try {
        const view = instances.get(name)?.view;
        if (view === undefined) return;
        const tenant = await view.tenant();
        const before = pinned[name];
        if (before !== undefined && before.id !== tenant.id) problems.push(otherTenant(name, before, tenant));
        const kinds = targets.filter(({ instance }) => instance === name).map(({ kind }) => shortKind(kind));
        problems.push(...(await view.preflight(kinds)));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
    }),
  );
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Documents that are not bound yet, by the natural key of what they declare, as far as it is known offline. */
function unboundKeys(
  declared: readonly Resource[],
  owned: readonly Owned[],
  catalog: Catalog,
  instanceFor: (kind: string, from: Target) => string,
): ReadonlyMap<string, Address> {
  const ids = new Map(owned.map(({ address, id }) => [address, id]));
  const keys = new Map<string, Address>();
  for (const resource of declared) {
    if (ids.has(resource.address)) continue;
    const spec = resolveSpec(
      resource,
      catalog.rulesOf(resource.kind).spec,
      (address, field) => (field === "id" ? ids.get(address) : undefined),
      () => undefined,
      (kind) => instanceFor(kind, resource),
    );
    const key = catalog.factsOf(resource.kind).key(asSpec(knownPart(spec) ?? {}));
    if (key !== undefined) keys.set(`${groupKeyOf(resource)} ${key}`, resource.address);
  }
  return keys;
}

/** Why members are there who need not be listed: asked as a plan asks for documents in mode `explained`. */
async function reasonsFor(addresses: ReadonlyMap<Labelled, Address>, { instances, catalog }: AdoptOptions) {
  const resources = new Map<Address, Resource>();
  const found = new Map<Address, Found>();
  for (const [{ instance, kind, live }, address] of addresses) {
    const collections = collectionsOf(live, kind, catalog);
    if (collections.length === 0) continue;
    const manage = Object.fromEntries(collections.map((field) => [field, "explained" as const]));
    resources.set(address, { ...BARE, address, instance, kind, manage });
    found.set(address, { state: "present", live });
  }
  return explain({ resources }, new Map(), found, instances, catalog);
}

const BARE = {
  ...{ spec: {}, protect: false, ignore: [], labels: {}, dependsOn: [], sources: new Map() },
  source: { file: "", line: 1, column: 1 },
} as const;

/** Collections that the vendor or another system may have filled. */
function collectionsOf(live: Live, kind: string, catalog: Catalog): readonly string[] {
  const rules = catalog.rulesOf(kind).spec;
  const granted = [...(rules.properties ?? [])].flatMap(([field, rule]) =>
    rule.grantedAs !== undefined && live.spec[field] !== undefined ? [field] : [],
  );
  return [...new Set([...granted, ...Object.keys(live.explained ?? {})])];
}

/** The environment variables that the new documents name. */
export function variablesOf({ documents }: Composed): readonly string[] {
  return [...new Set(documents.flatMap(({ variables }) => variables))].sort(compareText);
}
