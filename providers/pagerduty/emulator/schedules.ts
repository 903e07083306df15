/** Legacy schedules and their overrides. */
import { type Exchange, json, type Route } from "../../shared/emulator.ts";
import { formatTime } from "../../shared/zone.ts";
import { bodyList, fieldsOf, includes, referenceOf, timeOf, windowAsked, zoneAsked } from "./input.ts";
import { mustHave, mustWrite } from "./keys.ts";
import { finalTurns } from "./layers.ts";
import type { Override, ScheduleRow } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid, Refusal } from "./refusal.ts";
import { scheduleInput } from "./schedule-input.ts";
import { EVERY_PART, fullSchedule, type View } from "./schedule-shape.ts";
import { fullUser, policiesUsing, userReferenceById } from "./shapes.ts";
import { overlaps } from "./spans.ts";
import { callerOf, existing, newId, scheduleById, type Tenant } from "./tenant.ts";

const TWO_WEEKS = 14 * 86_400_000;

export function scheduleRoutes(tenant: Tenant): readonly Route[] {
  const schedule = (exchange: Exchange): ScheduleRow => scheduleById(tenant, exchange.params.id);
  const whole = (exchange: Exchange, row: ScheduleRow, status = 200): Response =>
    json(status, { schedule: fullSchedule(tenant, row, viewOf(exchange, row, EVERY_PART)) });

  return [
    { method: "GET", path: "/schedules", handle: (exchange) => list(tenant, exchange) },
    { method: "GET", path: "/schedules/{id}", handle: (exchange) => whole(exchange, schedule(exchange)) },
    {
      method: "POST",
      path: "/schedules",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        const row: ScheduleRow = { id: newId(), ...scheduleInput(tenant, exchange), overrides: [] };
        tenant.memory.schedules.push(row);
        return whole(exchange, row, 201);
      },
    },
    {
      // Shows what a schedule would do and keeps nothing; a read-only key may not even ask.
      method: "POST",
      path: "/schedules/preview",
      handle: (exchange) => whole(exchange, { id: newId(), ...scheduleInput(tenant, exchange), overrides: [] }),
    },
    {
      method: "PUT",
      path: "/schedules/{id}",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        return whole(exchange, Object.assign(schedule(exchange), scheduleInput(tenant, exchange)));
      },
    },
    {
      method: "DELETE",
      path: "/schedules/{id}",
      handle: (exchange) => {
        mustWrite(callerOf(tenant, exchange), "schedules");
        const row = schedule(exchange);
        if (policiesUsing(tenant, row.id).length > 0) {
          throw invalid("base", "Schedule can't be deleted if it's being used by escalation policies");
        }
        tenant.memory.schedules = tenant.memory.schedules.filter((candidate) => candidate !== row);
        return new Response(null, { status: 204 });
      },
    },
    {
      method: "GET",
      path: "/schedules/{id}/users",
      handle: (exchange) => {
        const now = tenant.world.now();
        // What is answered without a window is undocumented; this moment is the reading that tells the least.
        const window = windowAsked(exchange, TWO_WEEKS) ?? { start: now, end: now };
        const ids = new Set(finalTurns(schedule(exchange), window).map((turn) => turn.userId));
        const users = tenant.memory.users.filter((user) => ids.has(user.id));
        return json(200, { users: users.map((user) => fullUser(tenant, user)) });
      },
    },
    { method: "GET", path: "/schedules/{id}/overrides", handle: (x) => listOverrides(tenant, schedule(x), x) },
    { method: "POST", path: "/schedules/{id}/overrides", handle: (x) => createOverrides(tenant, schedule(x), x) },
    {
      method: "DELETE",
      path: "/schedules/{id}/overrides/{override_id}",
      handle: (x) => removeOverride(tenant, schedule(x), x),
    },
  ];
}

function list(tenant: Tenant, exchange: Exchange): Response {
  const query = exchange.url.searchParams;
  const words = query.get("query")?.toLowerCase();
  const teams = query.getAll("team_ids[]");
  if (teams.length > 0) mustHave(tenant.memory, "teams");
  const rows = tenant.memory.schedules.filter(
    (row) =>
      (words === undefined || row.name.toLowerCase().includes(words)) &&
      (teams.length === 0 || row.teams.some((team) => teams.includes(team))),
  );
  const parts = EVERY_PART.filter((part) => includes(exchange, part));
  return page(exchange, "schedules", rows, (row) => fullSchedule(tenant, row, viewOf(exchange, row, parts)));
}

function viewOf(exchange: Exchange, row: ScheduleRow, parts: readonly string[]): View {
  return {
    zone: zoneAsked(exchange, row.timeZone),
    window: windowAsked(exchange, TWO_WEEKS),
    overflow: exchange.url.searchParams.get("overflow") === "true",
    parts,
  };
}

function listOverrides(tenant: Tenant, schedule: ScheduleRow, exchange: Exchange): Response {
  const query = exchange.url.searchParams;
  for (const name of ["since", "until"]) if (!query.has(name)) throw invalid(name, `${name} is required`);
  const window = windowAsked(exchange, TWO_WEEKS);
  const editable = query.get("editable") === "true";
  const shown = schedule.overrides.filter(
    (override) =>
      window !== undefined && overlaps(override, window) && (!editable || override.start > tenant.world.now()),
  );
  return json(200, { overrides: shown.map((override) => fullOverride(tenant, override, schedule.timeZone)) });
}

/** Each item succeeds or fails on its own; the answer is 201 either way (oncall.md §1.4). */
function createOverrides(tenant: Tenant, schedule: ScheduleRow, exchange: Exchange): Response {
  mustWrite(callerOf(tenant, exchange), "overrides");
  const results = bodyList(exchange, "overrides").map((item) => {
    try {
      const fields = fieldsOf(item, "override");
      const override: Override = {
        id: newId("Q"),
        userId: referenceOf(fields, "user"),
        start: timeOf(fields.get("start"), "start"),
        end: timeOf(fields.get("end"), "end"),
      };
      if (!tenant.memory.users.some((user) => user.id === override.userId)) throw invalid("user", "User not found");
      if (override.end <= override.start) throw invalid("end", "Override must end after its start");
      if (override.end <= tenant.world.now()) throw invalid("end", "Override must end in the future");
      schedule.overrides.push(override);
      return { status: 201, override: fullOverride(tenant, override, schedule.timeZone) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 400, errors: error.errors.map(([, sentence]) => sentence), override: item };
    }
  });
  return json(201, results);
}

/** The past stays: a running override is cut off now (200), a coming one vanishes (204). */
function removeOverride(tenant: Tenant, schedule: ScheduleRow, exchange: Exchange): Response {
  mustWrite(callerOf(tenant, exchange), "overrides");
  const now = tenant.world.now();
  const override = existing(schedule.overrides, exchange.params.override_id);
  if (override.end <= now) throw invalid("base", "You cannot remove a past override");
  if (override.start < now) {
    override.end = now;
    return new Response(null, { status: 200 });
  }
  schedule.overrides = schedule.overrides.filter((row) => row !== override);
  return new Response(null, { status: 204 });
}

function fullOverride(tenant: Tenant, override: Override, zone: string): object {
  return {
    id: override.id,
    start: formatTime(override.start, zone),
    end: formatTime(override.end, zone),
    user: userReferenceById(tenant, override.userId),
  };
}
