import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import { bodyList, bodyObject, type Fields, flag, idIn, idsAsked } from "./input.ts";
import { startJob } from "./jobs.ts";
import { type Family, join, leave, makeDefault, rowsOf } from "./member-rules.ts";
import type { MembershipRow, UserRow } from "./memory.ts";
import { page } from "./paging.ts";
import { nothing, reply } from "./reply.ts";
import { shownGroup, shownOrganization, shownUser, userShower } from "./shapes.ts";
import { addressOf, existing, groupById, iso, isTeam, organizationById, type Tenant, userById } from "./tenant.ts";

export function membershipRoutes(tenant: Tenant, caller: Caller, family: Family): readonly Route[] {
  const [row, rows, of] = [`${family}_membership`, `${family}_memberships`, `${family}_id`];
  const one = `{${row}_id}`;
  const param = ({ params }: Exchange): string => params[`${row}_id`] ?? "";
  const show = (membership: MembershipRow): unknown => shown(tenant, family, membership);

  const list = (exchange: Exchange, found: readonly MembershipRow[]): Response =>
    page(exchange, rows, found, show, (part) => sideloads(tenant, family, exchange, part));
  const plain = (exchange: Exchange): readonly MembershipRow[] => {
    const { searchParams } = exchange.url;
    const [user, group] = [searchParams.get("user_id"), searchParams.get(of)];
    return rowsOf(tenant, family).filter(
      (membership) => (user === null || membership.userId === user) && (group === null || membership.ofId === group),
    );
  };
  const ofUser = (exchange: Exchange): readonly MembershipRow[] => {
    const { id } = userById(tenant, exchange.params.user_id);
    return rowsOf(tenant, family).filter((membership) => membership.userId === id);
  };
  const asked = (fields: Fields) => ({
    userId: idIn(fields, "user_id") ?? undefined,
    ofId: idIn(fields, of) ?? undefined,
    asDefault: flag(fields, "default") === true,
  });
  const defaulted = (exchange: Exchange, membership: MembershipRow): Response => {
    makeDefault(tenant, family, membership);
    return list(exchange, ofUser(exchange));
  };

  return [
    { method: "GET", path: `/${rows}`, handle: (exchange) => list(exchange, plain(exchange)) },
    { method: "GET", path: `/users/{user_id}/${rows}`, handle: (exchange) => list(exchange, ofUser(exchange)) },
    {
      method: "GET",
      path:
        family === "group"
          ? "/groups/{group_id}/memberships"
          : "/organizations/{organization_id}/organization_memberships",
      handle: (exchange) => list(exchange, membersOf(tenant, family, exchange.params[of])),
    },
    {
      method: "GET",
      path: `/${rows}/assignable`,
      handle: (exchange) =>
        list(
          exchange,
          plain(exchange).filter(({ userId }) => isTeam(userById(tenant, userId))),
        ),
    },
    {
      method: "GET",
      path: `/${rows}/${one}`,
      handle: (exchange) => reply(200, { [row]: show(existing(rowsOf(tenant, family), param(exchange))) }),
    },
    {
      method: "POST",
      path: `/${rows}`,
      handle: (exchange) => {
        const made = join(tenant, callerOf(caller, exchange).user, family, asked(bodyObject(exchange, row)));
        return reply(201, { [row]: show(made) });
      },
    },
    {
      method: "DELETE",
      path: `/${rows}/${one}`,
      handle: (exchange) => {
        leave(tenant, callerOf(caller, exchange).user, family, param(exchange));
        return nothing();
      },
    },
    {
      method: "PUT",
      path: `/users/{user_id}/${rows}/${one}/make_default`,
      handle: (exchange) => defaulted(exchange, existing(ofUser(exchange), param(exchange))),
    },
    {
      method: "POST",
      path: `/${rows}/create_many`,
      handle: (exchange) => {
        const items = bodyList(exchange, rows).map((fields) => {
          const { userId, ofId } = asked(fields);
          return { ...(userId === undefined ? {} : { userId }), ...(ofId === undefined ? {} : { ofId }) };
        });
        return startJob(tenant, `bulk_create_${family}_membership`, items);
      },
    },
    {
      method: "DELETE",
      path: `/${rows}/destroy_many`,
      handle: (exchange) =>
        startJob(
          tenant,
          `bulk_delete_${family}_membership`,
          idsAsked(exchange).map((id) => ({ id })),
        ),
    },
  ];
}

/** By the pair, without the membership's id. */
export function pairRoutes(tenant: Tenant, caller: Caller): readonly Route[] {
  const pair = ({ params }: Exchange): MembershipRow =>
    existing(
      tenant.memory.organizationMemberships.filter(
        ({ userId, ofId }) => userId === params.user_id && ofId === params.organization_id,
      ),
      tenant.memory.organizationMemberships.find(
        ({ userId, ofId }) => userId === params.user_id && ofId === params.organization_id,
      )?.id,
    );
  return [
    {
      method: "DELETE",
      path: "/users/{user_id}/organizations/{organization_id}",
      handle: (exchange) => {
        leave(tenant, callerOf(caller, exchange).user, "organization", pair(exchange).id);
        return nothing();
      },
    },
    {
      method: "PUT",
      path: "/users/{user_id}/organizations/{organization_id}/make_default",
      handle: (exchange) => {
        makeDefault(tenant, "organization", pair(exchange));
        return reply(200, { user: shownUser(tenant, userById(tenant, exchange.params.user_id)) });
      },
    },
  ];
}

function membersOf(tenant: Tenant, family: Family, id: string | undefined): readonly MembershipRow[] {
  const { id: known } = family === "group" ? groupById(tenant, id) : organizationById(tenant, id);
  return rowsOf(tenant, family).filter(({ ofId }) => ofId === known);
}

function shown(tenant: Tenant, family: Family, row: MembershipRow): unknown {
  const common = {
    id: BigInt(row.id),
    url: addressOf(tenant, `${family}_memberships/${row.id}`),
    user_id: BigInt(row.userId),
    [`${family}_id`]: BigInt(row.ofId),
    created_at: iso(row.createdAt),
    updated_at: iso(row.createdAt),
  };
  if (family === "group") return { ...common, default: row.default };
  const { name, sharedTickets } = organizationById(tenant, row.ofId);
  // True or null, never false (zendesk.md §2.5).
  return { ...common, default: row.default ? true : null, organization_name: name, view_tickets: sharedTickets };
}

function present({ memory }: Tenant, ids: ReadonlySet<string>): readonly UserRow[] {
  return memory.users.filter(({ id }) => ids.has(id));
}

function sideloads(tenant: Tenant, family: Family, { url }: Exchange, rows: readonly MembershipRow[]) {
  const asked = (url.searchParams.get("include") ?? "").split(",");
  const users = new Set(rows.map(({ userId }) => userId));
  const objects = new Set(rows.map(({ ofId }) => ofId));
  return {
    ...(asked.includes("users") ? { users: present(tenant, users).map(userShower(tenant)) } : {}),
    ...(family === "group" && asked.includes("groups")
      ? { groups: [...objects].map((id) => shownGroup(tenant, groupById(tenant, id))) }
      : {}),
    ...(family === "organization" && asked.includes("organizations")
      ? { organizations: [...objects].map((id) => shownOrganization(tenant, organizationById(tenant, id))) }
      : {}),
  };
}
