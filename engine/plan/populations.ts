/**
 * ⇄ Whom the plan's rules take in and let go: asked of the kinds of those rules that are new or change, since judging
 * everybody may cost a sweep of the directory. What cannot be asked is a note, never a reason to have no plan.
 */
import { plannedSpec } from "../impact/edges.ts";
import { populationChanges } from "../impact/population.ts";
import type { Change, FieldChange, Live, PopulationChange, Spec } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

export interface Populations {
  readonly populations: readonly PopulationChange[];
  readonly notes: readonly string[];
}

export async function readPopulations(
  changes: readonly Change[],
  instances: Instances,
  catalog: Catalog,
): Promise<Populations> {
  const asked = changes.flatMap((change) => {
    const rule = ruleAfter(change, catalog);
    const instance = instances.get(change.address.slice(0, change.address.indexOf("/")));
    return rule === undefined || instance === undefined ? [] : [{ change, instance, ...rule }];
  });
  const answers = await Promise.all(
    asked.map(async ({ change: { address, kind }, instance, spec, live }): Promise<Populations> => {
      try {
        const population = await instance.view.population(shortKind(kind), spec, live);
        const found = population === undefined ? [] : populationChanges(address, population);
        return { populations: found, notes: [] };
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const why = error.problems.map(({ message }) => message);
        return { populations: [], notes: [`${address}: whom its rule takes in could not be judged: ${why.join(" ")}`] };
      }
    }),
  );
  return { populations: answers.flatMap((one) => one.populations), notes: answers.flatMap((one) => one.notes) };
}

/** The rule as it will be, where it changes; a rule that ends is its kind's to describe. */
function ruleAfter(
  change: Change,
  catalog: Catalog,
): { readonly spec: Spec; readonly live: Live | undefined } | undefined {
  const facts = catalog.factsOf(change.kind);
  if (!facts.can.population) return undefined;
  switch (change.action) {
    case "create":
      return { spec: change.after.spec, live: undefined };
    case "update":
    case "adopt":
    case "replace": {
      if (!change.fields.some((field) => isOf(field, facts.ruleFields))) return undefined;
      if (change.action === "replace") return { spec: change.after.spec, live: change.before };
      const spec = plannedSpec(change.before, change.after, change.fields, catalog.rulesOf(change.kind));
      return { spec, live: change.before };
    }
    default:
      return undefined;
  }
}

function isOf({ path }: FieldChange, fields: readonly string[] | undefined): boolean {
  return fields === undefined || fields.includes(String(path[0]));
}
