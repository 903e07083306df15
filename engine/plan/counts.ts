/** ⇄ The vendor's own counts beside the predictions: a difference is said, as is that there could be no answer. */
import type { ExpectedCount } from "../impact/counts.ts";
import type { Live } from "../model.ts";
import { ProblemError } from "../problem.ts";
import type { View } from "../provider.ts";
import { count } from "../words.ts";
import { type Catalog, shortKind } from "./tenants.ts";

export async function compareCounts(
  expected: readonly ExpectedCount[],
  viewOf: (instance: string) => View | undefined,
  catalog: Catalog,
  liveOf: (one: ExpectedCount, view: View) => Promise<Live | undefined>,
): Promise<readonly string[]> {
  const notes = await Promise.all(
    expected.map(async (one): Promise<readonly string[]> => {
      const view = viewOf(one.address.slice(0, one.address.indexOf("/")));
      if (view === undefined || !catalog.factsOf(one.kind).can.counted) return [];
      try {
        const live = await liveOf(one, view);
        const counted = live === undefined ? undefined : await view.counted(shortKind(one.kind), live, one.since);
        if (counted === undefined || fits(counted.people, one)) return [];
        const note = `${one.address}: it was judged to match ${range(one)}, and the vendor counts ${counted.people}.`;
        return [counted.caveat === undefined ? note : `${note} ${counted.caveat}`];
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const why = error.problems.map(({ message }) => message);
        return [`${one.address}: the vendor's own count could not be read: ${why.join(" ")}`];
      }
    }),
  );
  return notes.flat();
}

function fits(people: number, { matches: { least, most } }: ExpectedCount): boolean {
  return least <= people && people <= most;
}

function range({ matches: { least, most } }: ExpectedCount): string {
  return least === most ? count(least, "person", "people") : `${least} to ${most} people`;
}

/** Read by id, where nothing has read it yet. */
export async function readAgain({ kind, id }: ExpectedCount, view: View): Promise<Live | undefined> {
  for await (const answer of view.get(shortKind(kind), [{ id, fields: [] }])) {
    if (!("gone" in answer)) return answer;
  }
  return undefined;
}
