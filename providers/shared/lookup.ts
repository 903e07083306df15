import type { Candidates } from "../../engine/kind.ts";
import { nearestName } from "../../engine/words.ts";

const MOST_NEAR = 8;

/** Exact matches of a name; where there is none, the names that a reader may have meant. */
export function candidatesFor<T extends { readonly id: string }>(
  objects: readonly T[],
  name: string | undefined,
  nameOf: (object: T) => string,
): Candidates {
  if (name === undefined || name === "") return { exact: [], near: [] };
  const candidates = objects.map((object) => ({ id: object.id, label: nameOf(object) }));
  const exact = candidates.filter(({ label }) => label === name);
  if (exact.length > 0) return { exact, near: [] };
  const asked = name.toLowerCase();
  const misspelt = nearestName(
    name,
    candidates.map(({ label }) => label),
  );
  const near = candidates.filter(({ label }) => {
    const known = label.toLowerCase();
    return label === misspelt || (known !== "" && (known.includes(asked) || asked.includes(known)));
  });
  return { exact: [], near: near.slice(0, MOST_NEAR) };
}
