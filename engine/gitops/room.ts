/** The room of a comment, shared among those who want some of it. Pure, and the same every time. */

/**
 * What each gets: those who want little have all of it, the others alike. Where that would leave them with less than
 * `least`, which says nothing, the last go without.
 */
export function sharesOf(wanted: readonly number[], room: number, least: number): readonly number[] {
  for (let served = wanted.length; served > 0; served -= 1) {
    const shares = levelled(wanted.slice(0, served), room);
    if (shares.every((share, index) => share >= Math.min(least, wanted[index] ?? 0))) {
      return [...shares, ...new Array<number>(wanted.length - served).fill(0)];
    }
  }
  return wanted.map(() => 0);
}

function levelled(wanted: readonly number[], room: number): readonly number[] {
  const shares = wanted.map(() => 0);
  let left = Math.max(0, room);
  const byWant = wanted.map((want, index) => ({ want, index })).sort((a, b) => a.want - b.want || a.index - b.index);
  byWant.forEach(({ want, index }, served) => {
    const share = Math.min(want, Math.floor(left / (byWant.length - served)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}
