import { json } from "../../shared/emulator.ts";
import { dropAssignments } from "./access-of-deleted.ts";
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, noContent, param } from "./call.ts";
import { notFound } from "./failure.ts";
import { requireRights, requireSeen, targetOf } from "./group-access.ts";
import { changedGroup, GROUP_DEFAULTS, isDynamic, newGroup, requireWritable } from "./group-properties.ts";
import { boundIn, link, type Relation, requireBindable } from "./members.ts";
import { filtered, page, selected } from "./odata.ts";
import { nextId, type Properties } from "./tenant.ts";

const READ = [
  "GroupMember.Read.All",
  "Group.ReadBasic.All",
  "Group.Read.All",
  "Group.ReadWrite.All",
  "GroupMember.ReadWrite.All",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];
const CREATE = ["Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"];

export const GROUP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/groups", permissions: READ, handle: listGroups },
  { method: "POST", path: "/groups", permissions: CREATE, handle: (call) => createGroup(call, bodyOf(call)) },
  { method: "GET", path: "/groups/{id}", permissions: READ, handle: getGroup },
  { method: "GET", path: "/groups/(uniqueName)/{key}", permissions: READ, handle: getByUniqueName },
  {
    method: "PATCH",
    path: "/groups/{id}",
    permissions: ["Group.ReadWrite.All", "GroupMember.ReadWrite.All", "Directory.ReadWrite.All", "Group.Create"],
    handle: (call) => updateGroup(call, requireSeen(call, param(call, "id"))),
  },
  { method: "PATCH", path: "/groups/(uniqueName)/{key}", permissions: CREATE, handle: upsertGroup },
  { method: "DELETE", path: "/groups/{id}", permissions: ["Group.ReadWrite.All", "Group.Create"], handle: deleteGroup },
];

function listGroups(call: Call): Response {
  const rows: Properties[] = [];
  for (const [id, row] of call.tenant.groups.allSeen(call.horizon)) {
    if (call.tenant.groups.lags(id, call.horizon)) call.lagged(id);
    rows.push(row);
  }
  return page(call, filtered(call, rows), "groups", (row) => selected(call, row, GROUP_DEFAULTS));
}

function getGroup(call: Call): Response {
  return groupAnswer(call, 200, requireSeen(call, param(call, "id")));
}

function getByUniqueName(call: Call): Response {
  for (const [, row] of call.tenant.groups.allSeen(call.horizon)) {
    if (row.uniqueName === param(call, "key")) return groupAnswer(call, 200, row);
  }
  throw notFound(param(call, "key"));
}

function groupAnswer(call: Call, status: number, row: Properties): Response {
  return json(status, {
    "@odata.context": `${call.origin}/v1.0/$metadata#groups/$entity`,
    ...selected(call, row, GROUP_DEFAULTS),
  });
}

function createGroup(call: Call, body: Properties): Response {
  const { tenant, now } = call;
  const id = nextId(tenant);
  const group = newGroup(tenant, call.caller, id, body, now);
  const bound = { members: boundIn(call, body, "members"), owners: boundIn(call, body, "owners") };
  for (const relation of ["members", "owners"] as const) requireBindable(call, group, relation, bound[relation], 20);
  if (bound.members.length + bound.owners.length > 20)
    requireBindable(call, group, "members", [...bound.members, ...bound.owners], 20);
  tenant.groups.put(id, group, now);
  for (const relation of ["members", "owners"] as const) {
    for (const to of bound[relation]) tenant.links.set({ at: now, from: id, relation, to, present: true });
  }
  audited(call, "Add group", "GroupManagement", [targetOf(group)]);
  return groupAnswer(call, 201, group);
}

/** The alternate key knows at once what is there, so that two requests make one group (entra.md §5.2). */
function upsertGroup(call: Call): Response {
  const key = param(call, "key");
  for (const [, row] of call.tenant.groups.all()) if (row.uniqueName === key) return updateGroup(call, row);
  if (!/create-if-missing/.test(call.request.headers.get("prefer") ?? "")) throw notFound(key);
  return createGroup(call, { ...bodyOf(call), uniqueName: key });
}

function updateGroup(call: Call, { id: known }: Properties): Response {
  const { tenant, now } = call;
  const id = String(known);
  const before = tenant.groups.now(id);
  if (before === undefined) throw notFound(id);
  const body = bodyOf(call);
  const binds = Object.keys(body).filter((name) => name.endsWith("@odata.bind"));
  requireRights(call, before, Object.keys(body).length === binds.length);
  const after = binds.length === Object.keys(body).length ? before : changedGroup(tenant, before, body);
  if (binds.length > 0) requireWritable(before);
  const bound = new Map<Relation, readonly string[]>();
  for (const relation of ["members", "owners"] as const) {
    const ids = boundIn(call, body, relation);
    requireBindable(call, after, relation, ids, 20);
    bound.set(relation, ids);
  }
  if (after !== before) {
    tenant.groups.put(id, after, now);
    audited(call, "Update group", "GroupManagement", [{ ...targetOf(after), modified: body }]);
  }
  for (const [relation, ids] of bound) for (const to of ids) link(call, after, relation, to, true);
  // Going dynamic replaces the membership.
  if (isDynamic(after) && !isDynamic(before)) {
    for (const to of tenant.links.now(id, "members"))
      tenant.links.set({ at: now, from: id, relation: "members", to, present: false });
  }
  return noContent();
}

function deleteGroup(call: Call): Response {
  const { tenant, now } = call;
  const id = String(requireSeen(call, param(call, "id")).id);
  const group = tenant.groups.now(id);
  if (group === undefined) throw notFound(id);
  requireWritable(group);
  requireRights(call, group, false);
  const inside = ["members", "owners"].flatMap((relation) =>
    tenant.links.now(id, relation).map((to) => ({ from: id, relation, to })),
  );
  const outside = tenant.links.holders("members", id).map((from) => ({ from, relation: "members", to: id }));
  for (const one of [...inside, ...outside]) tenant.links.set({ ...one, at: now, present: false });
  dropAssignments(tenant, id, now);
  tenant.groups.remove(id, now);
  tenant.deleted.set(id, { type: "group", row: group, at: now, links: [...inside, ...outside] });
  audited(call, "Delete group", "GroupManagement", [targetOf(group)]);
  return noContent();
}
