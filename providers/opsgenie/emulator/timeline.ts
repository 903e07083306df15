/** Who is on call when, as `/timeline` shows it: each rotation's periods, overrides already in them (oncall.md §2.3). */
import type { Exchange, Route, TenantWorld } from "../../shared/emulator.ts";
import { formatTime, fromLocal, toLocal } from "../../shared/zone.ts";
import { data, invalid } from "./answer.ts";
import { addressed, timeOf } from "./input.ts";
import type { Memory, Recipient, RotationRow, ScheduleRow } from "./memory.ts";
import { recipientName, scheduleMeta } from "./shapes.ts";
import { holderOf, UNITS } from "./turns.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 1970-01-05, a Monday. */
const MONDAY = 4 * DAY;
const LENGTHS: Readonly<Record<string, number>> = { days: DAY, weeks: 7 * DAY, months: 30 * DAY };

export function timelineRoutes(memory: Memory, world: TenantWorld): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/v2/schedules/{identifier}/timeline",
      handle: (exchange) => {
        const schedule = addressed(memory.schedules, exchange, "schedule");
        const { start, end } = windowOf(exchange, world.now());
        const rotations = schedule.rotations.map((rotation, order) => ({
          id: rotation.id,
          name: rotation.name,
          order: order + 1,
          periods: periodsOf(schedule, rotation, start, end).map(({ from, to, recipient }) => ({
            startDate: formatTime(from, "Etc/UTC"),
            endDate: formatTime(to, "Etc/UTC"),
            type: "default",
            recipient: { id: recipient.id, type: recipient.type, name: recipientName(memory, recipient) },
          })),
        }));
        return data(
          {
            _parent: scheduleMeta(schedule),
            startDate: formatTime(start, "Etc/UTC"),
            endDate: formatTime(end, "Etc/UTC"),
            finalTimeline: { rotations },
          },
          { expandable: ["base", "forwarding", "override"] },
        );
      },
    },
  ];
}

function windowOf({ url }: Exchange, now: number): { readonly start: number; readonly end: number } {
  const date = url.searchParams.get("date");
  const length = LENGTHS[url.searchParams.get("intervalUnit") ?? "weeks"];
  const interval = Number(url.searchParams.get("interval") ?? 1);
  if (length === undefined || !Number.isInteger(interval) || interval < 1) throw invalid("interval", "is not valid");
  const start = date === null ? now : timeOf(date, "date");
  return { start, end: start + interval * length };
}

interface Period {
  readonly from: number;
  readonly to: number;
  readonly recipient: Recipient;
}

/** Asked at each moment at which somebody else may take over; the same person twice in a row is one period. */
function periodsOf(schedule: ScheduleRow, rotation: RotationRow, start: number, end: number): readonly Period[] {
  if (!schedule.enabled) return [];
  const moments = momentsOf(schedule, rotation, start, end);
  const periods: Period[] = [];
  for (const [index, from] of moments.entries()) {
    const recipient = holderOf(schedule, rotation, from);
    if (recipient === undefined || recipient.type === "none") continue;
    const to = moments[index + 1] ?? end;
    const last = periods.at(-1);
    if (last?.to === from && last.recipient.id === recipient.id) periods[periods.length - 1] = { ...last, to };
    else periods.push({ from, to, recipient });
  }
  return periods;
}

function momentsOf(schedule: ScheduleRow, rotation: RotationRow, start: number, end: number): readonly number[] {
  const { timeZone, overrides } = schedule;
  const local = { start: toLocal(start, timeZone), end: toLocal(end, timeZone) };
  const moments = new Set([start, rotation.start, ...(rotation.end === null ? [] : [rotation.end])]);
  for (const override of overrides) for (const moment of [override.start, override.end]) moments.add(moment);
  const length = UNITS[rotation.type] * rotation.length;
  const origin = toLocal(rotation.start, timeZone);
  const first = origin + Math.floor((local.start - origin) / length) * length;
  for (let turn = first; turn <= local.end; turn += length) moments.add(fromLocal(turn, timeZone));
  const { restriction } = rotation;
  const period = restriction?.type === "time-of-day" ? DAY : 7 * DAY;
  for (const { from, to } of restriction?.spans ?? []) {
    const monday = MONDAY + Math.floor((local.start - MONDAY) / period) * period;
    for (let at = monday; at <= local.end; at += period) {
      for (const edge of [from, to]) moments.add(fromLocal(at + edge * MINUTE, timeZone));
    }
  }
  return [...moments].filter((moment) => start <= moment && moment < end).sort((a, b) => a - b);
}
