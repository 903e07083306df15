/** Who is on call in a schedule at a moment: one recipient of each rotation, unless an override says another. */
import { toLocal } from "../../shared/zone.ts";
import type { Memory, Recipient, Restriction, RotationRow, ScheduleRow } from "./memory.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
export const UNITS = { hourly: 3_600_000, daily: DAY, weekly: 7 * DAY } as const;
/** 1970-01-05, a Monday. */
const MONDAY = 4 * DAY;

/** Nobody is on call in a disabled schedule (oncall.md §2.4 [?]). */
export function onCallAt(schedule: ScheduleRow, moment: number): readonly Recipient[] {
  if (!schedule.enabled) return [];
  const seen = new Set<string>();
  return schedule.rotations
    .flatMap((rotation) => holderOf(schedule, rotation, moment) ?? [])
    .filter(({ type, id }) => type !== "none" && !seen.has(id) && seen.add(id) !== undefined);
}

export function holderOf(schedule: ScheduleRow, rotation: RotationRow, moment: number): Recipient | undefined {
  const override = schedule.overrides.findLast(
    ({ start, end, rotations }) =>
      start <= moment && moment < end && (rotations.length === 0 || rotations.includes(rotation.id)),
  );
  if (override !== undefined) return override.recipient;
  if (moment < rotation.start || (rotation.end !== null && moment >= rotation.end)) return undefined;
  const local = toLocal(moment, schedule.timeZone);
  if (rotation.restriction !== null && !allows(rotation.restriction, local)) return undefined;
  const turn = Math.floor(
    (local - toLocal(rotation.start, schedule.timeZone)) / (UNITS[rotation.type] * rotation.length),
  );
  return rotation.participants[turn % rotation.participants.length];
}

/** A span that ends before it starts goes over midnight, or over Sunday. */
function allows({ type, spans }: Restriction, local: number): boolean {
  const period = type === "time-of-day" ? DAY : 7 * DAY;
  const at = ((((local - MONDAY) % period) + period) % period) / MINUTE;
  return spans.some(({ from, to }) => (from < to ? from <= at && at < to : at >= from || at < to));
}

/** A node of the tree that `flat=false` answers. */
export interface Node {
  readonly recipient: Recipient;
  /** Minutes until it is told; of a rule of an escalation only. */
  readonly escalationTime?: number;
  readonly children: readonly Node[];
}

/** Teams hold all their members, escalations what their rules name (which of a team is on duty is not modelled). */
export function treeOf(memory: Memory, recipient: Recipient, moment: number, escalationTime?: number): Node {
  const base = { recipient, ...(escalationTime === undefined ? {} : { escalationTime }) };
  const below = (one: Recipient, after?: number): Node => treeOf(memory, one, moment, after);
  switch (recipient.type) {
    case "team": {
      const team = memory.teams.find((row) => row.id === recipient.id);
      return { ...base, children: (team?.members ?? []).map(({ userId }) => below({ type: "user", id: userId })) };
    }
    case "escalation": {
      const escalation = memory.escalations.find((row) => row.id === recipient.id);
      return { ...base, children: (escalation?.rules ?? []).map((rule) => below(rule.recipient, rule.delayMinutes)) };
    }
    case "schedule": {
      const schedule = memory.schedules.find((row) => row.id === recipient.id);
      return { ...base, children: schedule === undefined ? [] : onCallAt(schedule, moment).map((one) => below(one)) };
    }
    default:
      return { ...base, children: [] };
  }
}

/** Who is told at once: whoever an escalation wakes later is not on call (assumption). */
export function usersIn(node: Node): readonly string[] {
  if ((node.escalationTime ?? 0) > 0) return [];
  return node.recipient.type === "user" ? [node.recipient.id] : node.children.flatMap(usersIn);
}
