/**
 * The sets of pieces that a run may have done when it stops: with each piece everything that comes before it. All of them
 * where there are few, else as many as are asked for, drawn by a coin.
 */
export function* closedSubsets<T>(
  pieces: readonly T[],
  before: (piece: T) => Iterable<T>,
  { exhaustive = 10, drawn = 200, coin }: { exhaustive?: number; drawn?: number; coin: () => boolean },
): Iterable<ReadonlySet<T>> {
  if (pieces.length <= exhaustive) {
    for (let bits = 0; bits < 2 ** pieces.length; bits += 1) {
      const some = new Set(pieces.filter((_, at) => ((bits >> at) & 1) === 1));
      if ([...some].every((piece) => [...before(piece)].every((other) => some.has(other)))) yield some;
    }
    return;
  }
  for (let round = 0; round < drawn; round += 1) {
    const some = new Set<T>();
    // As a run goes on, anything may come next whose predecessors are all there.
    for (let open = [...pieces]; open.length > 0; ) {
      const ready = open.filter((piece) => [...before(piece)].every((other) => some.has(other)));
      const taken = ready.filter(() => coin());
      if (taken.length === 0) break;
      for (const piece of taken) some.add(piece);
      open = open.filter((piece) => !some.has(piece));
      yield new Set(some);
    }
  }
}
