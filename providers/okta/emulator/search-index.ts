/**
 * The index behind `search` and `filter` lags writes (okta.md §0.7): until the lag is over it shows an object as it
 * was, which for a new one means not at all.
 */
import type { Stale } from "./tenant.ts";

/** Remembers what the index goes on showing; the first of several quick writes decides until when. */
export function changed<T>(stale: Map<string, Stale<T>>, id: string, before: T | null, now: number, lag: number): void {
  const known = stale.get(id);
  if (known !== undefined && known.at + lag > now) return;
  stale.set(id, { at: now, before });
}

export function indexed<T>(
  objects: ReadonlyMap<string, T>,
  stale: Map<string, Stale<T>>,
  now: number,
  lag: number,
): readonly T[] {
  for (const [id, entry] of stale) if (entry.at + lag <= now) stale.delete(id);
  if (stale.size === 0) return [...objects.values()];
  const shown: T[] = [];
  for (const [id, object] of objects) {
    const entry = stale.get(id);
    const visible = entry === undefined ? object : entry.before;
    if (visible !== null) shown.push(visible);
  }
  for (const [id, entry] of stale) if (!objects.has(id) && entry.before !== null) shown.push(entry.before);
  return shown;
}
