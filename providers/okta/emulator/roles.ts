/** Admin roles of users, groups and clients (okta.md §4.8). Custom roles are held through resource-set bindings. */
import { json } from "../../shared/emulator.ts";
import { base32 } from "./base32.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { groupOf, log, momentOf, userOf } from "./directory.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { bind, customRoleOf, heldThroughBindings, resourceSetOf, unbind } from "./iam-store.ts";
import { bodyPage } from "./paging.ts";
import { principalAddress, principalOf, principalTarget } from "./principals.ts";
import { type PrincipalKind, type RoleAssignment, timestamp } from "./tenant.ts";

const LABELS: Readonly<Record<string, string>> = {
  SUPER_ADMIN: "Super Administrator",
  ORG_ADMIN: "Organizational Administrator",
  APP_ADMIN: "Application Administrator",
  USER_ADMIN: "Group Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  GROUP_MEMBERSHIP_ADMIN: "Group Membership Administrator",
  READ_ONLY_ADMIN: "Read Only Administrator",
  REPORT_ADMIN: "Report Administrator",
  API_ACCESS_MANAGEMENT_ADMIN: "API Access Management Administrator",
  WORKFLOWS_ADMIN: "Workflows Administrator",
  ACCESS_REQUESTS_ADMIN: "Access Requests Administrator",
  ACCESS_CERTIFICATIONS_ADMIN: "Access Certifications Administrator",
};

const BASES: Readonly<
  Record<PrincipalKind, { readonly path: string; readonly parameter: string; readonly type: string }>
> = {
  users: { path: "/api/v1/users/{userId}/roles", parameter: "userId", type: "USER" },
  groups: { path: "/api/v1/groups/{groupId}/roles", parameter: "groupId", type: "GROUP" },
  clients: { path: "/oauth2/v1/clients/{clientId}/roles", parameter: "clientId", type: "CLIENT" },
};

export const ROLE_ENDPOINTS: readonly Endpoint[] = [
  ...endpointsOf("users"),
  ...endpointsOf("groups"),
  ...endpointsOf("clients"),
  { method: "GET", path: "/api/v1/iam/assignees/users", area: "roles", handle: listAssignees },
];

function endpointsOf(kind: PrincipalKind): readonly Endpoint[] {
  const { path } = BASES[kind];
  const one = `${path}/{roleAssignmentId}`;
  return [
    { method: "GET", path, area: "roles", list: true, own: "clientId", handle: (call) => listRoles(call, kind) },
    { method: "POST", path, area: "roles", handle: (call) => assignRole(call, kind) },
    { method: "GET", path: one, area: "roles", handle: (call) => readRole(call, kind) },
    { method: "DELETE", path: one, area: "roles", handle: (call) => unassignRole(call, kind) },
  ];
}

function listRoles(call: Call, kind: PrincipalKind): Response {
  const id = holderOf(call, kind);
  return json(
    200,
    rolesHeld(call, kind, id).map((role) => view(call, kind, id, role)),
  );
}

function readRole(call: Call, kind: PrincipalKind): Response {
  const id = holderOf(call, kind);
  return json(200, view(call, kind, id, heldRole(call, kind, id)));
}

function assignRole(call: Call, kind: PrincipalKind): Response {
  const { tenant, now } = call;
  const id = holderOf(call, kind);
  const body = fieldsOf(call.body);
  const type = textOf(body.type) ?? "";
  if (kind === "groups") checkGroup(call, id);
  if (type === "CUSTOM") return assignCustom(call, kind, id, body);
  if (LABELS[type] === undefined) throw invalid("type", `type: ${type} is not a role type`);
  const principal = principalOf(kind, id);
  const held = tenant.roles.get(principal) ?? [];
  if (held.some((role) => role.type === type)) {
    throw new Failure(409, "E0000090", "The role specified is already assigned to the user.");
  }
  const at = timestamp(now);
  const role: RoleAssignment = { id: base32(type), type, created: at, lastUpdated: at };
  tenant.roles.set(principal, [...held, role]);
  log(momentOf(call), grantEvent(kind), [principalTarget(tenant, principal), roleTarget(role)]);
  return json(201, view(call, kind, id, role));
}

/** Groups that a rule feeds cannot hold roles, nor built-in ones, nor very large ones (okta.md §2). */
function checkGroup({ tenant }: Call, id: string): void {
  const group = groupOf(tenant, id);
  if (group.type === "BUILT_IN")
    throw new Failure(400, "E0000211", "Admin roles cannot be assigned to a built-in group.");
  for (const rule of tenant.rules.values()) {
    if (rule.groupIds.includes(id)) {
      throw new Failure(400, "E0000192", "Admin roles cannot be assigned to a group with group membership rules.");
    }
  }
  if ((tenant.members.get(id)?.size ?? 0) > 5000) {
    throw new Failure(400, "E0000193", "Admin roles cannot be assigned to a group with more than 5000 users.");
  }
}

