/** Who holds an admin role, directly or through a role-assignable group (entra.md §4.4). */
import { GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR } from "../roles.ts";
import { type Caller, principalOf } from "./call.ts";
import { denied } from "./failure.ts";
import type { Tenant } from "./tenant.ts";

export function rolesOf(tenant: Tenant, principalId: string): ReadonlySet<string> {
  const groups = tenant.links.holders("members", principalId);
  const holders = new Set([principalId, ...groups]);
  return new Set(
    [...tenant.roleAssignments.values()]
      .filter((row) => holders.has(row.principalId))
      .map((row) => row.roleDefinitionId),
  );
}

/** Members and owners of role-assignable groups count as well, whether or not the group has a role yet. */
export function isProtected(tenant: Tenant, userId: string): boolean {
  if (rolesOf(tenant, userId).size > 0) return true;
  return ["members", "owners"].some((relation) =>
    tenant.links.holders(relation, userId).some((group) => tenant.groups.now(group)?.isAssignableToRole === true),
  );
}

export function mayTouch(tenant: Tenant, caller: Caller, userId: string): boolean {
  if (caller.kind === "person" || !isProtected(tenant, userId)) return true;
  const held = rolesOf(tenant, principalOf(caller));
  return held.has(GLOBAL_ADMINISTRATOR) || held.has(PRIVILEGED_AUTHENTICATION_ADMINISTRATOR);
}

export function requireTouch(tenant: Tenant, caller: Caller, userId: string): void {
  if (!mayTouch(tenant, caller, userId)) throw denied();
}
