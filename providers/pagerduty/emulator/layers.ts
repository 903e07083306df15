/**
 * Who is on call in a legacy schedule:
 *
 *   overrides      ········GGGG·········     the last made wins
 *   layer 2        ····························  later layers win
 *   layer 1        AAAAAAAGGGGGGGLLLLLLL     users take turns
 *   final          AAAAAAAAGGGGGGLLLLLLL
 */

import { fromLocal, toLocal } from "../../shared/zone.ts";
import type { Layer, Override, Restriction, ScheduleRow } from "./memory.ts";
import { clip, overlaps, paint, type Span, type Turn } from "./spans.ts";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1970-01-05, a Monday. */
const MONDAY = 4 * DAY;

/** Every turn that touches the window, whole. */
export function layerTurns(layer: Layer, zone: string, window: Span): Turn[] {
  if (layer.users.length === 0) return [];
  const length = layer.turnSeconds * 1_000;
  const origin = toLocal(layer.virtualStart, zone);
  const life = { start: layer.start, end: layer.end ?? Number.POSITIVE_INFINITY };
  const turns: Turn[] = [];
  // A turn earlier and later than the window's edges: a change of the clock may shift them by an hour.
  const last = Math.floor((toLocal(window.end, zone) - origin) / length) + 1;
  for (let turn = Math.floor((toLocal(window.start, zone) - origin) / length) - 1; turn <= last; turn += 1) {
    const userId = layer.users[mod(turn, layer.users.length)];
    if (userId === undefined) continue;
    const local = { start: origin + turn * length, end: origin + (turn + 1) * length };
    for (const allowed of allowedWithin(layer.restrictions, local)) {
      const alive = clip({ start: fromLocal(allowed.start, zone), end: fromLocal(allowed.end, zone), userId }, life);
      if (alive !== undefined && overlaps(alive, window)) turns.push(alive);
    }
  }
  return turns;
}

export function overrideTurns(overrides: readonly Override[], window: Span): Turn[] {
  return overrides
    .map(({ start, end, userId }) => ({ start, end, userId }))
    .filter((override) => overlaps(override, window));
}

/** The truth about the window: layers upon layers, overrides on top. Turns are whole, not cut at its edges. */
export function finalTurns(schedule: ScheduleRow, window: Span): Turn[] {
  const tracks = schedule.layers.map((layer) => layerTurns(layer, schedule.timeZone, window));
  return paint([...tracks, overrideTurns(schedule.overrides, window)]).filter((turn) => overlaps(turn, window));
}

/** The parts of a turn in which its restrictions let the layer assign; local time. */
function allowedWithin(restrictions: readonly Restriction[], turn: Span): Span[] {
  if (restrictions.length === 0) return [turn];
  const parts = restrictions.flatMap((restriction) => {
    const weekly = restriction.type === "weekly_restriction";
    const period = weekly ? WEEK : DAY;
    const shift = restriction.startSecond * 1_000 + (weekly ? MONDAY + ((restriction.startDay ?? 1) - 1) * DAY : 0);
    const found: Span[] = [];
    const first = Math.floor((turn.start - shift) / period) - 1;
    for (let start = first * period + shift; start < turn.end; start += period) {
      const part = clip({ start, end: start + restriction.durationSeconds * 1_000 }, turn);
      if (part !== undefined) found.push(part);
    }
    return found;
  });
  return joined(parts);
}

/** Restrictions may overlap; a person is on call once. */
function joined(parts: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const part of [...parts].sort((a, b) => a.start - b.start)) {
    const previous = result.at(-1);
    if (previous !== undefined && part.start <= previous.end) {
      result[result.length - 1] = { start: previous.start, end: Math.max(previous.end, part.end) };
    } else result.push(part);
  }
  return result;
}

function mod(value: number, size: number): number {
  return ((value % size) + size) % size;
}
