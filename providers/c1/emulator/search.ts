/** An empty filter lets everything through. */
export function among<T>(filter: readonly T[], value: T): boolean {
  return filter.length === 0 || filter.includes(value);
}

/** `query` is a loose, case-insensitive search; exact fields are compared by their handlers. */
export function mentions(query: string, ...texts: readonly string[]): boolean {
  const wanted = query.toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
