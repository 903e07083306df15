import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { optionalText } from "../../shared/narrow.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export type PrincipalType = "user" | "group" | "client";

export interface Principal {
  readonly type: PrincipalType;
  readonly id: string;
}

/** A role held by a principal. Its id is no more than the type in base32 where the type can be scoped (okta.md §4.8). */
export interface RoleAssignment {
  readonly id: string;
  readonly type: string;
  /** How the principal holds it: itself, or (a user) through a group. */
  readonly through: string;
  /** Of a custom role. */
  readonly role: string | undefined;
  readonly resourceSet: string | undefined;
  readonly created: string | undefined;
}

export interface RoleReads {
  roles(principal: Principal): Promise<readonly RoleAssignment[]>;
  /** Ids of users that hold any role; groups have no such list. */
  administrators(): Promise<readonly string[]>;
}

export interface RoleWrites {
  assignRole(principal: Principal, role: NewRole): Promise<RoleAssignment>;
  unassignRole(principal: Principal, assignmentId: string): Promise<void>;
}

export type NewRole =
  | { readonly type: string }
  | { readonly type: "CUSTOM"; readonly role: string; readonly resourceSet: string };

export function roleReads(transport: Transport): RoleReads {
  const byAddress = createMemo<readonly RoleAssignment[]>();
  return {
    roles: (principal) =>
      byAddress(rolesPath(principal), async () => {
        const { body } = await transport.send({ method: "GET", path: rolesPath(principal) });
        return listOf(body, "the roles", roleOf);
      }),
    administrators: once(async () => {
      const ids: string[] = [];
      for await (const page of transport.pages("/api/v1/iam/assignees/users?limit=100")) {
        const rows = fieldsOf(page.body, "the administrators").value;
        ids.push(
          ...listOf(rows, "the administrators", (row) => textOf(fieldsOf(row, "an assignee"), "id", "an assignee")),
        );
      }
      return ids;
    }),
  };
}

export function roleWrites(transport: Transport, recorder: Recorder): RoleWrites {
  return {
    async assignRole(principal, role) {
      const body =
        "role" in role ? { type: role.type, role: role.role, "resource-set": role.resourceSet } : { type: role.type };
      // Nobody wants a mail for each administrator that a file names; a client has no mailbox and no such parameter.
      const quiet = principal.type === "client" ? "" : "?disableNotifications=true";
      const address = rolesPath(principal) + quiet;
      return roleOf((await transport.send({ method: "POST", path: address, body, key: role.type }, recorder)).body);
    },
    async unassignRole(principal, assignmentId) {
      const address = `${rolesPath(principal)}/${encodeURIComponent(assignmentId)}`;
      await transport.send({ method: "DELETE", path: address, accept: [404], key: assignmentId }, recorder);
    },
  };
}

function rolesPath({ type, id }: Principal): string {
  if (type === "client") return path`/oauth2/v1/clients/${id}/roles`;
  return type === "group" ? path`/api/v1/groups/${id}/roles` : path`/api/v1/users/${id}/roles`;
}

function roleOf(body: unknown): RoleAssignment {
  const role = fieldsOf(body, "a role assignment");
  return {
    id: textOf(role, "id", "a role assignment"),
    type: textOf(role, "type", "a role assignment"),
    through: optionalText(role, "assignmentType") ?? "",
    role: optionalText(role, "role"),
    resourceSet: optionalText(role, "resource-set"),
    created: optionalText(role, "created"),
  };
}
