import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import { bodyObject, flag, optionalText, requiredText } from "./input.ts";
import { leaveAll } from "./member-rules.ts";
import type { GroupRow } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid, notFound } from "./refusal.ts";
import { nothing, reply } from "./reply.ts";
import { shownGroup } from "./shapes.ts";
import { groupById, newId, note, type Tenant } from "./tenant.ts";

export function groupRoutes(tenant: Tenant, caller: Caller): readonly Route[] {
  const { memory, world } = tenant;
  const show = (group: GroupRow): unknown => shownGroup(tenant, group);
  const audited = (exchange: Exchange, action: "create" | "update" | "destroy", group: GroupRow): void =>
    note(tenant, callerOf(caller, exchange).user, action, { type: "group", id: group.id, label: group.name });
  const present = (id: string | undefined): GroupRow => {
    const group = groupById(tenant, id);
    if (group.deleted) throw notFound();
    return group;
  };

  return [
    {
      method: "GET",
      path: "/groups",
      handle: (exchange) => {
        const without = exchange.url.searchParams.get("exclude_deleted") === "true";
        return page(
          exchange,
          "groups",
          memory.groups.filter(({ deleted }) => !without || !deleted),
          show,
        );
      },
    },
    {
      method: "GET",
      path: "/groups/assignable",
      handle: (exchange) =>
        page(
          exchange,
          "groups",
          memory.groups.filter(({ deleted }) => !deleted),
          show,
        ),
    },
    {
      method: "GET",
      path: "/groups/count",
      handle: () =>
        reply(200, { count: { value: memory.groups.filter(({ deleted }) => !deleted).length, refreshed_at: null } }),
    },
    // Deletion is soft: the group still answers, and says so (zendesk.md §2.2).
    {
      method: "GET",
      path: "/groups/{group_id}",
      handle: ({ params }) => reply(200, { group: show(groupById(tenant, params.group_id)) }),
    },
    {
      method: "POST",
      path: "/groups",
      handle: (exchange) => {
        const fields = bodyObject(exchange, "group");
        const group: GroupRow = {
          id: newId(tenant),
          name: requiredText(fields, "name"),
          description: optionalText(fields, "description") ?? "",
          isPublic: flag(fields, "is_public") ?? true,
          default: false,
          deleted: false,
          createdAt: world.now(),
          updatedAt: world.now(),
        };
        memory.groups.push(group);
        audited(exchange, "create", group);
        return reply(201, { group: show(group) });
      },
    },
    {
      method: "PUT",
      path: "/groups/{group_id}",
      handle: (exchange) => {
        const group = present(exchange.params.group_id);
        const fields = bodyObject(exchange, "group");
        const name = fields.has("name") ? requiredText(fields, "name") : group.name;
        const isPublic = flag(fields, "is_public") ?? group.isPublic;
        if (isPublic && !group.isPublic) {
          throw invalid("is_public", "InvalidValue", "A private group cannot be made public");
        }
        group.name = name;
        group.isPublic = isPublic;
        group.description = optionalText(fields, "description") ?? group.description;
        group.updatedAt = world.now();
        audited(exchange, "update", group);
        return reply(200, { group: show(group) });
      },
    },
    {
      method: "DELETE",
      path: "/groups/{group_id}",
      handle: (exchange) => {
        const group = present(exchange.params.group_id);
        if (group.default) throw invalid("base", "InvalidValue", "The default group cannot be deleted");
        leaveAll(tenant, callerOf(caller, exchange).user, "group", (row) => row.ofId === group.id);
        group.deleted = true;
        for (const ticket of memory.tickets) if (ticket.groupId === group.id) ticket.groupId = null;
        audited(exchange, "destroy", group);
        return nothing();
      },
    },
  ];
}
