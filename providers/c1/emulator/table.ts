/**
 * Rows by key, in the order they were made, with secondary indexes. A page token is a position in that order, so that
 * reading a whole table page by page costs one pass over it, and a row deleted meanwhile moves nobody.
 */
export interface Table<Row, Index extends string = never> {
  get(key: string): Row | undefined;
  put(row: Row): Row;
  delete(key: string): void;
  /** Rows whose index has this value. */
  by(index: Index, value: string): readonly Row[];
  /** Rows from a position on. */
  scan(from?: number): IterableIterator<{ readonly position: number; readonly row: Row }>;
  rows(): readonly Row[];
  readonly size: number;
}

export interface TableOptions<Row, Index extends string> {
  key(row: Row): string;
  /** Undefined: the row is not in that index. */
  readonly indexes?: { readonly [K in Index]: (row: Row) => string | undefined };
}

export function table<Row, Index extends string = never>(
  options: TableOptions<Row, Index>,
  rows: readonly Row[] = [],
): Table<Row, Index> {
  const positions = new Map<string, number>();
  const slots: (Row | undefined)[] = [];
  const indexes = new Map<string, { of: (row: Row) => string | undefined; keys: Map<string, Set<string>> }>();
  for (const [name, of] of Object.entries<(row: Row) => string | undefined>(options.indexes ?? {})) {
    indexes.set(name, { of, keys: new Map() });
  }

  const get = (key: string): Row | undefined => {
    const position = positions.get(key);
    return position === undefined ? undefined : slots[position];
  };
  const put = (row: Row): Row => {
    const key = options.key(row);
    const position = positions.get(key);
    const before = position === undefined ? undefined : slots[position];
    if (position === undefined) positions.set(key, slots.push(row) - 1);
    else slots[position] = row;
    for (const { of, keys } of indexes.values()) {
      const value = of(row);
      const old = before === undefined ? undefined : of(before);
      if (value === old) continue;
      if (old !== undefined) keys.get(old)?.delete(key);
      if (value === undefined) continue;
      const set = keys.get(value) ?? new Set<string>();
      keys.set(value, set.add(key));
    }
    return row;
  };
  for (const row of rows) put(row);

  return {
    get,
    put,
    delete(key) {
      const row = get(key);
      const position = positions.get(key);
      if (row === undefined || position === undefined) return;
      for (const { of, keys } of indexes.values()) keys.get(of(row) ?? "")?.delete(key);
      slots[position] = undefined;
      positions.delete(key);
    },
    by: (index, value) => [...(indexes.get(index)?.keys.get(value) ?? [])].map(get).filter((row) => row !== undefined),
    *scan(from = 0) {
      for (let position = from; position < slots.length; position += 1) {
        const row = slots[position];
        if (row !== undefined) yield { position, row };
      }
    },
    rows: () => slots.filter((row) => row !== undefined),
    get size() {
      return positions.size;
    },
  };
}
