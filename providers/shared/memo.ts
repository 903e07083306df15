/**
 * What a reader has read it keeps. The promise is kept, not the value, so that two callers read once; a failure is not
 * kept, so that asking again asks the vendor again.
 */
export type Memo<Value> = (key: string, load: () => Promise<Value>) => Promise<Value>;

export function createMemo<Value>(): Memo<Value> {
  const kept = new Map<string, Promise<Value>>();
  return (key, load) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const loading = load().catch((error: unknown) => {
      kept.delete(key);
      throw error;
    });
    kept.set(key, loading);
    return loading;
  };
}

/** A memo of one thing. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  const memo = createMemo<Value>();
  return () => memo("", load);
}
