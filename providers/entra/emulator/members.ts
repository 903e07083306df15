/** Members and owners: bound by the twenty, added one by one, removed as links (entra.md §6). */
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, mayAlso, noContent, param, referenced } from "./call.ts";
import { alreadyThere, badRequest, denied, notFound } from "./failure.ts";
import { requireRights, requireSeen, targetOf } from "./group-access.ts";
import { isDynamic, isUnified, requireWritable } from "./group-properties.ts";
import { page, selected } from "./odata.ts";
import type { Properties } from "./tenant.ts";
import { removeUser, targetOf as userTarget } from "./users.ts";

export type Relation = "members" | "owners";

const READ = [
  "GroupMember.Read.All",
  "Group.Read.All",
  "Group.ReadWrite.All",
  "GroupMember.ReadWrite.All",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];
const WRITE_MEMBERS = ["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All", "Group.Create"];
const WRITE_OWNERS = ["Group.ReadWrite.All", "Directory.ReadWrite.All", "Group.Create"];

export const MEMBER_ENDPOINTS: readonly Endpoint[] = (["members", "owners"] as const).flatMap((relation) => {
  const permissions = relation === "members" ? WRITE_MEMBERS : WRITE_OWNERS;
  return [
    {
      method: "GET",
      path: `/groups/{id}/${relation}`,
      permissions: READ,
      units: relation === "members" ? 3 : 1,
      handle: (call) => list(call, relation),
    },
    { method: "POST", path: `/groups/{id}/${relation}/$ref`, permissions, handle: (call) => add(call, relation) },
    {
      method: "DELETE",
      path: `/groups/{id}/${relation}/{other}/$ref`,
      permissions,
      handle: (call) => remove(call, relation),
    },
    // Without /$ref it is the object itself that goes (entra.md §0.5).
    { method: "DELETE", path: `/groups/{id}/${relation}/{other}`, permissions, handle: dangerous },
  ] satisfies readonly Endpoint[];
});

/** `user`, `group`, `servicePrincipal`; undefined for what nobody knows, or not yet. */
export function typeOfObject(call: Call, id: string): string | undefined {
  const { tenant, horizon } = call;
  if (tenant.users.seen(id, horizon) !== undefined) return "user";
  if (tenant.groups.seen(id, horizon) !== undefined) return "group";
  if (tenant.principals.seen(id, horizon) !== undefined) return "servicePrincipal";
  if ([tenant.users, tenant.groups, tenant.principals].some((table) => table.lags(id, horizon))) call.lagged(id);
  return undefined;
}

export function propertiesOfObject(call: Call, id: string): Properties | undefined {
  const { tenant, horizon } = call;
  return (
    tenant.users.seen(id, horizon)?.properties ?? tenant.groups.seen(id, horizon) ?? tenant.principals.seen(id, horizon)
  );
}

/** Service principals are missing from the v1.0 list (documented, entra.md §0.6). */
function list(call: Call, relation: Relation): Response {
  const id = String(requireSeen(call, param(call, "id")).id);
  const rows = call.tenant.links.seen(id, relation, call.horizon).flatMap((to) => {
    const type = typeOfObject(call, to);
    if (type === undefined || (type === "servicePrincipal" && relation === "members")) return [];
    return [{ ...propertiesOfObject(call, to), "@odata.type": `#microsoft.graph.${type}` }];
  });
  return page(call, rows, "directoryObjects", (row) => ({
    "@odata.type": row["@odata.type"],
    ...selected(call, row, ["id", "displayName", "userPrincipalName", "mail"]),
  }));
}

export function boundIn(call: Call, body: Properties, relation: Relation): readonly string[] {
  const bound = body[`${relation}@odata.bind`];
  if (bound === undefined) return [];
  if (!Array.isArray(bound)) throw badRequest(`Invalid value specified for property '${relation}@odata.bind'.`);
  return bound.map((value) => referenced(call, value));
}

