/** The tenant itself, its domains and applications, roles and activations: what the other areas rest on. */
import { json } from "../../shared/emulator.ts";
import type { Call, Endpoint } from "./call.ts";
import { param } from "./call.ts";
import { badRequest, notFound } from "./failure.ts";
import { filtered, page, selected } from "./odata.ts";
import type { Properties } from "./tenant.ts";

export const ORGANIZATION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/organization",
    permissions: [
      "Organization.Read.All",
      "Organization.ReadWrite.All",
      "Directory.Read.All",
      "Directory.ReadWrite.All",
    ],
    handle: (call) => page(call, [organization(call)], "organization", (row) => selected(call, row, Object.keys(row))),
  },
  {
    method: "GET",
    path: "/domains",
    permissions: ["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    handle: (call) =>
      page(call, filtered(call, domains(call)), "domains", (row) => selected(call, row, Object.keys(row))),
  },
  {
    method: "GET",
    path: "/applications/(appId)/{appId}",
    permissions: ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    units: 2,
    handle: application,
  },
  {
    method: "GET",
    path: "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
    permissions: [
      "PrivilegedAssignmentSchedule.Read.AzureADGroup",
      "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    ],
    handle: activations,
  },
];

function organization({ tenant }: Call): Properties {
  return {
    id: tenant.id,
    displayName: tenant.name,
    tenantType: "AAD",
    verifiedDomains: tenant.domains.map(({ name, isInitial, federated }, index) => ({
      name,
      isInitial,
      isDefault: index === 0,
      type: federated ? "Federated" : "Managed",
      capabilities: "Email, OfficeCommunicationsOnline",
    })),
    assignedPlans: tenant.plans.map((servicePlanId) => ({
      servicePlanId,
      service: "AADPremiumService",
      capabilityStatus: "Enabled",
      assignedDateTime: "2024-01-01T00:00:00Z",
    })),
  };
}

function domains({ tenant }: Call): readonly Properties[] {
  return tenant.domains.map(({ name, isInitial, federated }, index) => ({
    id: name,
    authenticationType: federated ? "Federated" : "Managed",
    isVerified: true,
    isInitial,
    isDefault: index === 0,
  }));
}

function application(call: Call): Response {
  const app = [...call.tenant.apps.values()].find(({ appId }) => appId === param(call, "appId").toLowerCase());
  if (app === undefined) throw notFound(param(call, "appId"));
  const row = {
    id: app.objectId,
    appId: app.appId,
    displayName: app.name,
    passwordCredentials: app.secrets.map(({ name, endsAt }, index) => ({
      displayName: name,
      keyId: `acc0fd00-0000-4000-9000-${String(index).padStart(12, "0")}`,
      endDateTime: new Date(endsAt).toISOString(),
    })),
    keyCredentials: [],
  };
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#applications/$entity`,
    ...selected(call, row, ["id", "appId", "displayName"]),
  });
}

/** One group or one principal at a time (entra.md §9). */
function activations(call: Call): Response {
  const filter = call.url.searchParams.get("$filter") ?? "";
  if (!/\b(?:groupId|principalId) eq '/.test(filter)) {
    throw badRequest("The filter on groupId or principalId is required.");
  }
  const rows = call.tenant.activations
    .filter(({ endsAt }) => endsAt === null || endsAt > call.now)
    .map((row, index) => ({
      id: `${row.groupId}_${row.accessId}_${index}`,
      accessId: row.accessId,
      assignmentType: row.assignmentType,
      memberType: "direct",
      groupId: row.groupId,
      principalId: row.principalId,
      startDateTime: null,
      endDateTime: row.endsAt === null ? null : new Date(row.endsAt).toISOString(),
    }));
  return page(
    call,
    filtered(call, rows),
    "identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
    (row) => row,
  );
}
