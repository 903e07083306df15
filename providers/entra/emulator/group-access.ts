/** Which group a call means, and whether its caller may change it. */
import type { Target } from "./audits.ts";
import { type Call, mayAlso, principalOf } from "./call.ts";
import { denied, notFound } from "./failure.ts";
import type { Properties } from "./tenant.ts";

/** Group.Create alone writes only what its own principal owns; members alone take less (entra.md §2). */
export function requireRights(call: Call, group: Properties, onlyMembers: boolean): void {
  const { caller, tenant } = call;
  if (group.isAssignableToRole === true && !mayAlso(caller, "RoleManagement.ReadWrite.Directory")) throw denied();
  if (mayAlso(caller, "Group.ReadWrite.All", "Directory.ReadWrite.All")) return;
  if (onlyMembers && mayAlso(caller, "GroupMember.ReadWrite.All")) return;
  if (tenant.links.has(String(group.id), "owners", principalOf(caller))) return;
  throw denied();
}

/** As reads show it; 404 for what is too new. */
export function requireSeen(call: Call, id: string): Properties {
  const row = call.tenant.groups.seen(id, call.horizon);
  if (call.tenant.groups.lags(id, call.horizon)) call.lagged(id);
  if (row === undefined) throw notFound(id);
  return row;
}

export function targetOf(group: Properties): Target {
  return { id: String(group.id), type: "Group", displayName: String(group.displayName) };
}
