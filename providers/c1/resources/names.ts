/** Lookups by display name: exact, or what it may have meant. */
import type { Candidates } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { type Fields, text } from "../client/wire.ts";

const NEAR = 8;

export function findByName(rows: readonly Fields[], lookup: Spec): Candidates {
  const name = text(lookup.name);
  const candidates = rows.map((row) => ({ id: text(row.id), label: text(row.displayName) }));
  const exact = candidates.filter(({ label }) => label === name);
  if (exact.length > 0) return { exact, near: [] };
  const asked = name.toLowerCase();
  const near = candidates.filter(({ label }) => {
    const known = label.toLowerCase();
    return known !== "" && (known.includes(asked) || asked.includes(known));
  });
  return { exact: [], near: near.slice(0, NEAR) };
}
