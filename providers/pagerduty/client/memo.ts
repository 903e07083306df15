/** What a reader has read it keeps: each key's promise is made once. */
export function createMemo<Value>(): (key: string, load: () => Promise<Value>) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key, load) => {
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const promise = load();
    known.set(key, promise);
    return promise;
  };
}
