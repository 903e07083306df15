/** A connection whose first words about the tenant (who it is, what the credential may see) name their place in accord.yaml. */
import type { Source } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Connection } from "../provider.ts";

export function located(connection: Connection, source: Source): Connection {
  return {
    ...connection,
    view() {
      const view = connection.view();
      return {
        ...view,
        tenant: () => placing(source, () => view.tenant()),
        preflight: async (kinds) => placed(await placing(source, () => view.preflight(kinds)), source),
      };
    },
  };
}

/** Problems that know no place of their own get this one: a provider knows its settings, and not where they are written. */
export function placed<P extends Problem>(problems: readonly P[], source: Source): readonly P[] {
  return problems.map((problem) => ({ source, ...problem }));
}

async function placing<T>(source: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError(placed(error.problems, source), { cause: error });
  }
}
