/** Who holds what, as the access graph knows it: owners, holders of entitlements, and what is held by whom. */
import type { Edge, Spec } from "../../../engine/model.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import type { ScopedRef } from "../client/refs.ts";
import type { C1Reader } from "../client.ts";
import { namePeople } from "./people.ts";

type Ownable = { readonly spec: Spec; readonly people?: Readonly<Record<string, string>> };

/** People, and whoever holds an entitlement that owns. */
export function* ownerEdges({ spec, people }: Ownable, what: string, privileged = false): Iterable<Edge> {
  const owned = { entitlement: `owner of ${what}`, ...(privileged ? { privileged } : {}) };
  for (const person of textsOf(spec.owners)) {
    const personId = people?.[person];
    yield { person, ...owned, ...(personId === undefined ? {} : { personId }) };
  }
  for (const id of refIds(spec.ownerEntitlements)) {
    yield { person: `holders of ${id}`, holder: { kind: "c1/entitlement", id }, ...owned };
  }
}

/** Everybody who holds an entitlement; an account that is mapped to nobody goes by its own name. */
export async function holderEdges(reader: C1Reader, ref: ScopedRef, entitlement: string): Promise<readonly Edge[]> {
  const rows = await reader.holdersOf(ref);
  const ids = [...new Set(rows.map(({ userId }) => userId).filter((id) => id !== ""))];
  const { logins, people } = await namePeople(reader, ids);
  const unmapped = rows.flatMap(({ userId, names }) => (userId === "" ? names.slice(0, 1) : []));
  return [...logins, ...unmapped].map((person) => {
    const personId = people[person];
    return { person, ...(personId === undefined ? {} : { personId }), entitlement, object: "self" };
  });
}
