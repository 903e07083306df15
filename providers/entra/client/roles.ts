import { once } from "../../shared/memo.ts";
import { isFields, optionalText } from "../../shared/narrow.ts";
import { type DirectoryObject, objectOf } from "./directory.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface RoleDefinition {
  readonly id: string;
  readonly name: string;
  /** Stable across tenants for built-in roles. */
  readonly templateId: string;
}

export interface RoleAssignment {
  readonly id: string;
  readonly roleId: string;
  readonly principalId: string;
  /** `/`, `/administrativeUnits/{id}`, `/{applicationObjectId}` */
  readonly scope: string;
  /** Undefined where the credential may not see it. */
  readonly principal: DirectoryObject | undefined;
}

export interface RoleReads {
  roleDefinitions(): Promise<readonly RoleDefinition[]>;
  /** Active ones of the whole tenant, activated ones included (entra.md §8). */
  roleAssignments(): Promise<readonly RoleAssignment[]>;
  /** The same, resting on nothing read before. */
  roleAssignmentsNow(): Promise<readonly RoleAssignment[]>;
}

const ASSIGNMENTS = "/roleManagement/directory/roleAssignments?$expand=principal";

export function roleReads(transport: Transport): RoleReads {
  return {
    roleDefinitions: once(() =>
      all(transport, "/roleManagement/directory/roleDefinitions?$select=id,displayName,templateId", definitionOf),
    ),
    roleAssignments: once(() => all(transport, ASSIGNMENTS, roleAssignmentOf)),
    roleAssignmentsNow: () => all(transport, ASSIGNMENTS, roleAssignmentOf),
  };
}

async function all<T>(transport: Transport, address: string, narrow: (row: unknown) => T): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of transport.pages(address)) rows.push(...listOf(page.rows, "the roles", narrow));
  return rows;
}

function definitionOf(body: unknown): RoleDefinition {
  const role = fieldsOf(body, "a role");
  const id = textOf(role, "id", "a role");
  return { id, name: textOf(role, "displayName", "a role"), templateId: optionalText(role, "templateId") ?? id };
}

export function roleAssignmentOf(body: unknown): RoleAssignment {
  const row = fieldsOf(body, "a role assignment");
  return {
    id: textOf(row, "id", "a role assignment"),
    roleId: textOf(row, "roleDefinitionId", "a role assignment"),
    principalId: textOf(row, "principalId", "a role assignment"),
    scope: optionalText(row, "directoryScopeId") ?? optionalText(row, "appScopeId") ?? "/",
    principal: isFields(row.principal) ? objectOf(row.principal) : undefined,
  };
}
