/** What the service does with dynamic groups: some time after people or rules change, memberships follow (entra.md §16.4). */
import { isDynamic } from "./group-properties.ts";
import { type Candidate, compileRule } from "./membership-rule.ts";
import { nextId, type Tenant, type UserRow } from "./tenant.ts";

/** Looking for what changed costs a pass over everybody, so it is not done at every request. */
const EVERY = 10_000;

export function settleDynamicGroups(tenant: Tenant, now: number): void {
  const until = Math.floor((now - tenant.knobs.ruleLagMs) / EVERY) * EVERY;
  const since = tenant.rulesSettledAt;
  if (until <= since) return;
  tenant.rulesSettledAt = until;
  if (!hasMoved(tenant, since, until)) return;
  for (const [id, group] of tenant.groups.all()) {
    if (!isDynamic(group) || group.membershipRuleProcessingState !== "On") continue;
    evaluate(tenant, id, String(group.membershipRule), until, now);
  }
}

function hasMoved({ users, groups, links }: Tenant, since: number, until: number): boolean {
  for (const _ of users.changed(since, until)) return true;
  for (const _ of groups.changed(since, until)) return true;
  return links.changes(since, until).some(({ relation }) => relation === "members");
}

function evaluate(tenant: Tenant, id: string, rule: string, until: number, now: number): void {
  const test = compileRule(rule);
  const wanted = new Set<string>();
  for (const [userId, user] of tenant.users.allSeen(until)) {
    if (tenant.users.now(userId) !== undefined && test(candidateOf(tenant, userId, user), until)) wanted.add(userId);
  }
  const present = new Set(tenant.links.now(id, "members"));
  for (const to of wanted) if (!present.has(to)) move(tenant, id, to, true, now);
  for (const to of present) if (!wanted.has(to)) move(tenant, id, to, false, now);
}

function candidateOf(tenant: Tenant, id: string, { properties, managerId }: UserRow): Candidate {
  return { properties, managerId, isIn: (groupId) => tenant.links.has(groupId.toLowerCase(), "members", id) };
}

/** The audit log names the service itself. */
function move(tenant: Tenant, from: string, to: string, present: boolean, now: number): void {
  tenant.links.set({ at: now, from, relation: "members", to, present });
  tenant.audits.push({
    id: `Directory_${nextId(tenant)}`,
    at: now,
    activity: present ? "Add member to group" : "Remove member from group",
    category: "GroupManagement",
    operation: present ? "Assign" : "Unassign",
    initiatedBy: {
      app: {
        appId: null,
        displayName: "Microsoft Approval Management",
        servicePrincipalId: null,
        servicePrincipalName: null,
      },
      user: null,
    },
    targets: [
      { id: to, type: "User", displayName: null, modifiedProperties: [] },
      { id: from, type: "Group", displayName: null, modifiedProperties: [] },
    ],
    correlationId: nextId(tenant),
  });
}
