/**
 * ⇄ Who takes turns in what the plan's documents rest on: of those that change, whatever they name that is handed over
 * by the clock. It is shown as of now, since every plan of an hour later may show something else.
 */
import type { Graph } from "../graph/build.ts";
import type { Address, Change, Rota } from "../model.ts";
import { ProblemError } from "../problem.ts";
import type { Reading } from "./reading.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

/** Two weeks show a weekly rotation of two people whole. */
const AHEAD = 14 * 86_400_000;

export interface Rotas {
  readonly rotas: readonly Rota[];
  readonly notes: readonly string[];
}

export async function readRotas(
  changes: readonly Change[],
  graph: Graph,
  reading: Reading,
  instances: Instances,
  catalog: Catalog,
): Promise<Rotas> {
  const answers = await Promise.all(
    namedBy(changes, graph).map(async (address): Promise<Rotas> => {
      const resource = graph.resources.get(address);
      const found = reading.found.get(address);
      const instance = resource === undefined ? undefined : instances.get(resource.instance);
      if (resource === undefined || instance === undefined || found?.state !== "present") return NONE;
      if (!catalog.factsOf(resource.kind).can.rota) return NONE;
      try {
        const turns = await instance.view.rota(shortKind(resource.kind), found.live, AHEAD);
        return { rotas: [{ address, turns }], notes: [] };
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const why = error.problems.map(({ message }) => message);
        return { rotas: [], notes: [`${address}: who takes turns could not be read: ${why.join(" ")}`] };
      }
    }),
  );
  return { rotas: answers.flatMap((one) => one.rotas), notes: answers.flatMap((one) => one.notes) };
}

const NONE: Rotas = { rotas: [], notes: [] };

/** What changes, and what it names. */
function namedBy(changes: readonly Change[], graph: Graph): readonly Address[] {
  const named = new Set<Address>();
  for (const { action, address } of changes) {
    if (action === "none") continue;
    named.add(address);
    for (const reference of graph.mentions.get(address)?.references ?? []) named.add(reference.address);
  }
  return [...named].sort();
}
