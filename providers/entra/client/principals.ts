import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { isFields, optionalText, textsOf } from "../../shared/narrow.ts";
import { readBatch } from "./batch.ts";
import { fieldsOf, flag, listOf, textOf } from "./narrow.ts";
import { assignmentRemoval } from "./removals.ts";
import type { Transport } from "./transport.ts";
import { refusal } from "./users.ts";

/** An application as this directory knows it: what people call an enterprise application. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly name: string;
  readonly roles: readonly AppRole[];
  /** Only who is assigned may sign in. */
  readonly assignmentRequired: boolean;
  /** Shown among enterprise applications, unlike Microsoft's own hundreds. */
  readonly integrated: boolean;
}

export interface AppRole {
  readonly id: string;
  /** `value`, the claim; where a role has none, its display name. */
  readonly name: string;
  readonly forUsers: boolean;
  readonly forApplications: boolean;
  readonly enabled: boolean;
}

export interface AppRoleAssignment {
  readonly id: string;
  /** Object id of the service principal. */
  readonly resourceId: string;
  readonly principalId: string;
  /** All zeros: default access. */
  readonly roleId: string;
  readonly type: "User" | "Group" | "ServicePrincipal";
  readonly principalName: string | undefined;
  readonly created: string | undefined;
}

export const DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000";

export interface PrincipalReads {
  /** All of them, swept once. */
  principals(): Promise<readonly ServicePrincipal[]>;
  /** By id, in batches; what was read before is not asked again. Undefined for 404. */
  principalsById(ids: readonly string[]): Promise<ReadonlyMap<string, ServicePrincipal | undefined>>;
  /** Who has these applications, read now: one question each, in batches (entra.md §10). Undefined for 404. */
  assignedTo(ids: readonly string[]): Promise<ReadonlyMap<string, readonly AppRoleAssignment[] | undefined>>;
}

export interface PrincipalWrites {
  /** Not repeatable: a second one says that the permission exists already. */
  assignRole(resourceId: string, principalId: string, roleId: string): Promise<AppRoleAssignment>;
  unassignRole(resourceId: string, assignmentId: string): Promise<void>;
}

const SELECT = "$select=id,appId,displayName,appRoles,appRoleAssignmentRequired,tags";
const INTEGRATED = "WindowsAzureActiveDirectoryIntegratedApp";

export function principalReads(transport: Transport): PrincipalReads {
  const known = new Map<string, ServicePrincipal | undefined>();
  return {
    principals: once(async () => {
      const rows: ServicePrincipal[] = [];
      for await (const page of transport.pages(`/servicePrincipals?${SELECT}&$top=999`))
        rows.push(...listOf(page.rows, "the applications", principalOf));
      for (const row of rows) known.set(row.id, row);
      return rows;
    }),
    async principalsById(ids) {
      const unread = [...new Set(ids)].filter((id) => !known.has(id));
      const paths = unread.map((id) => `${path`/servicePrincipals/${id}`}?${SELECT}`);
      for (const [index, answer] of (await readBatch(transport, paths)).entries()) {
        if (answer.status !== 200 && answer.status !== 404) throw refusal(answer, paths[index]);
        known.set(unread[index] ?? "", answer.status === 404 ? undefined : principalOf(answer.body));
      }
      return new Map(ids.map((id) => [id, known.get(id)]));
    },
    async assignedTo(ids) {
      const unique = [...new Set(ids)];
      const paths = unique.map((id) => `${path`/servicePrincipals/${id}/appRoleAssignedTo`}?$top=999`);
      const found = new Map<string, readonly AppRoleAssignment[] | undefined>();
      for (const [index, answer] of (await readBatch(transport, paths)).entries()) {
        const at = paths[index] ?? "";
        if (answer.status !== 200 && answer.status !== 404) throw refusal(answer, at);
        found.set(unique[index] ?? "", answer.status === 404 ? undefined : await wholeList(transport, at, answer.body));
      }
      return found;
    },
  };
}

export function principalWrites(transport: Transport, recorder: Recorder): PrincipalWrites {
  return {
    async assignRole(resourceId, principalId, roleId) {
      const call = {
        method: "POST",
        path: path`/servicePrincipals/${resourceId}/appRoleAssignedTo`,
        body: { principalId, resourceId, appRoleId: roleId },
        key: `${resourceId} + ${principalId}`,
        about: [resourceId, principalId],
      } as const;
      return assignmentOf((await transport.send(call, recorder)).body);
    },
    async unassignRole(resourceId, assignmentId) {
      const at = assignmentRemoval(resourceId, assignmentId);
      await transport.send(
        { method: "DELETE", path: at, accept: [404], key: `${resourceId} - ${assignmentId}` },
        recorder,
      );
    },
  };
}

/** More than a page is read again from its start: in a batch there is no next one. */
async function wholeList(transport: Transport, at: string, body: unknown): Promise<readonly AppRoleAssignment[]> {
  const first = fieldsOf(body, "assignments");
  if (first["@odata.nextLink"] === undefined) return listOf(first.value, "assignments", assignmentOf);
  const rows: AppRoleAssignment[] = [];
  for await (const page of transport.pages(at)) rows.push(...listOf(page.rows, "assignments", assignmentOf));
  return rows;
}

function principalOf(body: unknown): ServicePrincipal {
  const row = fieldsOf(body, "an application");
  const roles = Array.isArray(row.appRoles) ? row.appRoles.filter(isFields) : [];
  return {
    id: textOf(row, "id", "an application"),
    appId: textOf(row, "appId", "an application"),
    name: optionalText(row, "displayName") ?? "",
    roles: roles.map((role) => {
      const types = textsOf(role.allowedMemberTypes);
      return {
        id: textOf(role, "id", "an app role"),
        name: optionalText(role, "value") || (optionalText(role, "displayName") ?? ""),
        forUsers: types.includes("User"),
        forApplications: types.includes("Application"),
        enabled: flag(role, "isEnabled"),
      };
    }),
    assignmentRequired: flag(row, "appRoleAssignmentRequired"),
    integrated: textsOf(row.tags).includes(INTEGRATED),
  };
}

function assignmentOf(body: unknown): AppRoleAssignment {
  const row = fieldsOf(body, "an assignment");
  const type = row.principalType;
  return {
    id: textOf(row, "id", "an assignment"),
    resourceId: textOf(row, "resourceId", "an assignment"),
    principalId: textOf(row, "principalId", "an assignment"),
    roleId: textOf(row, "appRoleId", "an assignment"),
    type: type === "Group" || type === "ServicePrincipal" ? type : "User",
    principalName: optionalText(row, "principalDisplayName"),
    created: optionalText(row, "createdDateTime"),
  };
}
