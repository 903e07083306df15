/**
 * Directory roles held for good or for a while (PIM, entra.md §8). Schedules are what is so; a change is a request, which
 * the service works off and cleans up. Where PIM is not licensed, assignments are made and removed directly.
 */
import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { isFields, optionalText, within } from "../../shared/narrow.ts";
import { type DirectoryObject, objectOf } from "./directory.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import { roleAssignmentRemoval } from "./removals.ts";
import { type RoleAssignment, roleAssignmentOf } from "./roles.ts";
import type { Transport } from "./transport.ts";

export type Holding = "active" | "eligible";

export interface RoleSchedule {
  readonly id: string;
  readonly holding: Holding;
  readonly roleId: string;
  readonly principalId: string;
  readonly scope: string;
  readonly principal: DirectoryObject | undefined;
  /** By the holder's own activation: never ours to change. */
  readonly activated: boolean;
  /** False: it comes from a group, and is said there. */
  readonly direct: boolean;
  /** ISO time without fractions; undefined: for good. */
  readonly endsAt: string | undefined;
  readonly created: string | undefined;
}

export interface RoleRequest {
  readonly action: "adminAssign" | "adminUpdate" | "adminRemove";
  readonly principalId: string;
  readonly roleId: string;
  readonly scope: string;
  readonly justification: string;
  /** Not with `adminRemove`. ISO times. */
  readonly schedule?: { readonly startsAt: string; readonly endsAt: string | undefined };
  /** With `adminUpdate`. */
  readonly scheduleId?: string;
}

export interface RequestState {
  readonly id: string;
  readonly status: string;
  readonly scheduleId: string | undefined;
}

export interface RoleScheduleReads {
  /** Of the whole tenant, read now. */
  roleSchedules(holding: Holding): Promise<readonly RoleSchedule[]>;
  /** Undefined for 404. */
  roleSchedule(holding: Holding, id: string): Promise<RoleSchedule | undefined>;
  /** Undefined while it is not shown yet. */
  roleRequest(holding: Holding, id: string): Promise<RequestState | undefined>;
  /** What the service would say to the request: throws its refusal, and changes nothing. */
  tryRoleRequest(holding: Holding, request: RoleRequest): Promise<void>;
  /** Undefined for 404. */
  roleAssignment(id: string): Promise<RoleAssignment | undefined>;
}

export interface RoleScheduleWrites {
  requestRole(holding: Holding, request: RoleRequest): Promise<RequestState>;
  /** Without PIM. */
  assignDirectoryRole(principalId: string, roleId: string, scope: string): Promise<RoleAssignment>;
  removeDirectoryRole(id: string): Promise<void>;
}

const BASE = "/roleManagement/directory";
const COLLECTIONS: Readonly<Record<Holding, string>> = { active: "roleAssignment", eligible: "roleEligibility" };

export function roleScheduleReads(transport: Transport): RoleScheduleReads {
  return {
    async roleSchedules(holding) {
      const rows: RoleSchedule[] = [];
      const address = `${BASE}/${COLLECTIONS[holding]}Schedules?$expand=principal`;
      for await (const page of transport.pages(address)) {
        rows.push(...listOf(page.rows, "role schedules", (row) => scheduleOf(holding, row)));
      }
      return rows;
    },
    async roleSchedule(holding, id) {
      const at = `${BASE}/${COLLECTIONS[holding]}Schedules${path`/${id}`}?$expand=principal`;
      const answer = await transport.send({ method: "GET", path: at, accept: [404] });
      return answer.status === 404 ? undefined : scheduleOf(holding, answer.body);
    },
    async roleRequest(holding, id) {
      const at = `${BASE}/${COLLECTIONS[holding]}ScheduleRequests${path`/${id}`}`;
      const answer = await transport.send({ method: "GET", path: at, accept: [404] });
      return answer.status === 404 ? undefined : stateOf(answer.body);
    },
    async tryRoleRequest(holding, request) {
      const body = { ...bodyOf(request), isValidationOnly: true };
      const at = `${BASE}/${COLLECTIONS[holding]}ScheduleRequests`;
      await transport.send({ method: "POST", path: at, body, writes: false, about: [request.principalId] });
    },
    async roleAssignment(id) {
      const at = `${BASE}/roleAssignments${path`/${id}`}?$expand=principal`;
      const answer = await transport.send({ method: "GET", path: at, accept: [404] });
      return answer.status === 404 ? undefined : roleAssignmentOf(answer.body);
    },
  };
}

export function roleScheduleWrites(transport: Transport, recorder: Recorder): RoleScheduleWrites {
  return {
    async requestRole(holding, request) {
      const call = {
        method: "POST",
        path: `${BASE}/${COLLECTIONS[holding]}ScheduleRequests`,
        body: bodyOf(request),
        key: `${request.action} ${holding} ${request.roleId} ${request.principalId}`,
        about: [request.principalId],
      } as const;
      return stateOf((await transport.send(call, recorder)).body);
    },
    async assignDirectoryRole(principalId, roleId, scope) {
      const call = {
        method: "POST",
        path: `${BASE}/roleAssignments`,
        body: { principalId, roleDefinitionId: roleId, directoryScopeId: scope },
        key: `${roleId} ${principalId}`,
        about: [principalId],
      } as const;
      return roleAssignmentOf((await transport.send(call, recorder)).body);
    },
    async removeDirectoryRole(id) {
      const at = roleAssignmentRemoval(id);
      await transport.send({ method: "DELETE", path: at, accept: [404], key: id }, recorder);
    },
  };
}

function bodyOf({ action, principalId, roleId, scope, justification, schedule, scheduleId }: RoleRequest) {
  return {
    action,
    principalId,
    roleDefinitionId: roleId,
    directoryScopeId: scope,
    justification,
    ...(scheduleId === undefined ? {} : { targetScheduleId: scheduleId }),
    ...(schedule === undefined
      ? {}
      : {
          scheduleInfo: {
            startDateTime: schedule.startsAt,
            expiration:
              schedule.endsAt === undefined
                ? { type: "noExpiration" }
                : { type: "afterDateTime", endDateTime: schedule.endsAt },
          },
        }),
  };
}

function stateOf(body: unknown): RequestState {
  const row = fieldsOf(body, "a role request");
  return {
    id: textOf(row, "id", "a role request"),
    status: textOf(row, "status", "a role request"),
    scheduleId: optionalText(row, "targetScheduleId"),
  };
}

function scheduleOf(holding: Holding, body: unknown): RoleSchedule {
  const row = fieldsOf(body, "a role schedule");
  const end = optionalText(within(row, "scheduleInfo", "expiration"), "endDateTime");
  return {
    id: textOf(row, "id", "a role schedule"),
    holding,
    roleId: textOf(row, "roleDefinitionId", "a role schedule"),
    principalId: textOf(row, "principalId", "a role schedule"),
    scope: optionalText(row, "directoryScopeId") ?? optionalText(row, "appScopeId") ?? "/",
    principal: isFields(row.principal) ? objectOf(row.principal) : undefined,
    activated: String(row.assignmentType).toLowerCase() === "activated",
    direct: (optionalText(row, "memberType") ?? "Direct").toLowerCase() === "direct",
    endsAt: end === undefined || end === "" ? undefined : wholeSeconds(end),
    created: optionalText(row, "createdDateTime"),
  };
}

/** Graph gives up to seven digits of a second. */
function wholeSeconds(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
