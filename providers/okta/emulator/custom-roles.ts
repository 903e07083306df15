/** `/iam/roles`: custom roles and their permissions, which change one by one (okta.md §4.8). */
import { json } from "../../shared/emulator.ts";
import { textsOf } from "../../shared/narrow.ts";
import { objectTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { log, momentOf } from "./directory.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { customRoleOf } from "./iam-store.ts";
import { bodyPage } from "./paging.ts";
import { type CustomRole, nextId, type Tenant, timestamp } from "./tenant.ts";

const all = "/api/v1/iam/roles";
const one = `${all}/{roleIdOrLabel}`;
const permission = `${one}/permissions/{permissionType}`;

export const CUSTOM_ROLE_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: all, area: "roles", handle: listRoles },
  { method: "POST", path: all, area: "roles", handle: createRole },
  { method: "GET", path: one, area: "roles", handle: (call) => json(200, roleView(call, roleOf(call))) },
  { method: "PUT", path: one, area: "roles", handle: replaceRole },
  { method: "DELETE", path: one, area: "roles", handle: deleteRole },
  { method: "GET", path: `${one}/permissions`, area: "roles", handle: listPermissions },
  { method: "GET", path: permission, area: "roles", handle: readPermission },
  { method: "POST", path: permission, area: "roles", handle: addPermission },
  { method: "DELETE", path: permission, area: "roles", handle: removePermission },
];

function listRoles(call: Call): Response {
  const page = bodyPage(call, [...call.tenant.customRoles.values()], (role) => role.id);
  return json(200, { roles: page.items.map((role) => roleView(call, role)), _links: page.links });
}

function createRole(call: Call): Response {
  const { tenant, now } = call;
  const body = fieldsOf(call.body);
  const permissions = textsOf(body.permissions);
  if (permissions.length === 0) throw invalid("permissions", "permissions: The field cannot be left blank");
  const at = timestamp(now);
  const role: CustomRole = {
    id: nextId(tenant, "cr0"),
    label: checkedLabel(tenant, body.label, undefined),
    description: textOf(body.description) ?? "",
    created: at,
    lastUpdated: at,
    permissions: new Map(permissions.map((name) => [checkedPermission(name), { conditions: null, at }])),
  };
  tenant.customRoles.set(role.id, role);
  log(momentOf(call), "iam.role.create", [objectTarget("CUSTOM_ROLE", role)]);
  return json(200, roleView(call, role));
}

/** Label and description only. */
function replaceRole(call: Call): Response {
  const before = roleOf(call);
  const body = fieldsOf(call.body);
  const label = checkedLabel(call.tenant, body.label, before);
  const description = textOf(body.description) ?? before.description;
  const role = { ...before, label, description, lastUpdated: timestamp(call.now) };
  call.tenant.customRoles.set(role.id, role);
  log(momentOf(call), "iam.role.update", [objectTarget("CUSTOM_ROLE", role)]);
  return json(200, roleView(call, role));
}

function deleteRole(call: Call): Response {
  const role = roleOf(call);
  for (const set of call.tenant.resourceSets.values()) {
    if (set.bindings.has(role.id)) throw new Failure(409, "E0000195", "The role is assigned and cannot be deleted.");
  }
  call.tenant.customRoles.delete(role.id);
  log(momentOf(call), "iam.role.delete", [objectTarget("CUSTOM_ROLE", role)]);
  return noContent();
}

function listPermissions(call: Call): Response {
  const role = roleOf(call);
  return json(200, { permissions: [...role.permissions.keys()].map((name) => permissionView(call, role, name)) });
}

function readPermission(call: Call): Response {
  const role = roleOf(call);
  const name = call.params.permissionType ?? "";
  if (!role.permissions.has(name)) throw notFound(name, "Permission");
  return json(200, permissionView(call, role, name));
}

function addPermission(call: Call): Response {
  const role = roleOf(call);
  const name = checkedPermission(call.params.permissionType ?? "");
  const conditions = fieldsOf(call.body).conditions ?? null;
  if (conditions !== null && !CONDITIONAL.includes(name)) throw invalid("conditions", `${name} takes no conditions`);
  const permissions = new Map([...role.permissions, [name, { conditions, at: timestamp(call.now) }] as const]);
  call.tenant.customRoles.set(role.id, { ...role, permissions, lastUpdated: timestamp(call.now) });
  log(momentOf(call), "iam.role.permissions.add", [objectTarget("CUSTOM_ROLE", role)]);
  return noContent();
}

const CONDITIONAL: readonly string[] = ["okta.users.read", "okta.users.userprofile.manage"];

function removePermission(call: Call): Response {
  const role = roleOf(call);
  const name = call.params.permissionType ?? "";
  const permissions = new Map(role.permissions);
  if (!permissions.delete(name)) throw notFound(name, "Permission");
  call.tenant.customRoles.set(role.id, { ...role, permissions, lastUpdated: timestamp(call.now) });
  log(momentOf(call), "iam.role.permissions.delete", [objectTarget("CUSTOM_ROLE", role)]);
  return noContent();
}

function roleOf(call: Call): CustomRole {
  return customRoleOf(call.tenant, call.params.roleIdOrLabel ?? "");
}

function roleView(call: Call, { id, label, description, created, lastUpdated }: CustomRole): unknown {
  const self = `${call.origin}${all}/${id}`;
  const _links = { self: { href: self }, permissions: { href: `${self}/permissions` } };
  return { id, label, description, created, lastUpdated, _links };
}

function permissionView(call: Call, role: CustomRole, name: string): unknown {
  const { conditions = null, at = role.created } = role.permissions.get(name) ?? {};
  const self = `${call.origin}${all}/${role.id}`;
  const _links = { role: { href: self }, self: { href: `${self}/permissions/${name}` } };
  return { label: name, conditions, created: at, lastUpdated: at, _links };
}

function checkedPermission(name: string): string {
  if (/^okta\.[A-Za-z.]+$/.test(name)) return name;
  throw invalid("permissions", `Invalid permission: ${name}`);
}

function checkedLabel(tenant: Tenant, value: unknown, self: CustomRole | undefined): string {
  const label = textOf(value) ?? "";
  if (label === "") throw invalid("label", "label: The field cannot be left blank");
  for (const role of tenant.customRoles.values()) {
    if (role.label !== label || role.id === self?.id) continue;
    throw invalid("label", "label: An object with this field already exists in the current organization");
  }
  return label;
}
