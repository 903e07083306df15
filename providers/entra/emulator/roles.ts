/**
 * Directory roles: assignments, and with P2 the schedules and requests of PIM (entra.md §8). A standing assignment is a
 * schedule as well; a request is worked off after a moment.
 */
import { json } from "../../shared/emulator.ts";
import { type Fields, optionalText, within } from "../../shared/narrow.ts";
import { GLOBAL_ADMINISTRATOR } from "../roles.ts";
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, noContent, param } from "./call.ts";
import { badRequest, Failure, notFound } from "./failure.ts";
import { propertiesOfObject, typeOfObject } from "./members.ts";
import { filtered, page, selected } from "./odata.ts";
import { nextId, type Properties, type RoleSchedule, type Tenant } from "./tenant.ts";

const READ = [
  "RoleManagement.Read.Directory",
  "RoleManagement.ReadWrite.Directory",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];
const P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
const BASE = "/roleManagement/directory";
/** Milliseconds in which a request is worked off. */
const WORK = 3_000;
const DAY = 86_400_000;
const LONG_AGO = "2024-01-01T00:00:00Z";

type Holding = RoleSchedule["holding"];

export const ROLE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: `${BASE}/roleDefinitions`,
    permissions: READ,
    handle: (call) =>
      page(call, filtered(call, call.tenant.roleDefinitions), "roleManagement/directory/roleDefinitions", (row) =>
        selected(call, row, ["id", "displayName", "templateId", "isBuiltIn", "isEnabled"]),
      ),
  },
  { method: "GET", path: `${BASE}/roleAssignments`, permissions: READ, handle: listAssignments },
  { method: "GET", path: `${BASE}/roleAssignments/{id}`, permissions: READ, handle: getAssignment },
  {
    method: "POST",
    path: `${BASE}/roleAssignments`,
    permissions: ["RoleManagement.ReadWrite.Directory"],
    handle: assign,
  },
  {
    method: "DELETE",
    path: `${BASE}/roleAssignments/{id}`,
    permissions: ["RoleManagement.ReadWrite.Directory"],
    handle: unassign,
  },
  ...(["active", "eligible"] as const).flatMap((holding): readonly Endpoint[] => {
    const name = holding === "active" ? "roleAssignment" : "roleEligibility";
    const permission = holding === "active" ? "RoleAssignmentSchedule" : "RoleEligibilitySchedule";
    const write = [`${permission}.ReadWrite.Directory`, "RoleManagement.ReadWrite.Directory"];
    const read = [...READ, `${permission}.Read.Directory`, `${permission}.ReadWrite.Directory`];
    return [
      { method: "GET", path: `${BASE}/${name}Schedules`, permissions: read, handle: (call) => list(call, holding) },
      { method: "GET", path: `${BASE}/${name}Schedules/{id}`, permissions: read, handle: (call) => get(call, holding) },
      {
        method: "POST",
        path: `${BASE}/${name}ScheduleRequests`,
        permissions: write,
        handle: (call) => request(call, holding),
      },
      { method: "GET", path: `${BASE}/${name}ScheduleRequests/{id}`, permissions: read, handle: getRequest },
    ];
  }),
];

function listAssignments(call: Call): Response {
  endWhatIsOver(call);
  const rows = [...call.tenant.roleAssignments.values()].map((row) => ({ ...row }));
  return page(call, filtered(call, rows), "roleManagement/directory/roleAssignments", (row) => expanded(call, row));
}

function getAssignment(call: Call): Response {
  endWhatIsOver(call);
  const row = call.tenant.roleAssignments.get(param(call, "id"));
  if (row === undefined) throw notFound(param(call, "id"));
  return json(200, expanded(call, { ...row }));
}

function expanded(call: Call, row: Properties): Properties {
  const id = String(row.principalId);
  const principal = propertiesOfObject(call, id);
  const wanted = call.url.searchParams.get("$expand")?.includes("principal") === true;
  if (!wanted || principal === undefined) return row;
  return {
    ...row,
    principal: {
      "@odata.type": `#microsoft.graph.${typeOfObject(call, id)}`,
      id,
      displayName: principal.displayName ?? null,
      userPrincipalName: principal.userPrincipalName ?? null,
    },
  };
}

function assign(call: Call): Response {
  const { tenant, now } = call;
  const asked = askedOf(call, bodyOf(call));
  if (find(tenant, "active", asked) !== undefined) {
    throw badRequest(
      "A conflicting object with one or more of the specified property values is present in the directory. The role assignment already exists.",
    );
  }
  const id = nextId(tenant);
  put(call, { id, holding: "active", ...asked, createdAt: now, endsAt: null, activated: false });
  return json(201, {
    "@odata.context": `${call.origin}/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity`,
    id,
    ...asked,
  });
}

