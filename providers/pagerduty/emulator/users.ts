import { type Exchange, json, type Route } from "../../shared/emulator.ts";
import { ROLES } from "./account.ts";
import { bodyObject, type Fields, includes, optionalText, textOf, zoneOf } from "./input.ts";
import { mustHave, mustWrite } from "./keys.ts";
import type { UserRow } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid, Refusal } from "./refusal.ts";
import { fullUser, policiesUsing } from "./shapes.ts";
import { callerOf, newId, type Tenant, userById } from "./tenant.ts";

export function userRoutes(tenant: Tenant): readonly Route[] {
  const answer = (exchange: Exchange, user: UserRow, status = 200): Response =>
    json(status, { user: fullUser(tenant, user, includes(exchange, "teams")) });

  return [
    {
      method: "GET",
      path: "/users",
      handle: (exchange) =>
        page(exchange, "users", matching(tenant, exchange), (user) =>
          fullUser(tenant, user, includes(exchange, "teams")),
        ),
    },
    { method: "GET", path: "/users/{id}", handle: (x) => answer(x, userById(tenant, x.params.id)) },
    {
      method: "GET",
      path: "/users/me",
      handle: (exchange) => {
        const { user } = callerOf(tenant, exchange);
        if (user !== undefined) return answer(exchange, user);
        throw new Refusal(400, 2001, "Invalid Input Provided", [
          ["base", "This endpoint requires a user-level API key; an account-level key belongs to nobody."],
        ]);
      },
    },
    { method: "POST", path: "/users", handle: (exchange) => answer(exchange, create(tenant, exchange), 201) },
    { method: "PUT", path: "/users/{id}", handle: (exchange) => answer(exchange, update(tenant, exchange)) },
    {
      method: "DELETE",
      path: "/users/{id}",
      handle: (exchange) => {
        remove(tenant, exchange);
        return new Response(null, { status: 204 });
      },
    },
  ];
}

/** `query` is loose, on name and e-mail: an exact match is the client's job (oncall.md §1.2). */
function matching(tenant: Tenant, exchange: Exchange): readonly UserRow[] {
  const query = exchange.url.searchParams;
  const words = query.get("query")?.toLowerCase();
  const teamIds = query.getAll("team_ids[]");
  if (teamIds.length > 0) mustHave(tenant.memory, "teams");
  const teams = tenant.memory.teams.filter((team) => teamIds.includes(team.id));
  return tenant.memory.users.filter(
    (user) =>
      (words === undefined || `${user.name} ${user.email}`.toLowerCase().includes(words)) &&
      (teamIds.length === 0 || teams.some((team) => team.members.some((member) => member.userId === user.id))),
  );
}

function create(tenant: Tenant, exchange: Exchange): UserRow {
  mustWrite(callerOf(tenant, exchange), "users");
  const from = exchange.request.headers.get("from")?.toLowerCase();
  if (!tenant.memory.users.some((user) => user.email === from)) {
    throw invalid("from", "The From header must hold the e-mail address of a user of this account");
  }
  const fields = bodyObject(exchange, "user");
  const user: UserRow = {
    id: newId(),
    name: textOf(fields, "name"),
    email: emailOf(tenant, fields, undefined),
    role: roleOf(tenant, fields) ?? "limited_user",
    timeZone: zoneOf(optionalText(fields, "time_zone") ?? "Etc/UTC"),
    jobTitle: optionalText(fields, "job_title") ?? "",
    description: optionalText(fields, "description") ?? null,
    color: optionalText(fields, "color") ?? "purple",
    invitationSent: true,
  };
  tenant.memory.users.push(user);
  return user;
}

function update(tenant: Tenant, exchange: Exchange): UserRow {
  mustWrite(callerOf(tenant, exchange), "users");
  const user = userById(tenant, exchange.params.id);
  const fields = bodyObject(exchange, "user");
  const email = fields.has("email") ? emailOf(tenant, fields, user) : user.email;
  const role = roleOf(tenant, fields) ?? user.role;
  if (role !== user.role && user.role === "owner") throw invalid("role", "The account owner's role cannot be changed");
  user.name = fields.has("name") ? textOf(fields, "name") : user.name;
  user.email = email;
  user.role = role;
  user.timeZone = zoneOf(optionalText(fields, "time_zone") ?? user.timeZone);
  user.jobTitle = optionalText(fields, "job_title") ?? user.jobTitle;
  user.description = optionalText(fields, "description") ?? user.description;
  user.color = optionalText(fields, "color") ?? user.color;
  return user;
}

/** Who stands in a schedule or a policy stays: whether the vendor refuses this is unconfirmed (oncall.md §1.2 [?]). */
function remove(tenant: Tenant, exchange: Exchange): void {
  mustWrite(callerOf(tenant, exchange), "users");
  const { memory } = tenant;
  const { id } = userById(tenant, exchange.params.id);
  const scheduled =
    memory.schedules.some((schedule) => schedule.layers.some((layer) => layer.users.includes(id))) ||
    memory.shiftSchedules.some((schedule) =>
      schedule.rotations.some((rotation) => rotation.events.some((event) => event.members.includes(id))),
    );
  if (scheduled || policiesUsing(tenant, id).length > 0) {
    throw invalid("base", "The user is on a schedule or an escalation policy");
  }
  memory.users = memory.users.filter((user) => user.id !== id);
  for (const team of memory.teams) team.members = team.members.filter((member) => member.userId !== id);
}

/** Stored in lower case, unique in the account. */
function emailOf(tenant: Tenant, fields: Fields, self: UserRow | undefined): string {
  const email = textOf(fields, "email").toLowerCase();
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw invalid("email", "Email is invalid");
  if (tenant.memory.users.some((user) => user !== self && user.email === email)) {
    throw invalid("email", "Email has already been taken");
  }
  return email;
}

function roleOf(tenant: Tenant, fields: Fields): string | undefined {
  const role = optionalText(fields, "role");
  if (role === undefined) return undefined;
  if (!ROLES.includes(role) || role === "owner") throw invalid("role", "Role is invalid");
  if (role.startsWith("read_only_")) mustHave(tenant.memory, "read_only_users");
  return role;
}