/** All or none: throws before anything is done. */
export function requireBindable(
  call: Call,
  group: Properties,
  relation: Relation,
  ids: readonly string[],
  most: number,
): void {
  if (ids.length === 0) return;
  if (ids.length > most) throw badRequest(`The number of references in a request exceeds the limit of ${most}.`);
  if (new Set(ids).size < ids.length) {
    throw badRequest("One or more of the added object references can only be present once as an add/remove change.");
  }
  if (relation === "members" && isDynamic(group)) {
    throw badRequest(
      "Insufficient privileges or the membership of a dynamic group cannot be changed: it is set by its rule.",
    );
  }
  for (const id of ids) {
    const type = typeOfObject(call, id);
    if (type === undefined) throw notFound(id);
    const allowed =
      relation === "owners"
        ? ["user", "servicePrincipal"]
        : isUnified(group)
          ? ["user"]
          : ["user", "group", "servicePrincipal"];
    if (!allowed.includes(type))
      throw badRequest(`The reference target of type '${type}' is not allowed in '${relation}'.`);
    if (id === group.id) throw badRequest("A group cannot be a member of itself.");
  }
  if (ids.some((id) => call.tenant.links.has(String(group.id), relation, id))) throw alreadyThere(relation);
  if (relation === "owners" && call.tenant.links.now(String(group.id), "owners").length + ids.length > 100) {
    throw badRequest("The number of owners exceeds the limit of 100.");
  }
}

function add(call: Call, relation: Relation): Response {
  const group = current(call, relation);
  const id = referenced(call, bodyOf(call)["@odata.id"]);
  requireBindable(call, group, relation, [id], 20);
  link(call, group, relation, id, true);
  return noContent();
}

function remove(call: Call, relation: Relation): Response {
  const group = current(call, relation);
  const other = param(call, "other").toLowerCase();
  if (relation === "members" && isDynamic(group)) {
    throw badRequest("The membership of a dynamic group cannot be changed: it is set by its rule.");
  }
  if (!call.tenant.links.has(String(group.id), relation, other)) throw notFound(other);
  if (relation === "owners") requireOtherOwner(call, group, other);
  link(call, group, relation, other, false);
  return noContent();
}

/** The last user who owns a group stays (entra.md §5.3). */
function requireOtherOwner(call: Call, group: Properties, leaving: string): void {
  if (call.tenant.users.now(leaving) === undefined) return;
  const users = call.tenant.links
    .now(String(group.id), "owners")
    .filter((id) => call.tenant.users.now(id) !== undefined);
  if (users.length > 1) return;
  throw badRequest("The group must have at least one owner, hence this owner cannot be removed.");
}

function dangerous(call: Call): Response {
  const other = param(call, "other").toLowerCase();
  if (call.tenant.users.now(other) === undefined)
    throw badRequest("Write requests are only supported on contained entities.");
  if (!mayAlso(call.caller, "User.ReadWrite.All", "User.DeleteRestore.All")) throw denied();
  removeUser(call, other);
  return noContent();
}

export function link(call: Call, group: Properties, relation: Relation, to: string, present: boolean): void {
  const { tenant, now } = call;
  const from = String(group.id);
  tenant.links.set({ at: now, from, relation, to, present });
  if (!present) {
    const accessId = relation === "members" ? "member" : "owner";
    const ended = tenant.activations.findIndex(
      (row) => row.groupId === from && row.principalId === to && row.accessId === accessId,
    );
    if (ended >= 0) tenant.activations.splice(ended, 1);
  }
  const what = relation === "members" ? "member" : "owner";
  const user = tenant.users.now(to);
  const target =
    user === undefined ? { id: to, type: "Other" as const, displayName: null } : userTarget(user.properties);
  audited(call, present ? `Add ${what} to group` : `Remove ${what} from group`, "GroupManagement", [
    { ...target, modified: { "Group.ObjectID": from, "Group.DisplayName": group.displayName } },
    targetOf(group),
  ]);
}

function current(call: Call, relation: Relation): Properties {
  const id = String(requireSeen(call, param(call, "id")).id);
  const group = call.tenant.groups.now(id);
  if (group === undefined) throw notFound(id);
  requireWritable(group);
  requireRights(call, group, relation === "members");
  return group;
}
