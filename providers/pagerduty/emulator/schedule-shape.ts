/** A legacy schedule as the API shows it; turns are rendered only for a window that was asked. */

import { formatTime } from "../../shared/zone.ts";
import { finalTurns, layerTurns, overrideTurns } from "./layers.ts";
import type { Layer, Restriction, ScheduleRow } from "./memory.ts";
import { policiesUsing, policyReference, shape, teamReferences, userReferenceById } from "./shapes.ts";
import { clip, coverage, type Span, type Turn } from "./spans.ts";
import type { Tenant } from "./tenant.ts";

export interface View {
  readonly zone: string;
  readonly window: Span | undefined;
  /** Entries that pass the window's edges stay whole. */
  readonly overflow: boolean;
  readonly parts: readonly string[];
}

export const EVERY_PART = ["schedule_layers", "overrides_subschedule", "final_schedule"];

export function fullSchedule(tenant: Tenant, schedule: ScheduleRow, view: View): unknown {
  const window = view.window;
  const within = (turns: (window: Span) => readonly Turn[]): object =>
    rendered(tenant, window === undefined ? undefined : turns(window), view);
  const parts = {
    schedule_layers: () =>
      [...schedule.layers].reverse().map((layer) => ({
        ...fullLayer(tenant, layer, view.zone),
        ...within((asked) => layerTurns(layer, schedule.timeZone, asked)),
      })),
    overrides_subschedule: () => ({
      name: "Overrides",
      ...within((asked) => overrideTurns(schedule.overrides, asked)),
    }),
    final_schedule: () => ({ name: "Final Schedule", ...within((asked) => finalTurns(schedule, asked)) }),
  };
  const userIds = [...new Set(schedule.layers.flatMap((layer) => layer.users))];
  return {
    ...shape(schedule.id, "schedule", schedule.name, "schedules"),
    name: schedule.name,
    time_zone: schedule.timeZone,
    description: schedule.description,
    escalation_policies: policiesUsing(tenant, schedule.id).map(policyReference),
    users: userIds.map((id) => userReferenceById(tenant, id)),
    teams: teamReferences(tenant, schedule.teams),
    ...Object.fromEntries(
      Object.entries(parts).flatMap(([name, part]) => (view.parts.includes(name) ? [[name, part()]] : [])),
    ),
  };
}

function rendered(tenant: Tenant, turns: readonly Turn[] | undefined, view: View): object {
  const { window } = view;
  if (turns === undefined || window === undefined) {
    return { rendered_schedule_entries: [], rendered_coverage_percentage: null };
  }
  const shown = view.overflow ? turns : turns.flatMap((turn) => clip(turn, window) ?? []);
  return {
    rendered_schedule_entries: shown.map((turn) => ({
      start: formatTime(turn.start, view.zone),
      end: formatTime(turn.end, view.zone),
      user: userReferenceById(tenant, turn.userId),
    })),
    rendered_coverage_percentage: coverage(turns, window),
  };
}

function fullLayer(tenant: Tenant, layer: Layer, zone: string): object {
  return {
    id: layer.id,
    name: layer.name,
    start: formatTime(layer.start, zone),
    end: layer.end === null ? null : formatTime(layer.end, zone),
    rotation_virtual_start: formatTime(layer.virtualStart, zone),
    rotation_turn_length_seconds: layer.turnSeconds,
    users: layer.users.map((id) => ({ user: userReferenceById(tenant, id) })),
    restrictions: layer.restrictions.map(fullRestriction),
  };
}

function fullRestriction(restriction: Restriction): object {
  return {
    type: restriction.type,
    start_time_of_day: new Date(restriction.startSecond * 1_000).toISOString().slice(11, 19),
    duration_seconds: restriction.durationSeconds,
    ...(restriction.startDay === undefined ? {} : { start_day_of_week: restriction.startDay }),
  };
}
