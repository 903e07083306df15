import { type Exchange, json, type Route } from "../../shared/emulator.ts";
import { STAKEHOLDERS } from "./account.ts";
import { bodyObject, type Fields, fieldsOf, includes, optionalText, textOf } from "./input.ts";
import { mustHave, mustWrite } from "./keys.ts";
import type { TeamRow } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid } from "./refusal.ts";
import { fullTeam, fullUser, userReference } from "./shapes.ts";
import { callerOf, newId, type Tenant, teamById, userById } from "./tenant.ts";

const MEMBER_ROLES = ["observer", "responder", "manager"];
const EMPTY = { status: 204 };

/** Every call needs the plan's `teams` ability (oncall.md §1.3). */
export function teamRoutes(tenant: Tenant): readonly Route[] {
  const able = (route: Route): Route => ({
    ...route,
    handle: (exchange) => {
      mustHave(tenant.memory, "teams");
      if (route.method !== "GET") mustWrite(callerOf(tenant, exchange), "teams");
      return route.handle(exchange);
    },
  });
  const team = (exchange: Exchange): TeamRow => teamById(tenant, exchange.params.id);

  return [
    { method: "GET", path: "/teams", handle: (x: Exchange) => page(x, "teams", matching(tenant, x), fullTeam) },
    { method: "POST", path: "/teams", handle: (x: Exchange) => json(201, { team: fullTeam(create(tenant, x)) }) },
    { method: "GET", path: "/teams/{id}", handle: (x: Exchange) => json(200, { team: fullTeam(team(x)) }) },
    { method: "PUT", path: "/teams/{id}", handle: (x: Exchange) => json(200, { team: fullTeam(update(tenant, x)) }) },
    {
      method: "DELETE",
      path: "/teams/{id}",
      handle: (x: Exchange) => {
        remove(tenant, team(x));
        return new Response(null, EMPTY);
      },
    },
    {
      method: "GET",
      path: "/teams/{id}/members",
      handle: (x: Exchange) =>
        page(x, "members", team(x).members, ({ userId, role }) => {
          const user = userById(tenant, userId);
          return { user: includes(x, "users") ? fullUser(tenant, user) : userReference(user), role };
        }),
    },
    {
      method: "PUT",
      path: "/teams/{id}/users/{user_id}",
      handle: (x: Exchange) => {
        join(tenant, team(x), x);
        return new Response(null, EMPTY);
      },
    },
    {
      method: "DELETE",
      path: "/teams/{id}/users/{user_id}",
      handle: (x: Exchange) => {
        leave(tenant, team(x), x);
        return new Response(null, EMPTY);
      },
    },
  ].map(able);
}

function matching(tenant: Tenant, exchange: Exchange): readonly TeamRow[] {
  const words = exchange.url.searchParams.get("query")?.toLowerCase();
  return tenant.memory.teams.filter((team) => words === undefined || team.name.toLowerCase().includes(words));
}

function create(tenant: Tenant, exchange: Exchange): TeamRow {
  const fields = bodyObject(exchange, "team");
  const team: TeamRow = {
    id: newId(),
    name: nameOf(fields),
    description: optionalText(fields, "description") ?? "",
    defaultRole: defaultRoleOf(fields) ?? "manager",
    members: [],
  };
  tenant.memory.teams.push(team);
  return team;
}

function update(tenant: Tenant, exchange: Exchange): TeamRow {
  const team = teamById(tenant, exchange.params.id);
  const fields = bodyObject(exchange, "team");
  const name = fields.has("name") ? nameOf(fields) : team.name;
  team.defaultRole = defaultRoleOf(fields) ?? team.defaultRole;
  team.description = optionalText(fields, "description") ?? team.description;
  team.name = name;
  return team;
}

function remove(tenant: Tenant, team: TeamRow): void {
  const { memory } = tenant;
  const holders = [...memory.policies, ...memory.schedules, ...memory.shiftSchedules];
  if (holders.some((holder) => holder.teams.includes(team.id))) {
    throw invalid("base", "The team still has escalation policies, services, schedules or sub-teams");
  }
  memory.teams = memory.teams.filter((row) => row !== team);
}

function join(tenant: Tenant, team: TeamRow, exchange: Exchange): void {
  const user = userById(tenant, exchange.params.user_id);
  const role = exchange.body === undefined ? undefined : optionalText(fieldsOf(exchange.body), "role");
  if (role !== undefined && !MEMBER_ROLES.includes(role)) throw invalid("role", "Role is invalid");
  if (STAKEHOLDERS.includes(user.role)) throw invalid("user", "A stakeholder cannot be a member of a team");
  const member = team.members.find((row) => row.userId === user.id);
  // The server's own default for an omitted role is unconfirmed (oncall.md §1.3 [?]).
  if (member === undefined) team.members.push({ userId: user.id, role: role ?? "manager" });
  else member.role = role ?? member.role;
}

function leave(tenant: Tenant, team: TeamRow, exchange: Exchange): void {
  const user = userById(tenant, exchange.params.user_id);
  const needed = tenant.memory.policies.some(
    (policy) =>
      policy.teams.includes(team.id) &&
      policy.rules.some((rule) => rule.targets.some((target) => target.id === user.id)),
  );
  if (needed) throw invalid("base", "User cannot be removed: they are on an escalation policy of this team");
  team.members = team.members.filter((member) => member.userId !== user.id);
}

function nameOf(fields: Fields): string {
  const name = textOf(fields, "name");
  if (name.length > 100) throw invalid("name", "Name is too long (maximum is 100 characters)");
  return name;
}

function defaultRoleOf(fields: Fields): string | undefined {
  const role = optionalText(fields, "default_role");
  if (role !== undefined && role !== "manager" && role !== "none")
    throw invalid("default_role", "Default role is invalid");
  return role;
}
