/** Lookups by display name. */
import type { Candidates } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import { text } from "../client/wire.ts";

export function findByName(rows: readonly Fields[], lookup: Spec): Candidates {
  const named = rows.map((row) => ({ id: text(row.id), name: text(row.displayName) }));
  return candidatesFor(named, textAt(lookup, "name"), ({ name }) => name);
}
