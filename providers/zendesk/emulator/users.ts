import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import { bodyList, bodyObject, bodyRoot, type Fields, idIn, idsAsked } from "./input.ts";
import { startJob } from "./jobs.ts";
import type { Limits } from "./limits.ts";
import type { UserRow } from "./memory.ts";
import { page } from "./paging.ts";
import { badRequest, forbidden } from "./refusal.ts";
import { reply } from "./reply.ts";
import { shownGroup, shownOrganization, shownUser, userShower } from "./shapes.ts";
import { emailOf, groupById, organizationById, type Tenant, userById } from "./tenant.ts";
import { changeUser, endUser, makeUser } from "./user-rules.ts";

export function userRoutes(tenant: Tenant, caller: Caller, limits: Limits): readonly Route[] {
  const { memory } = tenant;
  const show = (user: UserRow): unknown => shownUser(tenant, user);
  const actor = (exchange: Exchange): UserRow => callerOf(caller, exchange).user;
  const list = (exchange: Exchange, rows: readonly UserRow[]): Response =>
    page(exchange, "users", rows, userShower(tenant));
  const present = (): readonly UserRow[] => memory.users.filter(({ active }) => active);

  return [
    { method: "GET", path: "/users", handle: (exchange) => list(exchange, matching(present(), exchange)) },
    {
      method: "GET",
      path: "/users/count",
      handle: (exchange) => reply(200, { count: { value: matching(present(), exchange).length, refreshed_at: null } }),
    },
    { method: "GET", path: "/users/search", handle: (exchange) => list(exchange, searched(present(), exchange)) },
    {
      method: "GET",
      path: "/users/show_many",
      handle: (exchange) => {
        const [ids, externals] = [idsAsked(exchange), idsAsked(exchange, "external_ids").map((id) => id.toLowerCase())];
        const found = memory.users.filter(
          (user) =>
            ids.includes(user.id) || (user.externalId !== null && externals.includes(user.externalId.toLowerCase())),
        );
        return reply(200, { users: found.map(show), next_page: null, previous_page: null, count: found.length });
      },
    },
    {
      method: "GET",
      path: "/users/me",
      handle: (exchange) =>
        reply(200, { user: { ...shownUser(tenant, actor(exchange)), authenticity_token: "sandbox" } }),
    },
    {
      method: "GET",
      path: "/users/{user_id}",
      handle: ({ params }) => reply(200, { user: show(userById(tenant, params.user_id)) }),
    },
    {
      method: "POST",
      path: "/users",
      handle: (exchange) => reply(201, { user: show(makeUser(tenant, actor(exchange), bodyObject(exchange, "user"))) }),
    },
    {
      method: "POST",
      path: "/users/create_or_update",
      handle: (exchange) => upsert(tenant, actor(exchange), limits, bodyObject(exchange, "user")),
    },
    ...["create_many", "create_or_update_many"].map((name) => ({
      method: "POST",
      path: `/users/${name}`,
      handle: () => {
        throw forbidden("Bulk user import is not enabled for this account");
      },
    })),
    {
      method: "PUT",
      path: "/users/update_many",
      handle: (exchange) => startJob(tenant, "bulk_update_user", updates(exchange)),
    },
    {
      method: "DELETE",
      path: "/users/destroy_many",
      handle: (exchange) =>
        startJob(
          tenant,
          "bulk_delete_user",
          idsAsked(exchange).map((id) => ({ id })),
        ),
    },
    { method: "POST", path: "/users/logout_many", handle: () => new Response(null, { status: 202 }) },
    {
      method: "PUT",
      path: "/users/{user_id}",
      handle: (exchange) => {
        const id = exchange.params.user_id ?? "";
        limits.userUpdate(id);
        return reply(200, { user: show(changeUser(tenant, actor(exchange), id, bodyObject(exchange, "user"))) });
      },
    },
    {
      method: "DELETE",
      path: "/users/{user_id}",
      handle: (exchange) => reply(200, { user: show(endUser(tenant, actor(exchange), exchange.params.user_id)) }),
    },
    {
      method: "GET",
      path: "/deleted_users",
      handle: (exchange) =>
        page(
          exchange,
          "deleted_users",
          memory.users.filter(({ active }) => !active),
          show,
        ),
    },
    {
      method: "GET",
      path: "/groups/{group_id}/users",
      handle: (exchange) => {
        const { id } = groupById(tenant, exchange.params.group_id);
        const members = new Set(memory.groupMemberships.filter(({ ofId }) => ofId === id).map(({ userId }) => userId));
        return list(
          exchange,
          present().filter((user) => members.has(user.id)),
        );
      },
    },
    {
      method: "GET",
      path: "/users/{user_id}/groups",
      handle: (exchange) => {
        const own = memory.groupMemberships.filter(({ userId }) => userId === exchange.params.user_id);
        const groups = own.map(({ ofId }) => groupById(tenant, ofId));
        return page(exchange, "groups", groups, (group) => shownGroup(tenant, group));
      },
    },
    {
      method: "GET",
      path: "/users/{user_id}/organizations",
      handle: (exchange) => {
        const own = memory.organizationMemberships.filter(({ userId }) => userId === exchange.params.user_id);
        const found = own.map(({ ofId }) => organizationById(tenant, ofId));
        return page(exchange, "organizations", found, (row) => shownOrganization(tenant, row));
      },
    },
  ];
}

