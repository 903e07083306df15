/** Schedules, their rotations and overrides (oncall.md §2.3). A list shows rotations only where `expand` asks for them. */
import { randomUUID } from "node:crypto";
import type { Exchange, Route } from "../../shared/emulator.ts";
import { formatTime } from "../../shared/zone.ts";
import { data, done, invalid, notFound, Refusal } from "./answer.ts";
import { addressed, bodyOf, type Fields, fieldsOf, listOf, optionalText, textOf, timeOf, zoneOf } from "./input.ts";
import type { Memory, OverrideRow, ScheduleRow } from "./memory.ts";
import { recipientNamed } from "./recipients.ts";
import { rotationOf, rotationsOf } from "./rotation-input.ts";
import { recipientShape, rotationShape, scheduleMeta, scheduleShape } from "./shapes.ts";

export function scheduleRoutes(memory: Memory): readonly Route[] {
  const schedule = (exchange: Exchange): ScheduleRow => addressed(memory.schedules, exchange, "schedule");
  return [
    {
      method: "GET",
      path: "/v2/schedules",
      handle: ({ url }) => {
        const expanded = url.searchParams.get("expand") === "rotation";
        const rows = memory.schedules.map((row) => scheduleShape(memory, row, expanded));
        return data(rows, { expandable: ["rotation"] });
      },
    },
    {
      method: "GET",
      path: "/v2/schedules/{identifier}",
      handle: (exchange) => data(scheduleShape(memory, schedule(exchange), true)),
    },
    {
      method: "POST",
      path: "/v2/schedules",
      handle: (exchange) => {
        const fields = bodyOf(exchange);
        const row: ScheduleRow = {
          id: randomUUID(),
          name: freeName(memory, textOf(fields, "name")),
          description: optionalText(fields, "description") ?? "",
          timeZone: zoneOf(optionalText(fields, "timezone") ?? "Etc/UTC"),
          enabled: fields.get("enabled") !== false,
          ownerTeam: ownerOf(memory, fields),
          rotations: fields.has("rotations") ? rotationsOf(memory, fields.get("rotations")) : [],
          overrides: [],
        };
        memory.schedules.push(row);
        return done(201, "Created", scheduleMeta(row));
      },
    },
    {
      method: "PATCH",
      path: "/v2/schedules/{identifier}",
      handle: (exchange) => {
        const row = schedule(exchange);
        const fields = bodyOf(exchange);
        const name = optionalText(fields, "name") ?? row.name;
        row.name = name === row.name ? name : freeName(memory, name);
        row.description = optionalText(fields, "description") ?? row.description;
        row.timeZone = zoneOf(optionalText(fields, "timezone") ?? row.timeZone);
        if (typeof fields.get("enabled") === "boolean") row.enabled = fields.get("enabled") === true;
        if (fields.has("ownerTeam")) row.ownerTeam = ownerOf(memory, fields);
        if (fields.has("rotations")) row.rotations = rotationsOf(memory, fields.get("rotations"));
        return done(200, "Updated", scheduleMeta(row));
      },
    },
    {
      method: "DELETE",
      path: "/v2/schedules/{identifier}",
      handle: (exchange) => {
        const row = schedule(exchange);
        const used = memory.escalations.some(({ rules }) => rules.some(({ recipient }) => recipient.id === row.id));
        if (used) throw new Refusal(428, `Schedule [${row.name}] is used by another entity`);
        memory.schedules = memory.schedules.filter((other) => other !== row);
        return done(200, "Deleted");
      },
    },
  ];
}

