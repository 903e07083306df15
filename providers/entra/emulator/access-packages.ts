/**
 * Entitlement management: catalogs, their resources, packages, policies, assignments (entra.md §11). What is asked for by
 * a request is there a few seconds later. Left out: approvals, delivery into groups, and what a rule assigns.
 */
import { json } from "../../shared/emulator.ts";
import { type Fields, isFields, optionalText, within } from "../../shared/narrow.ts";
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, noContent, param } from "./call.ts";
import { badRequest, Failure, notFound } from "./failure.ts";
import { typeOfObject } from "./members.ts";
import { filtered, page } from "./odata.ts";
import { type EntitlementRow, nextId, type Properties, type Tenant } from "./tenant.ts";

const BASE = "/identityGovernance/entitlementManagement";
const READ = ["EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"];
const WRITE = ["EntitlementManagement.ReadWrite.All"];
/** P2 and Governance. */
const LICENCES = ["eec0eb4f-6444-4f95-aba0-50c24d67f998", "e866a266-3cff-43a3-acca-0c90a7e00c8b"];
const GOVERNANCE = LICENCES[1] ?? "";
/** Milliseconds in which a request is worked off. */
const WORK = 3_000;

type Collection = EntitlementRow["collection"];
type Method = Endpoint["method"];

const endpoint = (method: Method, path: string, handle: (call: Call) => Response): Endpoint => ({
  method,
  path: BASE + path,
  permissions: method === "GET" ? READ : WRITE,
  handle(call) {
    requireLicence(call.tenant);
    return handle(call);
  },
});

export const ACCESS_PACKAGE_ENDPOINTS: readonly Endpoint[] = [
  endpoint("GET", "/catalogs", (call) => list(call, "catalogs")),
  endpoint("POST", "/catalogs", createCatalog),
  endpoint("DELETE", "/catalogs/{id}", deleteCatalog),
  endpoint("GET", "/catalogs/{id}/resources", listResources),
  endpoint("POST", "/resourceRequests", requestResource),
  endpoint("GET", "/accessPackages", (call) => list(call, "accessPackages")),
  endpoint("POST", "/accessPackages", createPackage),
  endpoint("GET", "/accessPackages/{id}", getPackage),
  endpoint("PATCH", "/accessPackages/{id}", updatePackage),
  endpoint("DELETE", "/accessPackages/{id}", deletePackage),
  endpoint("POST", "/accessPackages/{id}/resourceRoleScopes", addRoleScope),
  endpoint("DELETE", "/accessPackages/{id}/resourceRoleScopes/{scope}", removeRoleScope),
  endpoint("GET", "/assignmentPolicies", (call) => list(call, "assignmentPolicies")),
  endpoint("POST", "/assignmentPolicies", createPolicy),
  endpoint("PUT", "/assignmentPolicies/{id}", putPolicy),
  endpoint("DELETE", "/assignmentPolicies/{id}", deletePolicy),
  endpoint("GET", "/assignments", (call) => list(call, "assignments")),
  endpoint("POST", "/assignmentRequests", requestAssignment),
];

function rows(tenant: Tenant, collection: Collection, now: number): readonly EntitlementRow[] {
  return [...tenant.entitlements.values()].filter(
    (row) => row.collection === collection && row.from <= now && (row.until === null || row.until > now),
  );
}

function required(call: Call, collection: Collection, id: string): EntitlementRow {
  const row = rows(call.tenant, collection, call.now).find((one) => one.properties.id === id);
  if (row === undefined) throw notFound(id);
  return row;
}

function list(call: Call, collection: Collection): Response {
  const found = rows(call.tenant, collection, call.now).map((row) => viewOf(call, row));
  return page(call, filtered(call, found), `identityGovernance/entitlementManagement/${collection}`, (row) => row);
}

/** Related objects only where they are asked for. */
function viewOf(call: Call, { collection, properties, parent }: EntitlementRow): Properties {
  const expand = call.url.searchParams.get("$expand") ?? "";
  const relation = collection === "accessPackages" ? "catalog" : "accessPackage";
  const asked = parent !== null && new RegExp(`(?:^|,)${relation}\\b`).test(expand);
  const filter = call.url.searchParams.get("$filter") ?? "";
  const above = asked || filter.includes(`${relation}/`) ? call.tenant.entitlements.get(parent ?? "") : undefined;
  return { ...properties, ...(above === undefined ? {} : { [relation]: above.properties }) };
}

