/** Lists and searches omit what is deleted; reads by id do not (c1.md §2). */
export const isAlive = (row: { readonly deletedAt: string | null }): boolean => row.deletedAt === null;

/** An empty filter lets everything through. */
export function among<T>(filter: readonly T[], value: T): boolean {
  return filter.length === 0 || filter.includes(value);
}

/** `query` is a loose, case-insensitive search; exact fields are compared by their handlers. */
export function mentions(query: string, ...texts: readonly string[]): boolean {
  const wanted = query.toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
