/** Read once per reader; a failure is not kept, so that asking again asks Okta again. */
export function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= make().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

export function memoBy<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, () => Promise<T>>();
  return (key) => {
    const known = kept.get(key) ?? memo(() => make(key));
    kept.set(key, known);
    return known();
  };
}
