/** What joining and leaving mean, for single calls and for the items of a job alike (zendesk.md §2.3, §2.5). */
import type { MembershipRow, UserRow } from "./memory.ts";
import { invalid } from "./refusal.ts";
import { activeUser, existing, groupById, isTeam, newId, note, organizationById, type Tenant } from "./tenant.ts";

export type Family = "group" | "organization";

/** A background job takes people's tickets away some time after they left. */
const UNASSIGN_LAG = 5_000;

export function rowsOf({ memory }: Tenant, family: Family): MembershipRow[] {
  return family === "group" ? memory.groupMemberships : memory.organizationMemberships;
}

export function join(
  tenant: Tenant,
  actor: UserRow,
  family: Family,
  wanted: { readonly userId: string | undefined; readonly ofId: string | undefined; readonly asDefault: boolean },
): MembershipRow {
  const { memory, world } = tenant;
  const user = memory.users.find((row) => row.id === wanted.userId && row.active);
  if (user === undefined) throw invalid("user", "InvalidValue", "User is invalid");
  const rows = rowsOf(tenant, family);
  const own = rows.filter((row) => row.userId === user.id);
  if (family === "group") {
    const group = memory.groups.find((row) => row.id === wanted.ofId && !row.deleted);
    if (group === undefined) throw invalid("group", "InvalidValue", "Group is invalid");
    if (!isTeam(user)) throw invalid("user", "InvalidValue", "User is not an agent");
  } else {
    if (!memory.organizations.some((row) => row.id === wanted.ofId)) {
      throw invalid("organization", "InvalidValue", "Organization is invalid");
    }
    if (own.length > 0 && !memory.multipleOrganizations && !own.some((row) => row.ofId === wanted.ofId)) {
      throw invalid("user", "InvalidValue", "User can only belong to one organization");
    }
  }
  if (own.some((row) => row.ofId === wanted.ofId)) {
    throw invalid("user_id", "DuplicateValue", "User has already been taken");
  }
  const row = {
    id: newId(tenant),
    userId: user.id,
    ofId: wanted.ofId ?? "",
    default: own.length === 0,
    createdAt: world.now(),
  };
  rows.push(row);
  if (wanted.asDefault) makeDefault(tenant, family, row);
  if (row.default && family === "organization") user.organizationId = row.ofId;
  audited(tenant, actor, family, row.ofId, `${user.name} added`);
  return row;
}

export function leave(tenant: Tenant, actor: UserRow, family: Family, id: string | undefined): void {
  const { memory, world } = tenant;
  const row = existing(rowsOf(tenant, family), id);
  const rest = rowsOf(tenant, family).filter((other) => other !== row);
  if (family === "group") memory.groupMemberships = rest;
  else memory.organizationMemberships = rest;
  memory.unassigning.push({
    at: world.now() + UNASSIGN_LAG,
    userId: row.userId,
    ...(family === "group" ? { groupId: row.ofId } : { organizationId: row.ofId }),
  });
  const user = memory.users.find((one) => one.id === row.userId);
  const next = rest.find((other) => other.userId === row.userId);
  // What becomes of the default is not documented (zendesk.md §2.3 [?]): here, the oldest membership takes over.
  if (row.default && next !== undefined) next.default = true;
  if (user !== undefined && family === "organization" && row.default) user.organizationId = next?.ofId ?? null;
  audited(tenant, actor, family, row.ofId, `${user?.name ?? row.userId} removed`);
}

export function makeDefault(tenant: Tenant, family: Family, row: MembershipRow): void {
  for (const other of rowsOf(tenant, family)) if (other.userId === row.userId) other.default = other === row;
  if (family === "organization") activeUser(tenant, row.userId).organizationId = row.ofId;
}

/** Everything of one kind: what a demotion, a deletion or an update with `organization_id` does. */
export function leaveAll(
  tenant: Tenant,
  actor: UserRow,
  family: Family,
  isMeant: (row: MembershipRow) => boolean,
): void {
  for (const row of rowsOf(tenant, family).filter(isMeant)) leave(tenant, actor, family, row.id);
}

/** Working tickets lose their assignee, or their organization. */
export function unassignDue(tenant: Tenant): void {
  const { memory, world } = tenant;
  const due = memory.unassigning.filter(({ at }) => at <= world.now());
  memory.unassigning = memory.unassigning.filter(({ at }) => at > world.now());
  for (const { userId, groupId, organizationId } of due) {
    for (const ticket of memory.tickets.filter(({ status }) => status === "open" || status === "pending")) {
      if (groupId !== undefined && ticket.groupId === groupId && ticket.assigneeId === userId) ticket.assigneeId = null;
      if (organizationId !== undefined && ticket.organizationId === organizationId && ticket.requesterId === userId) {
        ticket.organizationId = null;
      }
    }
  }
}

function audited(tenant: Tenant, actor: UserRow, family: Family, ofId: string, description: string): void {
  const { name } = family === "group" ? groupById(tenant, ofId) : organizationById(tenant, ofId);
  note(tenant, actor, "update", { type: family, id: ofId, label: name }, description);
}
