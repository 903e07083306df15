/** Shift-based schedules (v3): open since 18 May 2026, another id space, other endpoints, errors by field (oncall.md §1.4). */
import { type Exchange, json, type Route } from "../../shared/emulator.ts";
import {
  bodyList,
  bodyObject,
  type Fields,
  fieldsOf,
  optionalText,
  textOf,
  timeOf,
  windowAsked,
  zoneOf,
} from "./input.ts";
import { mustHave, mustWrite } from "./keys.ts";
import type { ShiftOverride, ShiftScheduleRow } from "./memory.ts";
import { page, SHIFT_SCHEDULES_PAGE } from "./paging.ts";
import { invalid } from "./refusal.ts";
import { policiesUsing, shiftScheduleReference } from "./shapes.ts";
import { fullShiftOverride, fullShiftSchedule } from "./shift-schedule-shape.ts";
import { overlaps } from "./spans.ts";
import { callerOf, newId, shiftScheduleById, type Tenant, userById } from "./tenant.ts";

export function shiftScheduleRoutes(tenant: Tenant): readonly Route[] {
  const schedule = (exchange: Exchange): ShiftScheduleRow => shiftScheduleById(tenant, exchange.params.id);
  const whole = (exchange: Exchange, row: ShiftScheduleRow, status = 200): Response =>
    json(status, { schedule: fullShiftSchedule(tenant, row, exchange) });

  return [
    { method: "GET", path: "/v3/schedules", handle: (exchange) => list(tenant, exchange) },
    { method: "GET", path: "/v3/schedules/{id}", handle: (exchange) => whole(exchange, schedule(exchange)) },
    {
      method: "POST",
      path: "/v3/schedules",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        const fields = bodyObject(exchange, "schedule");
        const row: ShiftScheduleRow = {
          id: newId(),
          name: textOf(fields, "name"),
          timeZone: zoneOf(textOf(fields, "time_zone")),
          description: optionalText(fields, "description") ?? "",
          teams: [],
          rotations: [],
          overrides: [],
        };
        tenant.memory.shiftSchedules.push(row);
        return whole(exchange, row, 201);
      },
    },
    {
      method: "PUT",
      path: "/v3/schedules/{id}",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        const row = schedule(exchange);
        const fields = bodyObject(exchange, "schedule");
        row.timeZone = zoneOf(optionalText(fields, "time_zone") ?? row.timeZone);
        row.name = fields.has("name") ? textOf(fields, "name") : row.name;
        row.description = optionalText(fields, "description") ?? row.description;
        return whole(exchange, row);
      },
    },
    {
      method: "DELETE",
      path: "/v3/schedules/{id}",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        const row = schedule(exchange);
        if (policiesUsing(tenant, row.id).length > 0) throw invalid("schedule", "is used by an escalation policy");
        tenant.memory.shiftSchedules = tenant.memory.shiftSchedules.filter((candidate) => candidate !== row);
        return new Response(null, { status: 204 });
      },
    },
    { method: "GET", path: "/v3/schedules/{id}/overrides", handle: (x) => listOverrides(schedule(x), x) },
    {
      method: "POST",
      path: "/v3/schedules/{id}/overrides",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "overrides");
        const row = schedule(exchange);
        // All or nothing, unlike the legacy endpoint: one bad item refuses the request.
        const made = bodyList(exchange, "overrides").map((item) => overrideInput(tenant, row, item));
        row.overrides.push(...made);
        return json(201, { overrides: made.map((override) => fullShiftOverride(row, override)) });
      },
    },
  ];
}

function list(tenant: Tenant, exchange: Exchange): Response {
  const query = exchange.url.searchParams;
  const words = query.get("query")?.toLowerCase();
  const teams = query.getAll("team_ids[]");
  if (teams.length > 0) mustHave(tenant.memory, "teams");
  const rows = tenant.memory.shiftSchedules.filter(
    (row) =>
      (words === undefined || row.name.toLowerCase().includes(words)) &&
      (teams.length === 0 || row.teams.some((team) => teams.includes(team))),
  );
  return page(exchange, "schedules", rows, shiftScheduleReference, SHIFT_SCHEDULES_PAGE);
}

function listOverrides(schedule: ShiftScheduleRow, exchange: Exchange): Response {
  const query = exchange.url.searchParams;
  for (const name of ["since", "until"]) if (!query.has(name)) throw invalid(name, "is required");
  const window = windowAsked(exchange, 0);
  const rows = schedule.overrides.filter((override) => window !== undefined && overlaps(override, window));
  return page(exchange, "overrides", rows, (override) => fullShiftOverride(schedule, override));
}

function overrideInput(tenant: Tenant, schedule: ShiftScheduleRow, item: unknown): ShiftOverride {
  const fields = fieldsOf(item, "override");
  const rotationId = textOf(fields, "rotation_id");
  if (!schedule.rotations.some((rotation) => rotation.id === rotationId)) {
    throw invalid("override.rotation_id", "does not exist");
  }
  const start = timeOf(fields.get("start_time"), "override.start_time");
  const end = timeOf(fields.get("end_time"), "override.end_time");
  if (end <= start) throw invalid("override.end_time", "must be after start_time");
  return {
    id: newId(),
    rotationId,
    start,
    end,
    overridden: memberInput(tenant, fields, "overridden_member"),
    overriding: memberInput(tenant, fields, "overriding_member"),
  };
}

function memberInput(tenant: Tenant, fields: Fields, name: string): string | null {
  const member = fieldsOf(fields.get(name), `override.${name}`);
  return textOf(member, "type") === "empty_member" ? null : userById(tenant, textOf(member, "user_id")).id;
}
