import type { Turn } from "../../engine/model.ts";

/** Somebody covers for a while, epoch milliseconds; several may at once. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly person: string;
}

/** Shifts → who is there from which moment on; two shifts of the same people in a row are one turn, and a gap is one too. */
export function turnsOf(shifts: readonly Shift[], now: number, until: number): readonly Turn[] {
  const changes = shifts.flatMap(({ start, end }) => [start, end]).filter((time) => now < time && time < until);
  const moments = [now, ...[...new Set(changes)].sort((a, b) => a - b)];
  const turns: Turn[] = [];
  for (const moment of moments) {
    const there = shifts.filter(({ start, end }) => start <= moment && moment < end);
    const people = [...new Set(there.map(({ person }) => person))].sort();
    if (turns.length > 0 && String(turns.at(-1)?.people) === String(people)) continue;
    turns.push({ from: new Date(moment).toISOString(), people });
  }
  return turns;
}
