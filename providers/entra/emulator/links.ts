/** Who is in which relation to what: the truth, and a log by which reads see the past and delta queries the difference. */

export interface LinkChange {
  readonly at: number;
  readonly from: string;
  /** `members`, `owners` */
  readonly relation: string;
  readonly to: string;
  readonly present: boolean;
}

export interface Links {
  has(from: string, relation: string, to: string): boolean;
  now(from: string, relation: string): readonly string[];
  seen(from: string, relation: string, horizon: number): readonly string[];
  /** Every `from` that has this one in the relation. */
  holders(relation: string, to: string): readonly string[];
  set(change: LinkChange): void;
  /** Changes after `since`, up to `until`, oldest first. */
  changes(since: number, until: number): readonly LinkChange[];
  save(): unknown;
}

/** Delta links live for seven days. */
const KEPT = 8 * 24 * 3_600_000;

export interface SavedLinks {
  readonly links: readonly (readonly [string, readonly string[]])[];
  readonly log: readonly LinkChange[];
}

export function createLinks(saved: SavedLinks = { links: [], log: [] }): Links {
  const sets = new Map(saved.links.map(([key, ids]) => [key, new Set(ids)]));
  let log: LinkChange[] = [...saved.log];
  const keyOf = (from: string, relation: string): string => `${from} ${relation}`;
  /** Position of the first entry after a time; the log is in order. */
  const firstAfter = (time: number): number => {
    let low = 0;
    let high = log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((log[middle]?.at ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    has: (from, relation, to) => sets.get(keyOf(from, relation))?.has(to) === true,
    now: (from, relation) => [...(sets.get(keyOf(from, relation)) ?? [])],
    seen(from, relation, horizon) {
      const ids = new Set(sets.get(keyOf(from, relation)));
      for (let index = log.length - 1; index >= firstAfter(horizon); index -= 1) {
        const change = log[index];
        if (change === undefined || change.from !== from || change.relation !== relation) continue;
        if (change.present) ids.delete(change.to);
        else ids.add(change.to);
      }
      return [...ids];
    },
    holders(relation, to) {
      const suffix = ` ${relation}`;
      return [...sets].flatMap(([key, ids]) =>
        key.endsWith(suffix) && ids.has(to) ? [key.slice(0, -suffix.length)] : [],
      );
    },
    set(change) {
      const key = keyOf(change.from, change.relation);
      const ids = sets.get(key) ?? new Set<string>();
      if (ids.has(change.to) === change.present) return;
      if (change.present) ids.add(change.to);
      else ids.delete(change.to);
      sets.set(key, ids);
      log.push(change);
      if ((log[0]?.at ?? 0) < change.at - KEPT) log = log.slice(firstAfter(change.at - KEPT));
    },
    changes: (since, until) => log.slice(firstAfter(since), firstAfter(until)),
    save: () => ({ links: [...sets].map(([key, ids]) => [key, [...ids]]), log }),
  };
}
