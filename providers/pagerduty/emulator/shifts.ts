/** Who is on call in a shift-based (v3) schedule: every rotation assigns on its own, an override replaces one member. */

import { fromLocal, toLocal } from "../../shared/zone.ts";
import type { Rotation, ShiftEvent, ShiftScheduleRow } from "./memory.ts";
import { clip, cut, overlaps, type Span } from "./spans.ts";

export interface Shift extends Span {
  /** Null is an intentionally empty slot. */
  readonly userId: string | null;
  readonly rotationId: string;
  readonly overrideId?: string;
}

const DAY = 86_400_000;
const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** Every shift that touches the window, whole, in order. */
export function finalShifts(schedule: ShiftScheduleRow, window: Span): Shift[] {
  let shifts = schedule.rotations.flatMap((rotation) => rotationShifts(rotation, window));
  for (const override of schedule.overrides) {
    const replaced = (shift: Shift): boolean =>
      shift.rotationId === override.rotationId && shift.userId === override.overridden;
    const taken = shifts.flatMap((shift) => (replaced(shift) ? (clip(shift, override) ?? []) : []));
    shifts = shifts.flatMap((shift) => (replaced(shift) ? cut(shift, override) : [shift]));
    shifts.push(...taken.map((shift) => ({ ...shift, userId: override.overriding, overrideId: override.id })));
  }
  return shifts.filter((shift) => overlaps(shift, window)).sort((a, b) => a.start - b.start);
}

function rotationShifts(rotation: Rotation, window: Span): Shift[] {
  return rotation.events.flatMap((event) => {
    const life = { start: event.effectiveSince, end: event.effectiveUntil ?? Number.POSITIVE_INFINITY };
    return occurrences(event, window).flatMap(({ index, start, end }) =>
      membersOf(event, index).flatMap((userId) => {
        const shift = clip({ start, end, userId, rotationId: rotation.id }, life);
        return shift !== undefined && overlaps(shift, window) ? [shift] : [];
      }),
    );
  });
}

function membersOf(event: ShiftEvent, index: number): readonly (string | null)[] {
  if (event.strategy === "every_member_assignment_strategy") return event.members;
  const member = event.members[Math.floor(index / event.shiftsPerMember) % event.members.length];
  return member === undefined ? [] : [member];
}

/** Daily and weekly rules with INTERVAL and BYDAY; indexes count from the event's first occurrence. */
function occurrences(event: ShiftEvent, window: Span): (Span & { readonly index: number })[] {
  const rule = new Map(
    event.rule
      .replace(/^RRULE:/, "")
      .split(";")
      .map((part): [string, string] => [part.split("=")[0] ?? "", part.split("=")[1] ?? ""]),
  );
  const first = toLocal(event.start, event.timeZone);
  const length = toLocal(event.end, event.timeZone) - first;
  const until = toLocal(window.end, event.timeZone) + DAY;
  const interval = Number(rule.get("INTERVAL") ?? "1");
  const weekly = rule.get("FREQ") === "WEEKLY";
  const byDay = rule.get("BYDAY")?.split(",");
  const days = weekly ? (byDay?.map((day) => DAYS.indexOf(day)) ?? [weekday(first)]) : undefined;
  const firstWeek = first - weekday(first) * DAY;

  const found: (Span & { readonly index: number })[] = [];
  let index = 0;
  for (let start = first; start <= until; start += DAY) {
    const periods = Math.floor(weekly ? (start - firstWeek) / (7 * DAY) : (start - first) / DAY);
    if (periods % interval !== 0 || (days !== undefined && !days.includes(weekday(start)))) continue;
    const span = { start: fromLocal(start, event.timeZone), end: fromLocal(start + length, event.timeZone), index };
    if (overlaps(span, window)) found.push(span);
    index += 1;
  }
  return found;
}

/** 0 is Monday. */
function weekday(local: number): number {
  return (Math.floor(local / DAY) + 3) % 7;
}