function put(
  call: Call,
  collection: Collection,
  properties: Properties,
  parent: string | null,
  from = call.now,
): Properties {
  const id = nextId(call.tenant);
  const time = new Date(call.now).toISOString();
  const whole = { id, createdDateTime: time, modifiedDateTime: time, ...properties };
  call.tenant.entitlements.set(id, { collection, properties: whole, parent, from, until: null });
  audited(call, `Add ${collection}`, "EntitlementManagement", [{ id, type: "Other", displayName: null }]);
  return whole;
}

function remove(call: Call, row: EntitlementRow): Response {
  const id = String(row.properties.id);
  call.tenant.entitlements.delete(id);
  audited(call, `Delete ${row.collection}`, "EntitlementManagement", [{ id, type: "Other", displayName: null }]);
  return noContent();
}

function createCatalog(call: Call): Response {
  const body = bodyOf(call);
  const name = nameIn(body);
  requireFree(call, "catalogs", name, null);
  const { displayName, description = "", state = "published", isExternallyVisible = false } = body;
  const made = put(
    call,
    "catalogs",
    { displayName, description, state, isExternallyVisible, catalogType: "userManaged" },
    null,
  );
  return created(call, "catalogs", made);
}

function deleteCatalog(call: Call): Response {
  const row = required(call, "catalogs", param(call, "id"));
  const inside = [...rows(call.tenant, "accessPackages", call.now), ...rows(call.tenant, "resources", call.now)];
  if (inside.some(({ parent }) => parent === row.properties.id)) {
    throw new Failure(400, "InvalidDeleteCatalog", "The catalog is not empty.");
  }
  return remove(call, row);
}

function listResources(call: Call): Response {
  const { properties } = required(call, "catalogs", param(call, "id"));
  const inside = rows(call.tenant, "resources", call.now).filter(({ parent }) => parent === properties.id);
  return page(
    call,
    filtered(
      call,
      inside.map((row) => row.properties),
    ),
    "identityGovernance/entitlementManagement/catalogs/resources",
    (row) => row,
  );
}

function requestResource(call: Call): Response {
  const { tenant, now } = call;
  const body = bodyOf(call);
  const catalog = required(call, "catalogs", String(within(body, "catalog").id));
  const resource = within(body, "resource");
  const originId = optionalText(resource, "originId") ?? "";
  const inside = [...tenant.entitlements.values()].find(
    (row) =>
      row.collection === "resources" && row.parent === catalog.properties.id && row.properties.originId === originId,
  );
  if (body.requestType === "adminAdd") {
    const type = resource.originSystem === "AadGroup" ? "group" : "servicePrincipal";
    if (typeOfObject(call, originId) !== type) throw notFound(originId);
    if (inside !== undefined)
      throw new Failure(400, "ResourceAlreadyOnboarded", "The resource is in the catalog already.");
    const { originSystem } = resource;
    put(
      call,
      "resources",
      { originId, originSystem, displayName: originId },
      String(catalog.properties.id),
      now + WORK,
    );
  } else if (body.requestType === "adminRemove") {
    if (inside === undefined) throw notFound(originId);
    if (scopesWith(tenant, originId).length > 0) {
      throw new Failure(400, "InvalidDeleteResourceHasEntitlements", "The resource is used by an access package.");
    }
    tenant.entitlements.set(String(inside.properties.id), { ...inside, until: now + WORK });
  } else throw badRequest("Invalid requestType.");
  const request = {
    id: nextId(tenant),
    requestType: body.requestType,
    state: "submitted",
    createdDateTime: new Date(now).toISOString(),
  };
  return created(call, "resourceRequests", request);
}

function scopesWith(tenant: Tenant, originId: string): readonly EntitlementRow[] {
  return [...tenant.entitlements.values()].filter(
    ({ collection, properties }) =>
      collection === "resourceRoleScopes" && isFields(properties.scope) && properties.scope.originId === originId,
  );
}

function createPackage(call: Call): Response {
  const body = bodyOf(call);
  const catalog = required(call, "catalogs", String(within(body, "catalog").id));
  const parent = String(catalog.properties.id);
  requireFree(call, "accessPackages", nameIn(body), parent);
  const { displayName, description = null, isHidden = false } = body;
  return created(call, "accessPackages", put(call, "accessPackages", { displayName, description, isHidden }, parent));
}

