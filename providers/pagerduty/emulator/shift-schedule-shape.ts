/** A shift-based schedule as the API shows it; assignments are computed only for a window that was asked. */
import type { Exchange } from "../../shared/emulator.ts";
import { formatTime } from "../../shared/zone.ts";
import { includes, windowAsked, zoneAsked } from "./input.ts";
import type { ShiftEvent, ShiftOverride, ShiftScheduleRow } from "./memory.ts";
import { policiesUsing, policyReference, shape, teamReferences, userReferenceById } from "./shapes.ts";
import { finalShifts, type Shift } from "./shifts.ts";
import { clip, coverage, type Span } from "./spans.ts";
import type { Tenant } from "./tenant.ts";

export function fullShiftSchedule(tenant: Tenant, schedule: ShiftScheduleRow, exchange: Exchange): unknown {
  const zone = zoneAsked(exchange, schedule.timeZone);
  const window = windowAsked(exchange, 14 * 86_400_000);
  const asked = includes(exchange, "final_schedule") && window !== undefined;
  const path = `v3/schedules/${schedule.id}/rotations`;
  return {
    ...shape(schedule.id, "schedule_v3", schedule.name, "v3/schedules", "schedules"),
    name: schedule.name,
    time_zone: schedule.timeZone,
    description: schedule.description,
    teams: teamReferences(tenant, schedule.teams),
    escalation_policies: policiesUsing(tenant, schedule.id).map(policyReference),
    ...(includes(exchange, "users") ? { users: usersOf(schedule).map((id) => userReferenceById(tenant, id)) } : {}),
    rotations: schedule.rotations.map((rotation) => ({
      ...bare(shape(rotation.id, "schedule_rotation", "", path)),
      events: rotation.events.map((event) => fullEvent(event, `${path}/${rotation.id}/events`)),
    })),
    ...(asked ? { final_schedule: finalSchedule(schedule, window, zone, exchange) } : {}),
  };
}

function usersOf(schedule: ShiftScheduleRow): string[] {
  const members = schedule.rotations.flatMap((rotation) => rotation.events.flatMap((event) => event.members));
  return [...new Set(members.filter((member) => member !== null))];
}

function finalSchedule(schedule: ShiftScheduleRow, window: Span, zone: string, exchange: Exchange): unknown {
  const overflow = exchange.url.searchParams.get("overflow") === "true";
  const shifts = finalShifts(schedule, window);
  const shown = overflow ? shifts : shifts.flatMap((shift) => clip(shift, window) ?? []);
  return {
    type: "final_schedule",
    rendered_coverage_percentage: coverage(
      shifts.filter((shift) => shift.userId !== null),
      window,
    ),
    computed_shift_assignments: shown.map((shift) => ({
      type: "computed_shift_assignment",
      start_time: formatTime(shift.start, zone),
      end_time: formatTime(shift.end, zone),
      member: memberShape(shift.userId),
      source: sourceOf(shift),
    })),
  };
}

function sourceOf(shift: Shift): object {
  if (shift.overrideId === undefined) return { type: "schedule_rotation", rotation_id: shift.rotationId };
  return { type: "schedule_rotation_override", rotation_id: shift.rotationId, override_id: shift.overrideId };
}

function fullEvent(event: ShiftEvent, path: string): object {
  const zoned = (time: number): object => ({
    date_time: formatTime(time, event.timeZone),
    time_zone: event.timeZone,
  });
  return {
    ...bare(shape(event.id, "schedule_event", event.name, path)),
    name: event.name,
    start_time: zoned(event.start),
    end_time: zoned(event.end),
    effective_since: formatTime(event.effectiveSince, "UTC"),
    effective_until: event.effectiveUntil === null ? null : formatTime(event.effectiveUntil, "UTC"),
    recurrence: [event.rule],
    assignment_strategy: {
      type: event.strategy,
      ...(event.strategy === "rotating_member_assignment_strategy" ? { shifts_per_member: event.shiftsPerMember } : {}),
      members: event.members.map(memberShape),
    },
  };
}

/** Parts of a schedule have an address and no page of their own. */
function bare({ id, type, self }: { readonly id: string; readonly type: string; readonly self: string }): object {
  return { id, type, self };
}

function memberShape(userId: string | null): object {
  return userId === null ? { type: "empty_member" } : { type: "user_member", user_id: userId };
}

export function fullShiftOverride(schedule: ShiftScheduleRow, override: ShiftOverride): object {
  return {
    id: override.id,
    type: "override_shift",
    rotation_id: override.rotationId,
    start_time: formatTime(override.start, schedule.timeZone),
    end_time: formatTime(override.end, schedule.timeZone),
    overridden_member: memberShape(override.overridden),
    overriding_member: memberShape(override.overriding),
  };
}
