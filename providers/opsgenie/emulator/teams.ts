/** Teams and their members. The list shows no members; one that takes turns cannot be deleted (oncall.md §2.3). */
import { randomUUID } from "node:crypto";
import type { Exchange, Route } from "../../shared/emulator.ts";
import { data, done, invalid, Refusal } from "./answer.ts";
import { addressed, bodyOf, type Fields, fieldsOf, listOf, optionalText, textOf } from "./input.ts";
import type { MemberRow, Memory, TeamRow } from "./memory.ts";
import { userNamed } from "./recipients.ts";
import { teamShape, wholeTeam } from "./shapes.ts";

export function teamRoutes(memory: Memory): readonly Route[] {
  const team = (exchange: Exchange, parameter?: string): TeamRow =>
    addressed(memory.teams, exchange, "team", parameter);
  const meta = ({ id, name }: TeamRow): unknown => ({ id, name });
  return [
    {
      method: "GET",
      path: "/v2/teams",
      handle: () => data(memory.teams.map(teamShape), { expandable: ["member"] }),
    },
    { method: "GET", path: "/v2/teams/{identifier}", handle: (exchange) => data(wholeTeam(memory, team(exchange))) },
    {
      method: "POST",
      path: "/v2/teams",
      handle: (exchange) => {
        const fields = bodyOf(exchange);
        const row: TeamRow = {
          id: randomUUID(),
          name: freeName(memory, textOf(fields, "name")),
          description: optionalText(fields, "description") ?? "",
          members: membersOf(memory, fields) ?? [],
        };
        memory.teams.push(row);
        return done(201, "Created", meta(row));
      },
    },
    {
      // By id only.
      method: "PATCH",
      path: "/v2/teams/{identifier}",
      handle: (exchange) => {
        const row = memory.teams.find(({ id }) => id === exchange.params.identifier);
        if (row === undefined) throw new Refusal(404, `No team exists with id [${exchange.params.identifier}]`);
        const fields = bodyOf(exchange);
        const name = optionalText(fields, "name") ?? row.name;
        row.name = name === row.name ? name : freeName(memory, name);
        row.description = optionalText(fields, "description") ?? row.description;
        // The list replaces what was there (oncall.md §2.3 [?]).
        row.members = membersOf(memory, fields) ?? row.members;
        return done(200, "Updated", meta(row));
      },
    },
    {
      method: "DELETE",
      path: "/v2/teams/{identifier}",
      handle: (exchange) => {
        const row = team(exchange);
        const used = memory.schedules.some(({ rotations }) =>
          rotations.some(({ participants }) => participants.some(({ id }) => id === row.id)),
        );
        if (used) throw new Refusal(428, `Team [${row.name}] is used by another entity`);
        memory.teams = memory.teams.filter((other) => other !== row);
        return done(200, "Deleted");
      },
    },
    {
      method: "POST",
      path: "/v2/teams/{identifier}/members",
      handle: (exchange) => {
        const row = team(exchange, "teamIdentifierType");
        const member = memberOf(memory, bodyOf(exchange));
        row.members = [...row.members.filter(({ userId }) => userId !== member.userId), member];
        return done(200, "Added", meta(row));
      },
    },
    {
      method: "DELETE",
      path: "/v2/teams/{identifier}/members/{memberIdentifier}",
      handle: (exchange) => {
        const row = team(exchange, "teamIdentifierType");
        const named = exchange.params.memberIdentifier;
        const user = memory.users.find(({ id, username }) => id === named || username === named);
        if (!row.members.some(({ userId }) => userId === user?.id)) {
          throw new Refusal(404, `No member exists with identifier [${named}]`);
        }
        row.members = row.members.filter(({ userId }) => userId !== user?.id);
        return done(200, "Removed", meta(row));
      },
    },
  ];
}

function freeName(memory: Memory, name: string): string {
  if (memory.teams.some((team) => team.name === name))
    throw new Refusal(409, `Team with name [${name}] already exists`);
  return name;
}

function membersOf(memory: Memory, fields: Fields): MemberRow[] | undefined {
  if (!fields.has("members")) return undefined;
  return listOf(fields.get("members"), "members").map((value) => memberOf(memory, fieldsOf(value, "members")));
}

function memberOf(memory: Memory, fields: Fields): MemberRow {
  const role = optionalText(fields, "role") ?? "user";
  if (role === "") throw invalid("role", "may not be empty");
  return { userId: userNamed(memory, fieldsOf(fields.get("user"), "user"), "user").id, role };
}
