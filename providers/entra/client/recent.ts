/**
 * What was made a moment ago, in this run or the one before: the directory does not know it everywhere yet, so that a 404
 * about it means "not yet" (entra.md §3.4).
 */
import type { Clock } from "../../../engine/outside.ts";

/** Milliseconds for which a new object may be unknown to reads and to references. */
const REPLICATION = 5 * 60_000;

export interface Recent {
  made(id: string): void;
  /** Milliseconds on the monotonic clock until which "unknown" may be lag; undefined where nothing is that new. */
  unknownUntil(ids: readonly string[]): number | undefined;
}

export function createRecent(clock: Clock): Recent {
  const born = new Map<string, number>();
  return {
    made: (id) => void born.set(id.toLowerCase(), clock.monotonic()),
    unknownUntil(ids) {
      const ends = ids.flatMap((id) => born.get(id.toLowerCase()) ?? []).map((at) => at + REPLICATION);
      const last = Math.max(...ends);
      return Number.isFinite(last) && last > clock.monotonic() ? last : undefined;
    },
  };
}

const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];
const LONGEST = 30_000;

/** 1, 2, 4, 8, 15, 30, 30, … seconds; counts from 1. */
export function waitForReplica(tries: number): number {
  return WAITS[tries - 1] ?? LONGEST;
}
