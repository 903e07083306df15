/** Enterprise applications, their roles, and who has them (entra.md §10). */
import { json } from "../../shared/emulator.ts";
import { isFields, textsOf } from "../../shared/narrow.ts";
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, noContent, param } from "./call.ts";
import { badRequest, Failure, notFound } from "./failure.ts";
import { propertiesOfObject, typeOfObject } from "./members.ts";
import { filtered, page, selected } from "./odata.ts";
import { nextId, type Properties, type Tenant } from "./tenant.ts";

const READ = [
  "Application.Read.All",
  "Application.ReadWrite.All",
  "Application.ReadWrite.OwnedBy",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];
const DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000";
const DEFAULTS = [
  "id",
  "appId",
  "displayName",
  "appRoles",
  "appRoleAssignmentRequired",
  "servicePrincipalType",
  "tags",
];
const MOST_ASSIGNMENTS = 1_500;

export const APPLICATION_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/servicePrincipals", permissions: READ, handle: listPrincipals },
  { method: "GET", path: "/servicePrincipals/{id}", permissions: READ, handle: getPrincipal },
  {
    method: "GET",
    path: "/servicePrincipals/{id}/appRoleAssignedTo",
    permissions: [...READ, "AppRoleAssignment.ReadWrite.All"],
    units: 2,
    handle: listAssigned,
  },
  {
    method: "POST",
    path: "/servicePrincipals/{id}/appRoleAssignedTo",
    permissions: ["AppRoleAssignment.ReadWrite.All"],
    handle: assign,
  },
  {
    method: "DELETE",
    path: "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}",
    permissions: ["AppRoleAssignment.ReadWrite.All"],
    handle: unassign,
  },
];

/** From the gallery: shown among enterprise applications. */
export function addEnterpriseApp(
  tenant: Tenant,
  at: number,
  { name, roles = [] }: { readonly name: string; readonly roles?: readonly Properties[] },
): string {
  const id = nextId(tenant);
  tenant.principals.put(
    id,
    {
      id,
      appId: nextId(tenant),
      displayName: name,
      servicePrincipalType: "Application",
      accountEnabled: true,
      appRoleAssignmentRequired: true,
      tags: ["WindowsAzureActiveDirectoryIntegratedApp"],
      appRoles: roles.map((role) => ({
        id: nextId(tenant),
        displayName: role.value,
        description: null,
        isEnabled: true,
        allowedMemberTypes: ["User"],
        origin: "Application",
        ...role,
      })),
    },
    at,
  );
  return id;
}

function listPrincipals(call: Call): Response {
  const rows = [...call.tenant.principals.allSeen(call.horizon)].map(([, row]) => row);
  return page(call, filtered(call, rows), "servicePrincipals", (row) => viewOf(call, row));
}

function getPrincipal(call: Call): Response {
  const row = seen(call, param(call, "id"));
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#servicePrincipals/$entity`,
    ...viewOf(call, row),
  });
}

function viewOf(call: Call, row: Properties): Properties {
  return selected(call, { appRoles: [], tags: [], appRoleAssignmentRequired: false, ...row }, DEFAULTS);
}

function listAssigned(call: Call): Response {
  const { id } = seen(call, param(call, "id"));
  const rows: Properties[] = [];
  for (const [key, row] of call.tenant.appRoleAssignments.allSeen(call.horizon)) {
    if (call.tenant.appRoleAssignments.lags(key, call.horizon)) call.lagged(key);
    if (row.resourceId === id) rows.push(row);
  }
  return page(call, filtered(call, rows), "appRoleAssignments", (row) => row);
}

function assign(call: Call): Response {
  const { tenant, now } = call;
  const resource = seen(call, param(call, "id"));
  const { principalId, resourceId, appRoleId } = bodyOf(call);
  if (resourceId !== resource.id) throw badRequest("The resourceId must be that of the service principal in the URL.");
  const principal = String(principalId ?? "").toLowerCase();
  const type = typeOfObject(call, principal);
  if (type === undefined) throw notFound(principal);
  requireRole(resource, String(appRoleId ?? ""), type);
  const held = [...tenant.appRoleAssignments.all()].filter(([, row]) => row.principalId === principal);
  if (held.some(([, row]) => row.resourceId === resource.id && row.appRoleId === appRoleId)) {
    throw badRequest("Permission being assigned already exists on the object");
  }
  if (held.length >= MOST_ASSIGNMENTS) {
    throw new Failure(403, "Directory_QuotaExceeded", "The principal has the most app role assignments already.");
  }
  // Graph's ids of assignments are no GUIDs.
  const id = Buffer.from(nextId(tenant).replaceAll("-", ""), "hex").toString("base64url");
  const properties = propertiesOfObject(call, principal) ?? {};
  const row = {
    id,
    deletedDateTime: null,
    appRoleId,
    createdDateTime: new Date(now).toISOString(),
    principalDisplayName: properties.displayName ?? null,
    principalId: principal,
    principalType: `${type.charAt(0).toUpperCase()}${type.slice(1)}`,
    resourceDisplayName: resource.displayName,
    resourceId: resource.id,
  };
  tenant.appRoleAssignments.put(keyOf(resource, id), row, now);
  audited(call, `Add app role assignment to ${type}`, "ApplicationManagement", [
    {
      id: principal,
      type: type === "user" ? "User" : type === "group" ? "Group" : "ServicePrincipal",
      displayName: null,
    },
    target(resource),
  ]);
  return json(201, { "@odata.context": `${call.origin}/v1.0/$metadata#appRoleAssignments/$entity`, ...row });
}

/** Default access only where there is no role of its own for such a principal. */
function requireRole({ appRoles }: Properties, roleId: string, type: string): void {
  const roles = Array.isArray(appRoles) ? appRoles.filter(isFields) : [];
  const wanted = type === "servicePrincipal" ? "Application" : "User";
  const suitable = roles.filter((role) => role.isEnabled === true && textsOf(role.allowedMemberTypes).includes(wanted));
  const found = roleId === DEFAULT_ACCESS ? suitable.length === 0 : suitable.some(({ id }) => id === roleId);
  if (!found) throw badRequest("Permission being assigned was not found on application");
}

function unassign(call: Call): Response {
  const { tenant, now } = call;
  const resource = seen(call, param(call, "id"));
  const key = keyOf(resource, param(call, "assignment"));
  const row = tenant.appRoleAssignments.now(key);
  if (row === undefined) throw notFound(param(call, "assignment"));
  tenant.appRoleAssignments.remove(key, now);
  audited(call, "Remove app role assignment", "ApplicationManagement", [
    { id: String(row.principalId), type: "Other", displayName: null },
    target(resource),
  ]);
  return noContent();
}

/** Ids of assignments tell letter cases apart, keys of a table do not. */
function keyOf(resource: Properties, id: string): string {
  return `${String(resource.id)}/${Buffer.from(id, "base64url").toString("hex")}`;
}

function target({ id, displayName }: Properties) {
  return { id: String(id), type: "ServicePrincipal", displayName: String(displayName) } as const;
}

function seen(call: Call, id: string): Properties {
  const row = call.tenant.principals.seen(id, call.horizon);
  if (call.tenant.principals.lags(id, call.horizon)) call.lagged(id);
  if (row === undefined) throw notFound(id);
  return row;
}
