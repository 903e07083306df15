/** `/groups/{groupId}/users`: who is in, who put them there, and the trap of removing somebody a rule feeds. */
import { json } from "../../shared/emulator.ts";
import { record, ruleTarget, userTarget } from "./audit.ts";
import { type Call, type Endpoint, noContent } from "./call.ts";
import { groupOf, isMember, type Moment, membersOf, momentOf, setMembership, userOf } from "./directory.ts";
import { Failure } from "./failure.ts";
import { writable } from "./groups.ts";
import { listed, pageOf } from "./paging.ts";
import { type Membership, timestamp, type User } from "./tenant.ts";
import { userRow } from "./user-view.ts";

export const MEMBER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups/{groupId}/users", area: "members", list: true, handle: listMembers },
  { method: "PUT", path: "/api/v1/groups/{groupId}/users/{userId}", area: "members", handle: addMember },
  { method: "DELETE", path: "/api/v1/groups/{groupId}/users/{userId}", area: "members", handle: removeMember },
  {
    method: "GET",
    path: "/api/v1/groups/{groupId}/users/{userId}/group-rules",
    area: "members",
    list: true,
    handle: listFeedingRules,
  },
];

/** `expand=group-rules` shows who is rule-fed; the `next` link forgets it (okta.md §4.4). */
function listMembers(call: Call): Response {
  const group = groupOf(call.tenant, call.params.groupId ?? "");
  const rules = { default: 1000, max: 1000, drops: ["expand"] };
  const page = pageOf(call, membersOf(call.tenant, group), (user) => user.id, rules);
  const expanded = call.url.searchParams.get("expand") === "group-rules";
  const view = (user: User): unknown =>
    expanded
      ? { ...userRow(call, user), _embedded: { "group-rules": feedingRules(call, group.id, user.id) } }
      : userRow(call, user);
  return listed(page.items.map(view), page.links);
}

function addMember(call: Call): Response {
  const { tenant } = call;
  const group = writable(groupOf(tenant, call.params.groupId ?? ""));
  const user = userOf(tenant, call.params.userId ?? "");
  if (user.status === "DEPROVISIONED") {
    throw new Failure(403, "E0000038", "This operation is not allowed in the user's current status.");
  }
  const before = tenant.members.get(group.id)?.get(user.id);
  setMembership(momentOf(call), group, user, { direct: true, rules: before?.rules ?? [] });
  return noContent();
}

/** Removing somebody whom a rule feeds puts them on the rule's exclude list (okta.md §0.4). */
function removeMember(call: Call): Response {
  const { tenant } = call;
  const group = writable(groupOf(tenant, call.params.groupId ?? ""));
  const user = userOf(tenant, call.params.userId ?? "");
  const before = tenant.members.get(group.id)?.get(user.id);
  if (before === undefined) return noContent();
  exclude(momentOf(call), before, user);
  setMembership(momentOf(call), group, user, undefined);
  return noContent();
}

const MOST_EXCLUDED = 100;

function exclude({ tenant, now, cause }: Moment, membership: Membership, user: User): void {
  const rules = membership.rules.flatMap((id) => tenant.rules.get(id) ?? []);
  if (rules.some((rule) => rule.excludedUsers.length >= MOST_EXCLUDED && !rule.excludedUsers.includes(user.id))) {
    throw new Failure(400, "E0000093", "Target count limit exceeded: a rule excludes at most 100 users.");
  }
  for (const rule of rules) {
    if (rule.excludedUsers.includes(user.id)) continue;
    const excludedUsers = [...rule.excludedUsers, user.id];
    tenant.rules.set(rule.id, { ...rule, excludedUsers, lastUpdated: timestamp(now) });
    tenant.evaluations.set(`users/${user.id}`, now + tenant.knobs.ruleLagMs);
    record(tenant, now, cause, "group.user_membership.rule.add_exclusion", [ruleTarget(rule), userTarget(user)]);
  }
}

function listFeedingRules(call: Call): Response {
  const group = groupOf(call.tenant, call.params.groupId ?? "");
  const user = userOf(call.tenant, call.params.userId ?? "");
  if (!isMember(call.tenant, group, user))
    throw new Failure(404, "E0000007", `Not found: Resource not found: ${user.id} (GroupMember)`);
  return json(200, feedingRules(call, group.id, user.id));
}

function feedingRules(call: Call, groupId: string, userId: string): unknown {
  const membership = call.tenant.members.get(groupId)?.get(userId);
  return (membership?.rules ?? []).flatMap((id) => {
    const rule = call.tenant.rules.get(id);
    return rule === undefined ? [] : [{ id: rule.id, name: rule.name }];
  });
}