function unassign(call: Call): Response {
  if (!call.tenant.roleAssignments.has(param(call, "id"))) throw notFound(param(call, "id"));
  remove(call, param(call, "id"));
  return noContent();
}

function list(call: Call, holding: Holding): Response {
  requirePim(call);
  endWhatIsOver(call);
  const rows = schedulesSeen(call, holding).map((row) => viewOf(row));
  const name = holding === "active" ? "roleAssignmentSchedules" : "roleEligibilitySchedules";
  return page(call, filtered(call, rows), `roleManagement/directory/${name}`, (row) => expanded(call, row));
}

function get(call: Call, holding: Holding): Response {
  requirePim(call);
  endWhatIsOver(call);
  const row = schedulesSeen(call, holding).find(({ id }) => id === param(call, "id"));
  if (row === undefined) throw notFound(param(call, "id"));
  return json(200, expanded(call, viewOf(row)));
}

/** Assignments that PIM did not make are schedules all the same. */
function schedulesSeen({ tenant, horizon, lagged }: Call, holding: Holding): readonly RoleSchedule[] {
  const seen: RoleSchedule[] = [];
  for (const [id, row] of tenant.roleSchedules.allSeen(horizon)) {
    if (tenant.roleSchedules.lags(id, horizon)) lagged(id);
    if (row.holding === holding) seen.push(row);
  }
  if (holding === "eligible") return seen;
  const made = new Set([...tenant.roleSchedules.all()].map(([id]) => id));
  const others = [...tenant.roleAssignments.values()].filter(
    ({ id }) => !made.has(id) && !seen.some((one) => one.id === id),
  );
  return [
    ...seen,
    ...others.map((row) => ({ ...row, holding, createdAt: Date.parse(LONG_AGO), endsAt: null, activated: false })),
  ];
}

function viewOf({ holding, activated, createdAt, endsAt, ...row }: RoleSchedule): Properties {
  const created = new Date(createdAt).toISOString();
  return {
    ...row,
    appScopeId: null,
    createdUsing: row.id,
    createdDateTime: created,
    modifiedDateTime: created,
    status: "Provisioned",
    memberType: "Direct",
    ...(holding === "active" ? { assignmentType: activated ? "Activated" : "Assigned" } : {}),
    scheduleInfo: {
      startDateTime: created,
      recurrence: null,
      expiration: {
        type: endsAt === null ? "noExpiration" : "afterDateTime",
        // Seven digits, as Graph has them.
        endDateTime: endsAt === null ? null : new Date(endsAt).toISOString().replace("Z", "0000Z"),
        duration: null,
      },
    },
  };
}

interface Asked {
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly directoryScopeId: string;
}

function request(call: Call, holding: Holding): Response {
  requirePim(call);
  endWhatIsOver(call);
  const { tenant, now } = call;
  const body = bodyOf(call);
  const asked = askedOf(call, body);
  const existing = find(tenant, holding, asked);
  const { endsAt } = checked(call, holding, body, asked, existing);
  const id = nextId(tenant);
  const scheduleId = existing?.id ?? id;
  const row = {
    id,
    ...asked,
    action: body.action,
    isValidationOnly: body.isValidationOnly === true,
    justification: body.justification ?? null,
    targetScheduleId: scheduleId,
    scheduleInfo: body.scheduleInfo ?? null,
    createdDateTime: new Date(now).toISOString(),
    completedDateTime: null,
    approvalId: null,
    customData: null,
    appScopeId: null,
  };
  const done = body.action === "adminRemove" ? "Revoked" : "Provisioned";
  if (body.isValidationOnly !== true) {
    if (body.action === "adminRemove") remove(call, scheduleId);
    else {
      const createdAt = existing?.createdAt ?? now;
      put(call, { id: scheduleId, holding, ...asked, createdAt, endsAt, activated: false });
    }
    tenant.roleRequests.set(id, { at: now, done, row });
  }
  const status = body.isValidationOnly === true ? "Granted" : "PendingProvisioning";
  return json(201, {
    "@odata.context": `${call.origin}/v1.0/$metadata#${BASE.slice(1)}/requests/$entity`,
    ...row,
    status,
  });
}

function getRequest(call: Call): Response {
  const found = call.tenant.roleRequests.get(param(call, "id"));
  if (found === undefined) throw notFound(param(call, "id"));
  return json(200, { ...found.row, status: call.now >= found.at + WORK ? found.done : "PendingProvisioning" });
}