function getPackage(call: Call): Response {
  const row = required(call, "accessPackages", param(call, "id"));
  const expand = call.url.searchParams.get("$expand") ?? "";
  const scopes = rows(call.tenant, "resourceRoleScopes", call.now).filter(({ parent }) => parent === row.properties.id);
  return json(200, {
    ...viewOf(call, row),
    ...(expand.includes("resourceRoleScopes")
      ? { resourceRoleScopes: scopes.map(({ properties }) => properties) }
      : {}),
  });
}

function updatePackage(call: Call): Response {
  const row = required(call, "accessPackages", param(call, "id"));
  const { displayName, description, isHidden, catalog } = bodyOf(call);
  if (catalog !== undefined) throw badRequest("The catalog of an access package cannot be changed.");
  const changed = Object.entries({ displayName, description, isHidden }).filter(([, value]) => value !== undefined);
  call.tenant.entitlements.set(String(row.properties.id), {
    ...row,
    properties: { ...row.properties, ...Object.fromEntries(changed) },
  });
  return noContent();
}

function deletePackage(call: Call): Response {
  const row = required(call, "accessPackages", param(call, "id"));
  const { id } = row.properties;
  if (held(call, (one) => one.parent === id)) {
    throw new Failure(400, "InvalidDeleteAccessPackageHasAssignments", "The access package has active assignments.");
  }
  for (const [key, one] of [...call.tenant.entitlements]) if (one.parent === id) call.tenant.entitlements.delete(key);
  return remove(call, row);
}

function addRoleScope(call: Call): Response {
  const parent = String(required(call, "accessPackages", param(call, "id")).properties.id);
  const catalog = call.tenant.entitlements.get(parent)?.parent;
  const body = bodyOf(call);
  const [role, scope] = [within(body, "role"), within(body, "scope")];
  const resource = within(role, "resource");
  const inside = rows(call.tenant, "resources", call.now).find(
    (row) => row.parent === catalog && row.properties.id === resource.id && row.properties.originId === scope.originId,
  );
  if (inside === undefined)
    throw new Failure(404, "ResourceNotFoundInCatalog", "The resource is not in the catalog of the package.");
  const known = rows(call.tenant, "resourceRoleScopes", call.now).some(
    ({ properties, parent: above }) =>
      above === parent &&
      isFields(properties.role) &&
      properties.role.originId === role.originId &&
      isFields(properties.scope) &&
      properties.scope.originId === scope.originId,
  );
  if (known) throw new Failure(409, "DuplicateKey", "The resource role is in the access package already.");
  const made = put(
    call,
    "resourceRoleScopes",
    {
      role: { id: nextId(call.tenant), displayName: "Role", originId: role.originId, originSystem: role.originSystem },
      scope: {
        id: nextId(call.tenant),
        displayName: "Root",
        originId: scope.originId,
        originSystem: scope.originSystem,
        isRootScope: true,
      },
    },
    parent,
  );
  return created(call, "resourceRoleScopes", made);
}

function removeRoleScope(call: Call): Response {
  return remove(call, required(call, "resourceRoleScopes", param(call, "scope")));
}

/** What a policy that says nothing of it is like. */
function policyDefaults(): Properties {
  return {
    description: "",
    allowedTargetScope: "notSpecified",
    specificAllowedTargets: [],
    automaticRequestSettings: null,
    expiration: { type: "noExpiration", duration: null, endDateTime: null },
    requestorSettings: {
      enableTargetsToSelfAddAccess: false,
      enableTargetsToSelfUpdateAccess: false,
      enableTargetsToSelfRemoveAccess: false,
      allowCustomAssignmentSchedule: true,
      enableOnBehalfRequestorsToAddAccess: false,
      enableOnBehalfRequestorsToUpdateAccess: false,
      enableOnBehalfRequestorsToRemoveAccess: false,
      onBehalfRequestors: [],
    },
    requestApprovalSettings: { isApprovalRequiredForAdd: false, isApprovalRequiredForUpdate: false, stages: [] },
    reviewSettings: null,
    notificationSettings: { isAssignmentNotificationDisabled: false },
  };
}

