/**
 * What the Zendesk connector grants and revokes (zendesk.md §3): membership of a group, and a custom role, whose
 * revocation leaves a base agent. That of 2025 made a role anew for each grant; this is the one of August 2026.
 */
import { ConnectorError } from "./connector-calls.ts";
import type { ConnectorJob } from "./provisioning.ts";
import type { Tenant } from "./tenant.ts";
import { idOf, zendeskList, zendeskObject, zendeskSend } from "./zendesk-calls.ts";

export async function provisionZendesk(tenant: Tenant, job: ConnectorJob, userId: string): Promise<void> {
  const [type, id = "", slug] = job.entitlement.externalId.split(":");
  if (type === "group" && slug === "member") await provisionMember(tenant, job, userId, id);
  else if (type === "role" && slug === "agent") await provisionRole(tenant, job, userId, id);
  else throw new ConnectorError(`the connector cannot provision ${job.entitlement.externalId}`);
}

/** Whoever is in it already, or is out of it, is where they should be. */
async function provisionMember(
  tenant: Tenant,
  { connector, task }: ConnectorJob,
  userId: string,
  groupId: string,
): Promise<void> {
  const held = await zendeskList(tenant, connector, `/users/${userId}/group_memberships`, "group_memberships");
  const membership = held.find((one) => idOf(one, "group_id") === groupId);
  if (task.grant === (membership !== undefined)) return;
  if (membership !== undefined) {
    await zendeskSend(tenant, connector, "DELETE", `/group_memberships/${idOf(membership)}`);
    return;
  }
  const body = { group_membership: { user_id: BigInt(userId), group_id: BigInt(groupId) } };
  await zendeskSend(tenant, connector, "POST", "/group_memberships", body);
}

/** One at a time: a role that somebody else has given meanwhile is not taken back. */
async function provisionRole(
  tenant: Tenant,
  { connector, task }: ConnectorJob,
  userId: string,
  roleId: string,
): Promise<void> {
  const user = await zendeskObject(tenant, connector, `/users/${userId}`, "user");
  const holds = idOf(user, "custom_role_id") === roleId;
  if (task.grant === holds) return;
  const role = { role: "agent", custom_role_id: task.grant ? BigInt(roleId) : null };
  await zendeskSend(tenant, connector, "PUT", `/users/${userId}`, { user: role });
}
