import type { Candidates } from "../../../engine/kind.ts";
import { nearestName } from "../../../engine/words.ts";

const MOST_NEAR = 5;

/** Exact matches of a name; where there is none, the names that a reader may have meant. */
export function candidatesFor<T extends { readonly id: string }>(
  objects: readonly T[],
  name: string | undefined,
  nameOf: (object: T) => string,
): Candidates {
  if (name === undefined) return { exact: [], near: [] };
  const candidate = (object: T): { readonly id: string; readonly label: string } => ({
    id: object.id,
    label: nameOf(object),
  });
  const exact = objects.filter((object) => nameOf(object) === name);
  if (exact.length > 0) return { exact: exact.map(candidate), near: [] };
  const folded = name.toLowerCase();
  const misspelt = nearestName(name, objects.map(nameOf));
  const near = objects.filter((object) => {
    const other = nameOf(object).toLowerCase();
    return nameOf(object) === misspelt || other.includes(folded) || folded.includes(other);
  });
  return { exact: [], near: near.slice(0, MOST_NEAR).map(candidate) };
}
