/** Users, by id or by e-mail; pages of a hundred (oncall.md §2.2, §2.3). */
import { randomUUID } from "node:crypto";
import type { Exchange, Route, TenantWorld } from "../../shared/emulator.ts";
import { data, done, invalid, Refusal } from "./answer.ts";
import { bodyOf, fieldsOf, optionalText, textOf, zoneOf } from "./input.ts";
import type { Memory, UserRow } from "./memory.ts";
import { BUILT_IN_ROLES, scheduleMeta, userShape } from "./shapes.ts";

const PAGE = 100;

export function userRoutes(memory: Memory, world: TenantWorld): readonly Route[] {
  const user = ({ params }: Exchange): UserRow => {
    const found = memory.users.find(
      (row) => row.id === params.identifier || row.username === params.identifier?.toLowerCase(),
    );
    if (found === undefined) throw new Refusal(404, `No user exists with id or username [${params.identifier}]`);
    return found;
  };
  return [
    { method: "GET", path: "/v2/users", handle: (exchange) => list(memory, exchange) },
    { method: "POST", path: "/v2/users", handle: (exchange) => create(memory, world, exchange) },
    {
      method: "GET",
      path: "/v2/users/{identifier}",
      handle: (exchange) => data(userShape(user(exchange)), { expandable: ["contact"] }),
    },
    {
      method: "PATCH",
      path: "/v2/users/{identifier}",
      handle: (exchange) => {
        const row = user(exchange);
        const fields = bodyOf(exchange);
        row.fullName = optionalText(fields, "fullName") ?? row.fullName;
        row.timeZone = zoneOf(optionalText(fields, "timeZone") ?? row.timeZone);
        if (fields.has("role")) row.role = roleOf(fields.get("role"));
        return done(200, "Updated");
      },
    },
    {
      method: "DELETE",
      path: "/v2/users/{identifier}",
      handle: (exchange) => {
        const row = user(exchange);
        memory.users = memory.users.filter((other) => other !== row);
        for (const team of memory.teams) team.members = team.members.filter(({ userId }) => userId !== row.id);
        return done(200, "Deleted");
      },
    },
    {
      method: "GET",
      path: "/v2/users/{identifier}/teams",
      handle: (exchange) => {
        const { id } = user(exchange);
        const teams = memory.teams.filter(({ members }) => members.some(({ userId }) => userId === id));
        return data(teams.map((team) => ({ id: team.id, name: team.name })));
      },
    },
    {
      method: "GET",
      path: "/v2/users/{identifier}/schedules",
      handle: (exchange) => {
        const { id } = user(exchange);
        const takesTurns = memory.schedules.filter(({ rotations }) =>
          rotations.some(({ participants }) => participants.some((one) => one.id === id)),
        );
        return data(takesTurns.map(scheduleMeta));
      },
    },
  ];
}

function list(memory: Memory, { url }: Exchange): Response {
  const limit = Math.min(whole(url, "limit", PAGE), PAGE);
  const offset = whole(url, "offset", 0);
  const rows = memory.users.toSorted((a, b) => (a.username < b.username ? -1 : 1));
  const page = (at: number): string => `https://${url.host}/v2/users?limit=${limit}&offset=${at}`;
  return data(rows.slice(offset, offset + limit).map(userShape), {
    totalCount: rows.length,
    paging: {
      first: page(0),
      last: page(Math.max(0, Math.floor((rows.length - 1) / limit) * limit)),
      ...(offset + limit < rows.length ? { next: page(offset + limit) } : {}),
      ...(offset > 0 ? { prev: page(Math.max(0, offset - limit)) } : {}),
    },
  });
}

function create(memory: Memory, world: TenantWorld, exchange: Exchange): Response {
  const fields = bodyOf(exchange);
  const username = textOf(fields, "username").toLowerCase();
  if (!/^[^@\s]+@[^@\s]+$/.test(username)) throw invalid("username", "is not a valid e-mail address");
  if (memory.users.some((row) => row.username === username)) {
    throw new Refusal(409, `User with username [${username}] already exists`);
  }
  const row: UserRow = {
    id: randomUUID(),
    username,
    fullName: textOf(fields, "fullName"),
    role: roleOf(fields.get("role")),
    timeZone: zoneOf(optionalText(fields, "timeZone") ?? "Etc/UTC"),
    createdAt: world.now(),
  };
  memory.users.push(row);
  return done(201, "Created", { id: row.id, name: row.username });
}

function roleOf(value: unknown): string {
  const name = textOf(fieldsOf(value, "role"), "name");
  const role = BUILT_IN_ROLES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (role === undefined) throw invalid("role", "is no role of the account");
  return role;
}

function whole(url: URL, name: string, fallback: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  if (!/^\d+$/.test(text) || (name === "limit" && Number(text) === 0)) throw invalid(name, "is not valid");
  return Number(text);
}