function assignCustom(call: Call, kind: PrincipalKind, id: string, body: Readonly<Record<string, unknown>>): Response {
  const role = customRoleOf(call.tenant, textOf(body.role) ?? "");
  const set = resourceSetOf(call.tenant, textOf(body["resource-set"]) ?? "");
  const principal = principalOf(kind, id);
  const held = heldThroughBindings(call.tenant, principal);
  if (held.some((other) => other.role === role.id && other.resourceSet === set.id)) {
    throw new Failure(409, "E0000090", "The role specified is already assigned to the user.");
  }
  bind(call.tenant, call.now, set.id, role.id, [principal]);
  log(momentOf(call), grantEvent(kind), [principalTarget(call.tenant, principal)]);
  const added = heldThroughBindings(call.tenant, principal).find(
    (other) => other.role === role.id && other.resourceSet === set.id,
  );
  if (added === undefined) throw notFound(role.id, "RoleAssignment");
  return json(201, view(call, kind, id, added));
}

function unassignRole(call: Call, kind: PrincipalKind): Response {
  const { tenant } = call;
  const id = holderOf(call, kind);
  const role = heldRole(call, kind, id);
  const principal = principalOf(kind, id);
  if (role.role !== undefined && role.resourceSet !== undefined) unbind(tenant, role.resourceSet, role.role, role.id);
  else {
    const left = (tenant.roles.get(principal) ?? []).filter((other) => other.id !== role.id);
    tenant.roles.set(principal, left);
  }
  const event = grantEvent(kind).replace(/grant$/, "revoke");
  log(momentOf(call), event, [principalTarget(tenant, principal), roleTarget(role)]);
  return noContent();
}

/** Pages in the body (okta.md §2): users who hold a role themselves, not through a group. */
function listAssignees(call: Call): Response {
  const { tenant } = call;
  const holders = [...tenant.users.keys()].filter((id) => {
    const principal = principalOf("users", id);
    return (tenant.roles.get(principal) ?? []).length > 0 || heldThroughBindings(tenant, principal).length > 0;
  });
  const page = bodyPage(call, holders, (id) => id);
  return json(200, {
    value: page.items.map((id) => ({
      id,
      orn: `orn:okta:directory:${tenant.id}:users:${id}`,
      _links: {
        self: { href: `${call.origin}/api/v1/users/${id}` },
        roles: { href: `${call.origin}/api/v1/users/${id}/roles` },
      },
    })),
    _links: page.links,
  });
}

function holderOf(call: Call, kind: PrincipalKind): string {
  const id = call.params[BASES[kind].parameter] ?? "";
  if (kind === "users") return userOf(call.tenant, id).id;
  if (kind === "groups") return groupOf(call.tenant, id).id;
  if (!call.tenant.clients.has(id)) throw notFound(id, "Client");
  return id;
}

function rolesHeld(call: Call, kind: PrincipalKind, id: string): readonly RoleAssignment[] {
  const principal = principalOf(kind, id);
  return [...(call.tenant.roles.get(principal) ?? []), ...heldThroughBindings(call.tenant, principal)];
}

function heldRole(call: Call, kind: PrincipalKind, id: string): RoleAssignment {
  const wanted = call.params.roleAssignmentId ?? "";
  const role = rolesHeld(call, kind, id).find((candidate) => candidate.id === wanted);
  if (role === undefined) throw notFound(wanted, "RoleAssignment");
  return role;
}

function view(call: Call, kind: PrincipalKind, id: string, role: RoleAssignment): unknown {
  const custom = role.role === undefined ? undefined : call.tenant.customRoles.get(role.role);
  return {
    id: role.id,
    label: custom?.label ?? LABELS[role.type] ?? role.type,
    type: role.type,
    status: "ACTIVE",
    created: role.created,
    lastUpdated: role.lastUpdated,
    assignmentType: BASES[kind].type,
    ...(role.role === undefined ? {} : { role: role.role, "resource-set": role.resourceSet }),
    _links: { assignee: { href: principalAddress(call.origin, principalOf(kind, id)) } },
  };
}

function grantEvent(kind: PrincipalKind): string {
  if (kind === "users") return "user.account.privilege.grant";
  return kind === "groups" ? "group.privilege.grant" : "app.oauth2.client.privilege.grant";
}

function roleTarget(role: RoleAssignment): Parameters<typeof log>[2][number] {
  return { id: role.id, type: "ROLE", alternateId: role.type, displayName: LABELS[role.type] ?? role.type };
}
