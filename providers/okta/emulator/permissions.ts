/** What a caller may do: scope ∩ admin role (okta.md §1.6). */
import type { Area, Caller, Endpoint } from "./call.ts";
import { groupsOf } from "./directory.ts";
import { heldThroughBindings } from "./iam-store.ts";
import type { RoleAssignment, Tenant } from "./tenant.ts";

type Right = `${Area}:${"read" | "write"}`;

const SCOPES: Readonly<Record<Area, string>> = {
  users: "okta.users",
  groups: "okta.groups",
  members: "okta.groups",
  rules: "okta.groups",
  apps: "okta.apps",
  assignments: "okta.apps",
  grants: "okta.appGrants",
  roles: "okta.roles",
  logs: "okta.logs",
  schemas: "okta.schemas",
  userTypes: "okta.userTypes",
  apiTokens: "okta.apiTokens",
  org: "okta.orgs",
  self: "okta.users",
};

export function scopeAllows(caller: Caller, endpoint: Endpoint): boolean {
  if (caller.scopes === undefined) return true;
  const scope = SCOPES[endpoint.area];
  if (endpoint.method === "GET" && caller.scopes.includes(`${scope}.read`)) return true;
  return caller.scopes.includes(`${scope}.manage`);
}

const READ_ALL: readonly Right[] = [
  "users:read",
  "groups:read",
  "members:read",
  "rules:read",
  "apps:read",
  "assignments:read",
  "grants:read",
  "schemas:read",
  "userTypes:read",
  "org:read",
  "apiTokens:read",
];
const PEOPLE: readonly Right[] = ["users:write", "groups:write", "members:write"];
const PEOPLE_READ: readonly Right[] = ["users:read", "groups:read", "members:read", "schemas:read", "userTypes:read"];

/** Standard roles; SUPER_ADMIN may do everything. Group Admin sees rules but cannot edit them, and no System Log. */
const ROLES: Readonly<Record<string, readonly Right[]>> = {
  ORG_ADMIN: [...READ_ALL, ...PEOPLE, "rules:write", "schemas:write", "userTypes:write", "logs:read"],
  USER_ADMIN: [...PEOPLE_READ, ...PEOPLE, "rules:read"],
  APP_ADMIN: [...PEOPLE_READ, "apps:read", "apps:write", "assignments:read", "assignments:write", "logs:read"],
  GROUP_MEMBERSHIP_ADMIN: [...PEOPLE_READ, "members:write"],
  HELP_DESK_ADMIN: [...PEOPLE_READ, "users:write"],
  READ_ONLY_ADMIN: [...READ_ALL, "logs:read"],
  REPORT_ADMIN: ["logs:read"],
  API_ACCESS_MANAGEMENT_ADMIN: ["grants:read", "apps:read"],
};

/** Permissions of custom roles; a right needs all that are named beside it. */
const CUSTOM: readonly (readonly [Right, readonly string[]])[] = [
  ["users:read", ["okta.users.read"]],
  ["users:write", ["okta.users.userprofile.manage"]],
  ["users:write", ["okta.users.manage"]],
  ["groups:read", ["okta.groups.read"]],
  ["members:read", ["okta.groups.read", "okta.users.read"]],
  ["groups:write", ["okta.groups.manage"]],
  ["groups:write", ["okta.groups.create"]],
  ["members:write", ["okta.groups.members.manage", "okta.users.groupMembership.manage"]],
  ["members:write", ["okta.groups.manage", "okta.users.groupMembership.manage"]],
  ["apps:read", ["okta.apps.read"]],
  ["assignments:read", ["okta.apps.read"]],
  ["apps:write", ["okta.apps.manage"]],
  ["assignments:write", ["okta.apps.assignment.manage", "okta.groups.appAssignment.manage"]],
  ["roles:read", ["okta.iam.read"]],
];

export type Verdict = "allowed" | "blank" | "forbidden";

/** A caller without any admin role is not refused a list: it is told that the list is empty (okta.md §0.6). */
export function judge(tenant: Tenant, caller: Caller, endpoint: Endpoint): Verdict {
  if (endpoint.area === "self") return "allowed";
  const roles = rolesOf(tenant, caller);
  if (roles.length === 0) return endpoint.list === true && endpoint.method === "GET" ? "blank" : "forbidden";
  const right: Right = `${endpoint.area}:${endpoint.method === "GET" ? "read" : "write"}`;
  return roles.some((role) => grants(tenant, role, right)) ? "allowed" : "forbidden";
}

export function isGroupAdminOnly(tenant: Tenant, caller: Caller): boolean {
  const roles = rolesOf(tenant, caller);
  return roles.length > 0 && roles.every((role) => role.type === "USER_ADMIN");
}

/** Own assignments, those of the user's groups, and bindings of custom roles to either. */
export function rolesOf(tenant: Tenant, caller: Caller): readonly RoleAssignment[] {
  if (caller.clientId !== null) return held(tenant, `clients/${caller.clientId}`);
  const user = tenant.users.get(caller.userId ?? "");
  if (user === undefined) return [];
  const groups = groupsOf(tenant, user).flatMap((group) => held(tenant, `groups/${group.id}`));
  return [...held(tenant, `users/${user.id}`), ...groups];
}

function held(tenant: Tenant, principal: string): readonly RoleAssignment[] {
  return [...(tenant.roles.get(principal) ?? []), ...heldThroughBindings(tenant, principal)];
}

function grants(tenant: Tenant, role: RoleAssignment, right: Right): boolean {
  if (role.type === "SUPER_ADMIN") return true;
  const custom = tenant.customRoles.get(role.role ?? "");
  if (custom === undefined) return ROLES[role.type]?.includes(right) ?? false;
  return CUSTOM.some(([wanted, needs]) => wanted === right && needs.every((name) => custom.permissions.has(name)));
}
