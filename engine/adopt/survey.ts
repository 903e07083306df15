/** ⇄ Everything that exists of the chosen kinds, one list each, through Views that cannot write. */
import type { Live, Owned } from "../model.ts";
import { type Catalog, groupKeyOf, type Instances, shortKind } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { valueAt } from "../value.ts";
import { referencesIn } from "./references.ts";

/** One kind of one instance; `kind` is `<provider>/<kind>`. */
export interface Target {
  readonly instance: string;
  readonly kind: string;
}

export interface Surveyed extends Target {
  /** False where the vendor gives no list: objects are known by id only. */
  readonly listed: boolean;
  readonly lives: readonly Live[];
}

export interface SurveyOptions {
  readonly instances: Instances;
  readonly catalog: Catalog;
  readonly owned: readonly Owned[];
}

/** In the order of the targets. Throws one ProblemError with everything that could not be read. */
export async function survey(targets: readonly Target[], options: SurveyOptions): Promise<readonly Surveyed[]> {
  const problems: Problem[] = [];
  const surveyed = await Promise.all(
    targets.map(async (target): Promise<Surveyed> => {
      try {
        return await surveyOne(target, options);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
        return { ...target, listed: false, lives: [] };
      }
    }),
  );
  if (problems.length > 0) throw new ProblemError(problems);
  return surveyed;
}

async function surveyOne(target: Target, { instances, catalog, owned }: SurveyOptions): Promise<Surveyed> {
  const view = instances.get(target.instance)?.view;
  if (view === undefined || !catalog.factsOf(target.kind).can.list) return { ...target, listed: false, lives: [] };
  const objects = owned
    .filter((one) => one.kind === target.kind && one.address.startsWith(`${target.instance}/`))
    .map(({ id, applied }) => ({ id, fields: Object.keys(applied), known: [applied] }));
  const lives = new Map<string, Live>();
  for await (const live of view.list(shortKind(target.kind), { objects, everything: true })) lives.set(live.id, live);
  return { ...target, listed: true, lives: [...lives.values()] };
}

/** Objects by kind and vendor id. */
export interface Index {
  find(target: Target, id: string): Live | undefined;
  add(target: Target, lives: Iterable<Live>): void;
}

export function indexOf(surveyed: readonly Surveyed[]): Index {
  const groups = new Map<string, Map<string, Live>>();
  const index: Index = {
    find: (target, id) => groups.get(groupKeyOf(target))?.get(id),
    add(target, lives) {
      const key = groupKeyOf(target);
      const group = groups.get(key) ?? new Map<string, Live>();
      groups.set(key, group);
      for (const live of lives) group.set(live.id, live);
    },
  };
  for (const one of surveyed) index.add(one, one.lives);
  return index;
}

/** What is read to name an object: no field that costs a call of its own. */
const NAME_ONLY = { fields: [] };

/**
 * Objects that are only referred to, so that they can be called by name: what they in turn refer to is read as well.
 * `from` are the objects that refer; kinds that were surveyed, or cannot be looked up, are not asked again.
 */
export async function readReferred(
  from: readonly (Target & { readonly live: Live })[],
  index: Index,
  surveyed: readonly Target[],
  { instances, catalog }: SurveyOptions,
  instanceFor: (kind: string, from: Target) => string,
): Promise<void> {
  const known = new Set(surveyed.map(groupKeyOf));
  const asked = new Set<string>();
  let open = from;
  while (open.length > 0) {
    const wanted = new Map<string, { target: Target; ids: Set<string> }>();
    for (const one of open) {
      for (const { kinds, id } of referencesIn(one.live.spec, catalog.rulesOf(one.kind).spec)) {
        for (const kind of kinds) {
          const target = { instance: instanceFor(kind, one), kind };
          const key = groupKeyOf(target);
          if (known.has(key) || asked.has(`${key} ${id}`) || !canBeNamed(target, catalog, instances)) continue;
          asked.add(`${key} ${id}`);
          const group = wanted.get(key) ?? { target, ids: new Set<string>() };
          wanted.set(key, group);
          group.ids.add(id);
        }
      }
    }
    const found = await Promise.all(
      [...wanted.values()].map(async ({ target, ids }) => {
        const lives: Live[] = [];
        const objects = [...ids].map((id) => ({ id, ...NAME_ONLY }));
        const view = instances.get(target.instance)?.view;
        for await (const live of view?.list(shortKind(target.kind), { objects }) ?? []) {
          if (ids.has(live.id)) lives.push(live);
        }
        index.add(target, lives);
        return lives.map((live) => ({ ...target, live }));
      }),
    );
    open = found.flat();
  }
}

function canBeNamed({ instance, kind }: Target, catalog: Catalog, instances: Instances): boolean {
  const facts = catalog.factsOf(kind);
  return facts.can.find && facts.can.list && facts.lookups !== undefined && instances.has(instance);
}

/** Whom an object's own words or names call `id`: for labels and reports. */
export function saidName(live: Live, id: string): string | undefined {
  const name = valueAt(live.names, [id]);
  return typeof name === "string" && name !== "" ? name : undefined;
}
