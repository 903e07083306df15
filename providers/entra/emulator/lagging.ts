/**
 * Tables whose reads lag behind their writes (entra.md §0.2, §3.4): each row keeps the versions that a read may still
 * show. The truth decides what a write may do; the past is what everybody sees, references included.
 */

export interface Version<T> {
  /** Tenant time, epoch milliseconds. */
  readonly at: number;
  /** Null: deleted. */
  readonly value: T | null;
}

export interface Table<T> {
  /** The truth. */
  now(id: string): T | undefined;
  /** As reads show it that lag until `horizon`. */
  seen(id: string, horizon: number): T | undefined;
  /** Does a read at `horizon` differ from the truth? */
  lags(id: string, horizon: number): boolean;
  put(id: string, value: T, at: number): void;
  remove(id: string, at: number): void;
  all(): Iterable<readonly [string, T]>;
  allSeen(horizon: number): Iterable<readonly [string, T]>;
  /** Rows that reads at `until` show otherwise than those at `since` did; null for what is gone. */
  changed(since: number, until: number): Iterable<readonly [string, T | null]>;
  save(): unknown;
}

/** No read lags longer than this. */
const LONGEST_LAG = 3_600_000;

export function createTable<T>(saved: readonly (readonly [string, readonly Version<T>[]])[] = []): Table<T> {
  const rows = new Map<string, readonly Version<T>[]>(saved.map(([id, versions]) => [id.toLowerCase(), versions]));
  const versionAt = (versions: readonly Version<T>[] | undefined, horizon: number): Version<T> | undefined =>
    versions?.findLast(({ at }) => at <= horizon);
  const write = (id: string, version: Version<T>): void => {
    const before = rows.get(id.toLowerCase()) ?? [];
    const keepFrom = before.findLastIndex(({ at }) => at <= version.at - LONGEST_LAG);
    rows.set(id.toLowerCase(), [...before.slice(Math.max(0, keepFrom)), version]);
  };
  return {
    now: (id) => rows.get(id.toLowerCase())?.at(-1)?.value ?? undefined,
    seen: (id, horizon) => versionAt(rows.get(id.toLowerCase()), horizon)?.value ?? undefined,
    lags: (id, horizon) => (rows.get(id.toLowerCase())?.at(-1)?.at ?? 0) > horizon,
    put: (id, value, at) => write(id, { at, value }),
    remove: (id, at) => write(id, { at, value: null }),
    *all() {
      for (const [id, versions] of rows) {
        const value = versions.at(-1)?.value;
        if (value !== undefined && value !== null) yield [id, value];
      }
    },
    *allSeen(horizon) {
      for (const [id, versions] of rows) {
        const value = versionAt(versions, horizon)?.value;
        if (value !== undefined && value !== null) yield [id, value];
      }
    },
    *changed(since, until) {
      for (const [id, versions] of rows) {
        const version = versionAt(versions, until);
        if (version !== undefined && version.at > since) yield [id, version.value];
      }
    },
    save: () => [...rows],
  };
}
