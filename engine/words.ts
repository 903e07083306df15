/** Words for people: the nearest valid name, counts, lists. */

/** `Did you mean "x"?` when something is near enough, else an empty string. */
export function nearest(word: string, known: Iterable<string>, lead = "Did you mean"): string {
  const name = nearestName(word, known);
  return name === undefined ? "" : `${lead} "${name}"?`;
}

/** The name that a misspelt word most likely means; undefined where none is near enough. */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase(), best?.distance ?? Math.ceil(word.length / 2));
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** Letters put in, left out, mistaken or swapped with their neighbour; Infinity once it must exceed `most`. */
export function editDistance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost, swap));
    }
    // A swap reaches back over one row.
    if (Math.min(...row, ...previous) > most) return Number.POSITIVE_INFINITY;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** `1 group`, `3 groups`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `a, b and c`; beyond `most`, `a, b and 5 more`. */
export function listed(words: readonly string[], most = 5): string {
  if (words.length === 0) return "nothing";
  if (words.length === 1) return words[0] ?? "";
  if (words.length <= most) return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  return `${words.slice(0, most).join(", ")} and ${words.length - most} more`;
}
