/**
 * Joins what is asked one by one within a moment into few requests: forty lookups of forty resources become one
 * search. Each key is asked once and its answer kept; a failure is not.
 */
export interface Batch<Value> {
  get(key: string): Promise<Value>;
  /** What another question has already brought. */
  put(key: string, value: Value): void;
}

export function createBatch<Value>(
  most: number,
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  absent: Value,
): Batch<Value> {
  interface Waiting {
    readonly key: string;
    resolve(value: Value): void;
    reject(reason: unknown): void;
  }
  const known = new Map<string, Promise<Value>>();
  let waiting: Waiting[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += most) {
      const part = all.slice(start, start + most);
      load(part.map(({ key }) => key)).then(
        (values) => {
          for (const { key, resolve } of part) resolve(values.get(key) ?? absent);
        },
        (reason: unknown) => {
          for (const { key, reject } of part) {
            known.delete(key);
            reject(reason);
          }
        },
      );
    }
  }

  return {
    put(key, value) {
      if (!known.has(key)) known.set(key, Promise.resolve(value));
    },
    get(key) {
      const earlier = known.get(key);
      if (earlier !== undefined) return earlier;
      const promise = new Promise<Value>((resolve, reject) => {
        // A turn of the event loop, so that callers a few awaits behind still join.
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ key, resolve, reject });
      });
      known.set(key, promise);
      return promise;
    },
  };
}