function matching(users: readonly UserRow[], { url }: Exchange): readonly UserRow[] {
  const query = url.searchParams;
  const roles = [...query.getAll("role"), ...query.getAll("role[]")];
  const [permission, external] = [query.get("permission_set"), query.get("external_id")?.toLowerCase()];
  return users.filter(
    (user) =>
      (roles.length === 0 || roles.includes(user.role)) &&
      (permission === null || user.customRoleId === permission) &&
      (external === undefined || user.externalId?.toLowerCase() === external),
  );
}

/** What the index knew some minutes ago; it finds secondary addresses as well (zendesk.md §2.1). */
function searched(users: readonly UserRow[], exchange: Exchange): readonly UserRow[] {
  if (exchange.url.searchParams.has("external_id")) return matching(users, exchange);
  const query = exchange.url.searchParams.get("query") ?? "";
  const email = /^email:"?([^"]+)"?$/.exec(query)?.[1]?.toLowerCase();
  if (email !== undefined) return users.filter(({ indexed }) => indexed.includes(email));
  const words = query.toLowerCase();
  return users.filter(
    ({ name, indexed }) =>
      indexed.length > 0 && (name.toLowerCase().includes(words) || indexed.some((address) => address.includes(words))),
  );
}

/** The index catches up. */
export function reindex({ memory, world }: Tenant): void {
  for (const user of memory.users) {
    if (user.reindexAt === null || user.reindexAt > world.now()) continue;
    user.indexed = user.identities.filter(({ type }) => type === "email").map(({ value }) => value);
    user.reindexAt = null;
  }
}

/** Takes whoever has the address or the external id, whoever that is. */
function upsert(tenant: Tenant, actor: UserRow, limits: Limits, fields: Fields): Response {
  const [email, external] = ["email", "external_id"].map((name) => String(fields.get(name) ?? "").toLowerCase());
  const known = tenant.memory.users.find(
    (user) =>
      user.active && (emailOf(user) === email || (external !== "" && user.externalId?.toLowerCase() === external)),
  );
  if (known === undefined) return reply(201, { user: shownUser(tenant, makeUser(tenant, actor, fields)) });
  limits.userUpdate(known.id);
  return reply(200, { user: shownUser(tenant, changeUser(tenant, actor, known.id, fields)) });
}

function updates(
  exchange: Exchange,
): readonly { readonly id: string; readonly changes: Readonly<Record<string, unknown>> }[] {
  if (bodyRoot(exchange).has("users")) {
    return bodyList(exchange, "users").map((fields) => {
      const id = idIn(fields, "id");
      if (typeof id !== "string") throw badRequest("RecordMissing", "Parameter id is required");
      return { id, changes: Object.fromEntries(fields) };
    });
  }
  const changes = Object.fromEntries(bodyObject(exchange, "user"));
  return idsAsked(exchange).map((id) => ({ id, changes }));
}
