/** Half-open stretches of time, each with what holds in it. Pure. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Turn = Span & { readonly userId: string };

/** A window of no width asks about that one moment. */
export function overlaps(span: Span, window: Span): boolean {
  if (window.start === window.end) return span.start <= window.start && window.start < span.end;
  return span.start < window.end && window.start < span.end;
}

export function clip<S extends Span>(span: S, window: Span): S | undefined {
  const start = Math.max(span.start, window.start);
  const end = Math.min(span.end, window.end);
  return start < end ? { ...span, start, end } : undefined;
}

/** What is left of `span` beside `hole`. */
export function cut<S extends Span>(span: S, hole: Span): S[] {
  if (span.end <= hole.start || hole.end <= span.start) return [span];
  const pieces: S[] = [];
  if (span.start < hole.start) pieces.push({ ...span, end: hole.start });
  if (hole.end < span.end) pieces.push({ ...span, start: hole.end });
  return pieces;
}

/** Later tracks win over earlier ones; so does, within a track, what comes later. */
export function paint<S extends Span>(tracks: readonly (readonly S[])[]): S[] {
  let painted: S[] = [];
  for (const span of tracks.flat()) painted = [...painted.flatMap((under) => cut(under, span)), span];
  return painted.sort((a, b) => a.start - b.start);
}

/** Share of the window that somebody covers, in percent. */
export function coverage(spans: readonly Span[], window: Span): number {
  const width = window.end - window.start;
  if (width <= 0) return 0;
  const union = paint([spans.map(({ start, end }) => ({ start, end }))]);
  const covered = union.reduce(
    (sum, span) => sum + Math.max(0, (clip(span, window)?.end ?? 0) - Math.max(span.start, window.start)),
    0,
  );
  return Math.round((covered / width) * 10_000) / 100;
}
