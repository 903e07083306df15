/** Why people are in an object, where not its document put them there. Pure. */
import type { Edge, Live } from "../model.ts";

/** Collection field → person → why. */
export type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The edges of an object, those of its people with the vendor's own word why, or another system's. */
export function withReasons(
  edges: Iterable<Edge>,
  { explained }: Pick<Live, "explained">,
  elsewhere?: Reasons,
): readonly Edge[] {
  const reasons = new Map<string, string>();
  for (const some of [elsewhere, explained]) {
    for (const [name, why] of Object.values(some ?? {}).flatMap((field) => Object.entries(field)))
      reasons.set(name.toLowerCase(), why);
  }
  if (reasons.size === 0) return [...edges];
  return [...edges].map((edge) => {
    const mine = edge.object === "self" && edge.holder === undefined;
    const why = mine ? reasons.get(edge.person.toLowerCase()) : undefined;
    return why === undefined ? edge : { ...edge, why };
  });
}
