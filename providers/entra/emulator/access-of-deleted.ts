import type { Tenant } from "./tenant.ts";

/** Who is deleted loses their applications. */
export function dropAssignments(tenant: Tenant, principalId: string, now: number): void {
  for (const [id, row] of [...tenant.appRoleAssignments.all()]) {
    if (row.principalId === principalId) tenant.appRoleAssignments.remove(id, now);
  }
}
