/**
 * How many small calls are under way at once. What a tenant bears its limiter decides; this keeps thousands from waiting
 * in memory, and lets a dead credential end them early.
 */
export const AT_ONCE = 5;

/** In order, with a few reads under way at once. */
export async function* inParallel<T, R>(items: readonly T[], act: (item: T) => Promise<R>): AsyncIterable<R> {
  const started: Promise<R>[] = [];
  for (const index of items.keys()) {
    for (const item of items.slice(started.length, index + AT_ONCE)) {
      const result = act(item);
      // Whoever consumes it sees the rejection; until then it must not count as unhandled.
      result.catch(() => undefined);
      started.push(result);
    }
    const next = started[index];
    if (next !== undefined) yield await next;
  }
}
