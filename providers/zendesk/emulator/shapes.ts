/** Rows as the API shows them. Ids leave as numbers, whatever their size. */
import type {
  AuditRow,
  GroupRow,
  IdentityRow,
  JobRow,
  MembershipRow,
  OrganizationRow,
  RoleRow,
  UserRow,
} from "./memory.ts";
import { addressOf, emailOf, iso, type Tenant } from "./tenant.ts";

/** Users of a list, with their default groups looked up once for all of them. */
export function userShower(tenant: Tenant): (user: UserRow) => Readonly<Record<string, unknown>> {
  const defaults = new Map<string, MembershipRow>();
  for (const row of tenant.memory.groupMemberships) if (row.default) defaults.set(row.userId, row);
  return (user) => shownWith(tenant, user, defaults.get(user.id));
}

export function shownUser(tenant: Tenant, user: UserRow): Readonly<Record<string, unknown>> {
  const group = tenant.memory.groupMemberships.find((row) => row.userId === user.id && row.default);
  return shownWith(tenant, user, group);
}

function shownWith(tenant: Tenant, user: UserRow, group: MembershipRow | undefined): Readonly<Record<string, unknown>> {
  const role = tenant.memory.roles.find(({ id }) => id === user.customRoleId);
  return {
    id: BigInt(user.id),
    url: addressOf(tenant, `users/${user.id}`),
    name: user.name,
    email: emailOf(user) ?? null,
    created_at: iso(user.createdAt),
    updated_at: iso(user.updatedAt),
    time_zone: "UTC",
    iana_time_zone: "Etc/UTC",
    phone: null,
    shared_phone_number: null,
    photo: null,
    locale_id: 1,
    locale: "en-US",
    organization_id: user.organizationId === null ? null : BigInt(user.organizationId),
    role: user.role,
    verified: user.identities.some(({ primary, verified }) => primary && verified),
    external_id: user.externalId,
    tags: user.tags,
    alias: user.alias,
    active: user.active,
    shared: false,
    shared_agent: false,
    last_login_at: iso(user.createdAt),
    two_factor_auth_enabled: null,
    signature: "",
    details: user.details,
    notes: user.notes,
    role_type: user.role === "admin" ? 4 : role === undefined ? null : role.roleType,
    custom_role_id: user.customRoleId === null ? null : BigInt(user.customRoleId),
    moderator: user.moderator,
    ticket_restriction: user.ticketRestriction,
    only_private_comments: user.onlyPrivateComments,
    restricted_agent: user.role === "agent",
    suspended: user.suspended,
    chat_only: false,
    report_csv: false,
    user_fields: {},
    // Left out where there is none: whether it comes as null is not documented.
    ...(group === undefined ? {} : { default_group_id: BigInt(group.ofId) }),
  };
}

export function shownIdentity(tenant: Tenant, user: UserRow, identity: IdentityRow): unknown {
  return {
    id: BigInt(identity.id),
    url: addressOf(tenant, `users/${user.id}/identities/${identity.id}`),
    user_id: BigInt(user.id),
    type: identity.type,
    value: identity.value,
    verified: identity.verified,
    primary: identity.primary,
    created_at: iso(identity.createdAt),
    updated_at: iso(identity.createdAt),
    undeliverable_count: 0,
    deliverable_state: "deliverable",
  };
}

export function shownGroup(tenant: Tenant, group: GroupRow): unknown {
  return {
    id: BigInt(group.id),
    url: addressOf(tenant, `groups/${group.id}`),
    name: group.name,
    description: group.description,
    is_public: group.isPublic,
    default: group.default,
    deleted: group.deleted,
    created_at: iso(group.createdAt),
    updated_at: iso(group.updatedAt),
  };
}

export function shownOrganization(tenant: Tenant, row: OrganizationRow): unknown {
  return {
    id: BigInt(row.id),
    url: addressOf(tenant, `organizations/${row.id}`),
    name: row.name,
    external_id: row.externalId,
    domain_names: row.domainNames,
    details: row.details,
    notes: row.notes,
    tags: row.tags,
    group_id: row.groupId === null ? null : BigInt(row.groupId),
    shared_tickets: row.sharedTickets,
    shared_comments: row.sharedComments,
    organization_fields: row.fields,
    created_at: iso(row.createdAt),
    updated_at: iso(row.updatedAt),
  };
}

export function shownRole(tenant: Tenant, role: RoleRow): unknown {
  return {
    id: BigInt(role.id),
    name: role.name,
    description: role.description,
    role_type: role.roleType,
    configuration: role.configuration,
    team_member_count: tenant.memory.users.filter((user) => user.active && user.customRoleId === role.id).length,
    created_at: iso(role.createdAt),
    updated_at: iso(role.updatedAt),
  };
}

export function shownJob(tenant: Tenant, job: JobRow): unknown {
  const done = job.status === "completed";
  return {
    id: job.id,
    url: addressOf(tenant, `job_statuses/${job.id}`),
    job_type: job.type,
    total: job.items.length,
    progress: job.results.length,
    status: job.status,
    message: done ? `Completed at ${iso(job.endedAt ?? 0)}` : null,
    results: done ? job.results.map((result) => shownResult(job, result)) : null,
  };
}

/** Creates tell by index, the others by id (zendesk.md §1.6). */
function shownResult(job: JobRow, result: JobRow["results"][number]): unknown {
  const id = result.id === null ? {} : { id: BigInt(result.id) };
  if (job.type.startsWith("bulk_create")) {
    const failed = result.error === undefined ? {} : { error: result.error, details: result.details };
    return { index: result.index, ...id, ...failed };
  }
  const action = job.type === "bulk_update_user" ? "update" : "delete";
  if (result.error === undefined)
    return { ...id, action, success: true, status: action === "update" ? "Updated" : "Deleted" };
  return { ...id, action, success: false, error: result.error, details: result.details };
}

export function shownAudit(tenant: Tenant, row: AuditRow): unknown {
  const actor = tenant.memory.users.find(({ id }) => id === row.actorId);
  return {
    id: BigInt(row.id),
    url: addressOf(tenant, `audit_logs/${row.id}`),
    action: row.action,
    action_label: row.action === "destroy" ? "Deleted" : row.action === "create" ? "Created" : "Updated",
    actor_id: BigInt(row.actorId),
    actor_name: actor?.name ?? "Unknown",
    source_id: BigInt(row.sourceId),
    source_type: row.sourceType,
    source_label: row.sourceLabel,
    change_description: row.description,
    ip_address: "203.0.113.7",
    created_at: iso(row.createdAt),
  };
}
