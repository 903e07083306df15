/** `/groups`: list, create, read, replace, delete. */
import { json } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { groupTarget, record, ruleTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent } from "./call.ts";
import { groupOf, log, type Moment, momentOf, putGroup } from "./directory.ts";
import { Failure, forbidden, invalid } from "./failure.ts";
import { foundGroups } from "./group-search.ts";
import { appCounts, groupView, groupWithStats } from "./group-view.ts";
import { limitOf, listed, pageOf } from "./paging.ts";
import { changed } from "./search-index.ts";
import { type Group, nextId, type Profile, type Tenant, timestamp } from "./tenant.ts";

export const GROUP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups", area: "groups", list: true, handle: listGroups },
  { method: "POST", path: "/api/v1/groups", area: "groups", handle: createGroup },
  { method: "GET", path: "/api/v1/groups/{groupId}", area: "groups", handle: readGroup },
  { method: "PUT", path: "/api/v1/groups/{groupId}", area: "groups", handle: replaceGroup },
  { method: "DELETE", path: "/api/v1/groups/{groupId}", area: "groups", handle: deleteGroup },
];

/** `q` has no paging and stops at 300; the other lists take up to 10,000 a page (okta.md §4.2). */
function listGroups(call: Call): Response {
  const groups = foundGroups(call);
  const stats = call.url.searchParams.get("expand") === "stats";
  const apps = stats ? appCounts(call) : new Map<string, number>();
  const view = (group: Group): unknown => (stats ? groupWithStats(call, group, apps) : groupView(call, group));
  if (call.url.searchParams.has("q")) {
    const limit = Math.min(limitOf(call.url, 300), 300);
    return json(200, groups.slice(0, limit).map(view));
  }
  const page = pageOf(call, groups, (group) => group.id, { default: 10_000, max: 10_000 });
  return listed(page.items.map(view), page.links);
}

function createGroup(call: Call): Response {
  const { tenant, now } = call;
  const profile = checkedProfile(tenant, fieldsOf(call.body).profile, undefined);
  const at = timestamp(now);
  const moment = momentOf(call);
  const group = putGroup(moment, {
    id: nextId(tenant, "00g"),
    type: "OKTA_GROUP",
    objectClass: ["okta:user_group"],
    created: at,
    lastUpdated: at,
    lastMembershipUpdated: at,
    profile: { description: null, ...profile },
  });
  log(moment, "group.lifecycle.create", [groupTarget(group)]);
  return json(200, groupView(call, group));
}

function readGroup(call: Call): Response {
  const group = groupOf(call.tenant, call.params.groupId ?? "");
  const stats = call.url.searchParams.get("expand") === "stats";
  return json(200, stats ? groupWithStats(call, group, appCounts(call)) : groupView(call, group));
}

/** Replaces the whole profile: custom attributes that are not sent are lost (okta.md §0.10). */
function replaceGroup(call: Call): Response {
  const { tenant, now } = call;
  const before = writable(groupOf(tenant, call.params.groupId ?? ""));
  const profile = checkedProfile(tenant, fieldsOf(call.body).profile, before);
  const moment = momentOf(call);
  const lastUpdated = timestamp(now);
  const group = putGroup(moment, { ...before, profile: { description: null, ...profile }, lastUpdated });
  log(moment, "group.profile.update", [groupTarget(group)]);
  return json(200, groupView(call, group));
}

function deleteGroup(call: Call): Response {
  const { tenant, now } = call;
  const group = groupOf(tenant, call.params.groupId ?? "");
  if (group.type === "BUILT_IN") throw forbidden();
  const moment = momentOf(call);
  changed(tenant.staleGroups, group.id, group, now, tenant.knobs.searchLagMs);
  tenant.groups.delete(group.id);
  tenant.members.delete(group.id);
  tenant.owners.delete(group.id);
  tenant.roles.delete(`groups/${group.id}`);
  for (const [appId, assignments] of tenant.appGroups) {
    tenant.appGroups.set(
      appId,
      assignments.filter((assignment) => assignment.groupId !== group.id),
    );
  }
  log(moment, "group.lifecycle.delete", [groupTarget(group)]);
  invalidateRules(moment, group.id);
  return noContent();
}

/** Rules that target a deleted group can only be read and deleted from now on. */
function invalidateRules({ tenant, now }: Moment, groupId: string): void {
  for (const rule of tenant.rules.values()) {
    if (!rule.groupIds.includes(groupId) || rule.status === "INVALID") continue;
    tenant.rules.set(rule.id, { ...rule, status: "INVALID", lastUpdated: timestamp(now) });
    record(tenant, now, null, "group.user_membership.rule.invalidate", [ruleTarget(rule)]);
  }
}

/** Only OKTA_GROUP can be written; BUILT_IN and imported groups refuse (okta.md §4.2). */
export function writable(group: Group): Group {
  if (group.type === "BUILT_IN") throw forbidden();
  if (group.type === "APP_GROUP") {
    throw new Failure(403, "E0000077", "Attribute is read-only because the group is sourced from an application");
  }
  return group;
}

/** Names are unique among OKTA_GROUPs only: an imported group may be called the same. */
function checkedProfile(tenant: Tenant, value: unknown, self: Group | undefined): Profile {
  if (!isFields(value)) throw invalid("profile", "profile: The field cannot be left blank");
  const { name, description } = value;
  if (typeof name !== "string" || name === "") throw invalid("name", "name: The field cannot be left blank");
  if (name.length > 255) throw invalid("name", "name: The field is too long");
  if (description !== undefined && description !== null && typeof description !== "string") {
    throw invalid("description", "description: Value must be of type string");
  }
  if (typeof description === "string" && description.length > 1024) {
    throw invalid("description", "description: The field is too long");
  }
  const unknown = Object.keys(value).find(
    (key) => !["name", "description"].includes(key) && !tenant.groupAttributes.has(key),
  );
  if (unknown !== undefined) {
    throw invalid(unknown, `The following properties are not defined on the group profile: ${unknown}`);
  }
  for (const group of tenant.groups.values()) {
    if (group.type === "OKTA_GROUP" && group.profile.name === name && group.id !== self?.id) {
      throw invalid("name", "name: An object with this field already exists in the current organization");
    }
  }
  return value;
}