/** Below a schedule, its own kind of identifier is named by another parameter. */
export function scheduleParts(memory: Memory): readonly Route[] {
  const schedule = (exchange: Exchange): ScheduleRow =>
    addressed(memory.schedules, exchange, "schedule", "scheduleIdentifierType");
  return [
    {
      method: "GET",
      path: "/v2/schedules/{identifier}/rotations",
      handle: (exchange) => data(schedule(exchange).rotations.map((row) => rotationShape(memory, row))),
    },
    {
      method: "POST",
      path: "/v2/schedules/{identifier}/rotations",
      handle: (exchange) => {
        const row = schedule(exchange);
        const rotation = rotationOf(memory, bodyOf(exchange));
        row.rotations.push(rotation);
        return done(201, "Created", { id: rotation.id, name: rotation.name });
      },
    },
    {
      method: "PATCH",
      path: "/v2/schedules/{identifier}/rotations/{id}",
      handle: (exchange) => {
        const row = schedule(exchange);
        const before = row.rotations.find(({ id }) => id === exchange.params.id);
        if (before === undefined) throw notFound(`The rotation [${exchange.params.id}]`);
        const after = rotationOf(memory, bodyOf(exchange), before);
        row.rotations = row.rotations.map((one) => (one === before ? after : one));
        return done(200, "Updated", { id: after.id, name: after.name });
      },
    },
    {
      method: "DELETE",
      path: "/v2/schedules/{identifier}/rotations/{id}",
      handle: (exchange) => {
        const row = schedule(exchange);
        row.rotations = row.rotations.filter(({ id }) => id !== exchange.params.id);
        return done(200, "Deleted");
      },
    },
    {
      method: "GET",
      path: "/v2/schedules/{identifier}/overrides",
      handle: (exchange) => {
        const row = schedule(exchange);
        return data(row.overrides.map((one) => overrideShape(memory, row, one)));
      },
    },
    {
      method: "POST",
      path: "/v2/schedules/{identifier}/overrides",
      handle: (exchange) => {
        const row = schedule(exchange);
        const override = overrideOf(memory, row, bodyOf(exchange));
        row.overrides.push(override);
        return done(201, "Created", { alias: override.alias });
      },
    },
    {
      method: "DELETE",
      path: "/v2/schedules/{identifier}/overrides/{alias}",
      handle: (exchange) => {
        const row = schedule(exchange);
        row.overrides = row.overrides.filter(({ alias }) => alias !== exchange.params.alias);
        return done(200, "Deleted");
      },
    },
  ];
}

function freeName(memory: Memory, name: string): string {
  if (!memory.schedules.some((row) => row.name === name)) return name;
  throw new Refusal(409, `Schedule with name [${name}] already exists`);
}

function ownerOf(memory: Memory, fields: Fields): string | null {
  if (!fields.has("ownerTeam")) return null;
  const owner = fieldsOf(fields.get("ownerTeam"), "ownerTeam");
  return recipientNamed(memory, { type: "team", ...Object.fromEntries(owner) }, "ownerTeam").id;
}

function overrideOf(memory: Memory, schedule: ScheduleRow, fields: Fields): OverrideRow {
  const [start, end] = [timeOf(fields.get("startDate"), "startDate"), timeOf(fields.get("endDate"), "endDate")];
  if (end <= start) throw invalid("endDate", "must be after startDate");
  const alias = optionalText(fields, "alias") ?? randomUUID();
  if (schedule.overrides.some((one) => one.alias === alias)) {
    throw new Refusal(409, `Override with alias [${alias}] already exists`);
  }
  const rotations = fields.has("rotations") ? listOf(fields.get("rotations"), "rotations") : [];
  return {
    alias,
    recipient: recipientNamed(memory, fields.get("user"), "user"),
    start,
    end,
    rotations: rotations.map((one) => {
      const named = fieldsOf(one, "rotations");
      const [id, name] = [optionalText(named, "id"), optionalText(named, "name")];
      const found = schedule.rotations.find((row) => row.id === id || row.name === name);
      if (found === undefined) throw invalid("rotations", "names no rotation of the schedule");
      return found.id;
    }),
  };
}

function overrideShape(memory: Memory, schedule: ScheduleRow, row: OverrideRow): unknown {
  return {
    _parent: scheduleMeta(schedule),
    alias: row.alias,
    user: recipientShape(memory, row.recipient),
    startDate: formatTime(row.start, "Etc/UTC"),
    endDate: formatTime(row.end, "Etc/UTC"),
    rotations: schedule.rotations.filter(({ id }) => row.rotations.includes(id)).map(({ id, name }) => ({ id, name })),
  };
}