/** Throws as PIM refuses. */
function checked(
  call: Call,
  holding: Holding,
  body: Fields,
  asked: Asked,
  existing: RoleSchedule | undefined,
): { readonly endsAt: number | null } {
  const { tenant, now } = call;
  if (body.action === "adminRemove") {
    if (existing === undefined)
      throw new Failure(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.");
    return { endsAt: null };
  }
  if (body.action === "adminAssign" && existing !== undefined) {
    throw new Failure(400, "RoleAssignmentExists", "The Role assignment already exists.");
  }
  if (body.action === "adminUpdate" && existing === undefined) {
    throw new Failure(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.");
  }
  if (body.action !== "adminAssign" && body.action !== "adminUpdate") {
    throw new Failure(400, "InvalidRoleAssignmentRequest", "The action is not one for administrators.");
  }
  const expiration = within(body, "scheduleInfo", "expiration");
  const end = optionalText(expiration, "endDateTime");
  if (expiration.type !== "noExpiration" && (expiration.type !== "afterDateTime" || end === undefined)) {
    throw new Failure(400, "InvalidRoleAssignmentRequest", "The schedule has no expiration that can be read.");
  }
  const endsAt = end === undefined ? null : Date.parse(end);
  const most = tenant.rolePolicies.get(asked.roleDefinitionId)?.[holding] ?? null;
  const broken = [
    ...(most !== null && (endsAt === null || endsAt - now > most * DAY) ? ["ExpirationRule"] : []),
    ...(holding === "active" && (optionalText(body, "justification") ?? "") === "" ? ["JustificationRule"] : []),
  ];
  if (broken.length > 0) {
    throw new Failure(
      400,
      "RoleAssignmentRequestPolicyValidationFailed",
      `The following policy rules failed: ${JSON.stringify(broken)}`,
    );
  }
  return { endsAt };
}

function askedOf(call: Call, body: Fields): Asked {
  const principalId = (optionalText(body, "principalId") ?? "").toLowerCase();
  const roleDefinitionId = optionalText(body, "roleDefinitionId") ?? "";
  const type = typeOfObject(call, principalId);
  if (type === undefined) throw new Failure(404, "SubjectNotFound", "The subject is not found.");
  if (!call.tenant.roleDefinitions.some(({ id }) => id === roleDefinitionId)) {
    throw new Failure(404, "RoleNotFound", "The role is not found.");
  }
  if (type === "group" && propertiesOfObject(call, principalId)?.isAssignableToRole !== true) {
    throw badRequest("The group is not assignable to roles: isAssignableToRole is not set.");
  }
  return { principalId, roleDefinitionId, directoryScopeId: optionalText(body, "directoryScopeId") ?? "/" };
}

function find(tenant: Tenant, holding: Holding, asked: Asked): RoleSchedule | undefined {
  const same = (row: Asked): boolean =>
    row.principalId === asked.principalId &&
    row.roleDefinitionId === asked.roleDefinitionId &&
    row.directoryScopeId === asked.directoryScopeId;
  for (const [, row] of tenant.roleSchedules.all()) if (row.holding === holding && same(row)) return row;
  if (holding === "eligible") return undefined;
  const row = [...tenant.roleAssignments.values()].find(same);
  return row && { ...row, holding, createdAt: Date.parse(LONG_AGO), endsAt: null, activated: false };
}

function put(call: Call, row: RoleSchedule): void {
  const { tenant, now } = call;
  tenant.roleSchedules.put(row.id, row, now);
  if (row.holding === "active") {
    const { id, principalId, roleDefinitionId, directoryScopeId } = row;
    tenant.roleAssignments.set(id, { id, principalId, roleDefinitionId, directoryScopeId });
  }
  audited(call, `Add ${row.holding === "active" ? "" : "eligible "}member to role`, "RoleManagement", targetsOf(row));
}

/** The last Global Administrator stays. */
function remove(call: Call, id: string): void {
  const { tenant, now } = call;
  const row = tenant.roleSchedules.now(id) ?? tenant.roleAssignments.get(id);
  if (row === undefined) throw notFound(id);
  const globals = [...tenant.roleAssignments.values()].filter((one) => one.roleDefinitionId === GLOBAL_ADMINISTRATOR);
  if (globals.length === 1 && globals[0]?.id === id) {
    throw badRequest("Removing the last Global Administrator from the directory is not allowed.");
  }
  tenant.roleSchedules.remove(id, now);
  tenant.roleAssignments.delete(id);
  audited(call, "Remove member from role", "RoleManagement", targetsOf(row));
}

function targetsOf({ principalId, roleDefinitionId }: Asked) {
  return [
    { id: principalId, type: "Other", displayName: null },
    { id: roleDefinitionId, type: "Other", displayName: null },
  ] as const;
}

function endWhatIsOver({ tenant, now }: Call): void {
  for (const [id, { endsAt }] of [...tenant.roleSchedules.all()]) {
    if (endsAt === null || endsAt > now) continue;
    tenant.roleSchedules.remove(id, endsAt);
    tenant.roleAssignments.delete(id);
  }
}

function requirePim({ tenant }: Call): void {
  if (tenant.plans.includes(P2)) return;
  throw new Failure(
    400,
    "AadPremiumLicenseRequired",
    "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
  );
}
