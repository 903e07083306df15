import type { Found } from "../diff/found.ts";
import type { Address, Owned, Spec, Tenant } from "../model.ts";
import type { Problem } from "../problem.ts";

export interface Reading {
  /** Declared address → spec with references resolved and people by login. */
  readonly wanted: ReadonlyMap<Address, Spec>;
  /** Declared and owned addresses. */
  readonly found: ReadonlyMap<Address, Found>;
  /** Address → login → vendor id, of every person the wanted spec names. */
  readonly people: ReadonlyMap<Address, Readonly<Record<string, string>>>;
  /** Address → collection field → element (lower case) → why it is there. */
  readonly explained: ReadonlyMap<Address, Readonly<Record<string, Readonly<Record<string, string>>>>>;
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** Display names of vendor ids, `<instance> <id>` → name. */
  readonly names: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly notes: ReadonlyMap<Address, readonly string[]>;
  /** About a whole instance, and so once for all its documents. */
  readonly instanceNotes: readonly string[];
  /** Made by an interrupted run, in nobody's document and not in state: ours to end. */
  readonly lost: readonly Owned[];
  /** The same, where nobody can tell whether there is one. */
  readonly unsettled: readonly Address[];
}

export function ownedByAddress(owned: readonly Owned[]): ReadonlyMap<Address, Owned> {
  return new Map(owned.map((one) => [one.address, one]));
}
