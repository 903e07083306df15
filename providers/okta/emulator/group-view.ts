/** A group as the API shows it, with the statistics that `expand=stats` adds. */
import type { Call } from "./call.ts";
import { countMembers } from "./directory.ts";
import type { Group } from "./tenant.ts";

export function groupView(call: Call, group: Group): Record<string, unknown> {
  const self = `${call.origin}/api/v1/groups/${group.id}`;
  const logo = (name: string, file: string): unknown => ({
    name,
    href: `${call.origin}/assets/img/logos/groups/odyssey/${file}.png`,
    type: "image/png",
  });
  return {
    id: group.id,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
    objectClass: group.objectClass,
    type: group.type,
    profile: group.profile,
    ...(group.sourceId === undefined ? {} : { source: { id: group.sourceId } }),
    _links: {
      logo: [logo("medium", "okta-medium"), logo("large", "okta-large")],
      ...(call.tenant.knobs.licensed.owners ? { owners: { href: `${self}/owners` } } : {}),
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    },
  };
}

/** How many applications each group is assigned to: counted once for a page, not once for each row. */
export function appCounts(call: Call): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const assignments of call.tenant.appGroups.values()) {
    for (const { groupId } of assignments) counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
  }
  return counts;
}

export function groupWithStats(call: Call, group: Group, apps: ReadonlyMap<string, number>): Record<string, unknown> {
  const self = `${call.origin}/api/v1/groups/${group.id}`;
  return {
    ...groupView(call, group),
    _embedded: {
      stats: {
        usersCount: countMembers(call.tenant, group),
        appsCount: apps.get(group.id) ?? 0,
        groupPushMappingsCount: 0,
        hasAdminPrivilege: (call.tenant.roles.get(`groups/${group.id}`) ?? []).length > 0,
        _links: { users: { href: `${self}/users` }, apps: { href: `${self}/apps` } },
      },
    },
  };
}
