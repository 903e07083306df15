import type { Tenant } from "./tenant.ts";

/** Who is deleted loses their applications and roles. */
export function dropAssignments(tenant: Tenant, principalId: string, now: number): void {
  for (const [id, row] of [...tenant.appRoleAssignments.all()]) {
    if (row.principalId === principalId) tenant.appRoleAssignments.remove(id, now);
  }
  for (const [id, row] of [...tenant.roleSchedules.all()]) {
    if (row.principalId === principalId) tenant.roleSchedules.remove(id, now);
  }
  for (const [id, row] of [...tenant.roleAssignments]) {
    if (row.principalId === principalId) tenant.roleAssignments.delete(id);
  }
}