function policyIn(call: Call, body: Fields): { readonly properties: Properties; readonly parent: string } {
  const parent = String(required(call, "accessPackages", String(within(body, "accessPackage").id)).properties.id);
  const { accessPackage: _package, ...given } = body;
  const targets = Array.isArray(given.specificAllowedTargets) ? given.specificAllowedTargets.filter(isFields) : [];
  const ruled = targets.some((one) => String(one["@odata.type"]).endsWith("attributeRuleMembers"));
  if (ruled !== isFields(given.automaticRequestSettings)) {
    throw new Failure(400, "InvalidPolicy", "automaticRequestSettings and a rule go together.");
  }
  if (ruled && !call.tenant.plans.includes(GOVERNANCE)) throw noGovernance();
  return { properties: { ...policyDefaults(), ...given }, parent };
}

function createPolicy(call: Call): Response {
  const { properties, parent } = policyIn(call, bodyOf(call));
  requireFree(call, "assignmentPolicies", nameIn(properties), parent);
  return created(call, "assignmentPolicies", put(call, "assignmentPolicies", properties, parent));
}

/** Replaces all of it: what is left out is as if it had never been said. */
function putPolicy(call: Call): Response {
  const row = required(call, "assignmentPolicies", param(call, "id"));
  const { properties, parent } = policyIn(call, bodyOf(call));
  const { id, createdDateTime } = row.properties;
  const whole = { ...properties, id, createdDateTime, modifiedDateTime: new Date(call.now).toISOString() };
  call.tenant.entitlements.set(String(id), { ...row, properties: whole, parent });
  return json(200, whole);
}

function deletePolicy(call: Call): Response {
  const row = required(call, "assignmentPolicies", param(call, "id"));
  if (held(call, (one) => one.properties.assignmentPolicyId === row.properties.id)) {
    throw new Failure(400, "InvalidDeletePolicyHasAssignments", "The policy has active assignments.");
  }
  return remove(call, row);
}

function held(call: Call, whose: (row: EntitlementRow) => boolean): boolean {
  return rows(call.tenant, "assignments", call.now).some((row) => row.properties.state !== "expired" && whose(row));
}

function requestAssignment(call: Call): Response {
  const { tenant, now } = call;
  const body = bodyOf(call);
  const asked = within(body, "assignment");
  if (body.requestType === "adminRemove") {
    const row = required(call, "assignments", String(asked.id));
    const id = String(row.properties.id);
    const over = nextId(tenant);
    tenant.entitlements.set(id, { ...row, until: now + WORK });
    const properties = { ...row.properties, state: "expired", status: "Expired" };
    tenant.entitlements.set(over, { ...row, properties, from: now + WORK });
  } else if (body.requestType === "adminAdd") {
    const parent = String(required(call, "accessPackages", String(asked.accessPackageId)).properties.id);
    const policy = required(call, "assignmentPolicies", String(asked.assignmentPolicyId));
    const properties = { state: "delivered", status: "Delivered", assignmentPolicyId: policy.properties.id };
    put(call, "assignments", properties, parent);
  } else throw badRequest("Invalid requestType.");
  const request = {
    id: nextId(tenant),
    requestType: body.requestType,
    state: "submitted",
    createdDateTime: new Date(now).toISOString(),
  };
  return created(call, "assignmentRequests", request);
}

function requireFree(call: Call, collection: Collection, name: string, parent: string | null): void {
  const taken = rows(call.tenant, collection, call.now).some(
    (row) => row.parent === parent && row.properties.displayName === name,
  );
  if (taken) throw new Failure(409, "DuplicateKey", `An object with the displayName '${name}' exists already.`);
}

function nameIn(body: Fields): string {
  const name = optionalText(body, "displayName") ?? "";
  if (name === "") throw badRequest("displayName is required.");
  return name;
}

function created(call: Call, collection: string, properties: Properties): Response {
  return json(201, {
    "@odata.context": `${call.origin}/v1.0/$metadata#identityGovernance/entitlementManagement/${collection}/$entity`,
    ...properties,
  });
}

function requireLicence({ plans }: Tenant): void {
  if (!LICENCES.some((plan) => plans.includes(plan))) throw noGovernance();
}

function noGovernance(): Failure {
  return new Failure(403, "NoGovernanceSku", "The tenant needs a Microsoft Entra ID Governance license for this.");
}
