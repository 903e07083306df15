/** A legacy schedule as a caller sends it: always whole, never a part. */
import type { Exchange } from "../../shared/emulator.ts";
import { bodyObject, fieldsOf, listOf, optionalText, referenceOf, textOf, timeOf, zoneOf } from "./input.ts";
import type { Layer, Restriction, ScheduleRow } from "./memory.ts";
import { invalid } from "./refusal.ts";
import { newId, type Tenant, teamById, userById } from "./tenant.ts";

export type ScheduleInput = Pick<ScheduleRow, "name" | "timeZone" | "description" | "teams" | "layers">;

const DAY_SECONDS = 86_400;

export function scheduleInput(tenant: Tenant, exchange: Exchange): ScheduleInput {
  const fields = bodyObject(exchange, "schedule");
  const teams = fields.get("teams");
  return {
    name: optionalText(fields, "name") ?? "",
    timeZone: zoneOf(textOf(fields, "time_zone")),
    description: optionalText(fields, "description") ?? "",
    teams: Array.isArray(teams) ? teams.map((team) => teamById(tenant, textOf(fieldsOf(team, "team"), "id")).id) : [],
    layers: listOf(fields.get("schedule_layers"), "schedule_layers").map((layer) => layerInput(tenant, layer)),
  };
}

function layerInput(tenant: Tenant, value: unknown): Layer {
  const fields = fieldsOf(value, "schedule_layer");
  const end = fields.get("end");
  const restrictions = fields.get("restrictions");
  const id = optionalText(fields, "id") ?? newId();
  return {
    id,
    name: optionalText(fields, "name") ?? `Layer ${id}`,
    start: timeOf(fields.get("start"), "start"),
    end: end === undefined || end === null ? null : timeOf(end, "end"),
    users: listOf(fields.get("users"), "users").map((entry) => {
      const userId = referenceOf(fieldsOf(entry, "user"), "user");
      return userById(tenant, userId).id;
    }),
    virtualStart: timeOf(fields.get("rotation_virtual_start"), "rotation_virtual_start"),
    turnSeconds: seconds(fields.get("rotation_turn_length_seconds"), "rotation_turn_length_seconds", 3_600),
    restrictions: Array.isArray(restrictions) ? restrictions.map(restrictionInput) : [],
  };
}

function restrictionInput(value: unknown): Restriction {
  const fields = fieldsOf(value, "restriction");
  const type = textOf(fields, "type");
  const [hours = 0, minutes = 0, rest = 0] = textOf(fields, "start_time_of_day").split(":").map(Number);
  const startSecond = hours * 3_600 + minutes * 60 + rest;
  if (!(startSecond >= 0 && startSecond < DAY_SECONDS))
    throw invalid("start_time_of_day", "Start time of day is invalid");
  const base = { startSecond, durationSeconds: seconds(fields.get("duration_seconds"), "duration_seconds", 60) };
  if (type === "daily_restriction") return { type, ...base };
  if (type !== "weekly_restriction") throw invalid("type", "Restriction type is invalid");
  const startDay = fields.get("start_day_of_week");
  if (typeof startDay !== "number" || startDay < 1 || startDay > 7) {
    throw invalid("start_day_of_week", "Start day of week must be 1 (Monday) to 7");
  }
  return { type, ...base, startDay };
}

function seconds(value: unknown, name: string, least: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least) {
    throw invalid(name, `${name} must be at least ${least}`);
  }
  return value;
}
