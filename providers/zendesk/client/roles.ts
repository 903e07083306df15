import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { isFields, optionalNumber, optionalText } from "../../shared/narrow.ts";
import { fieldsOf, idOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface CustomRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** 0 is one that somebody made; others are Zendesk's own, and not editable (zendesk.md §2.6). */
  readonly roleType: number;
  readonly configuration: Readonly<Record<string, string | boolean>>;
  readonly memberCount: number;
  readonly created: string | undefined;
}

export interface RoleReads {
  /** One page holds them all; an account without Enterprise is refused. */
  customRoles(): Promise<readonly CustomRole[]>;
  customRole(id: string): Promise<CustomRole | undefined>;
}

export interface RoleWrites {
  createRole(role: Readonly<Record<string, unknown>>): Promise<CustomRole>;
  updateRole(id: string, changes: Readonly<Record<string, unknown>>): Promise<CustomRole>;
  deleteRole(id: string): Promise<void>;
}

export function roleReads(transport: Transport): RoleReads {
  return {
    customRoles: once(async () => {
      const answer = await transport.send({ method: "GET", path: "/custom_roles" });
      return listOf(fieldsOf(answer.body, "the custom roles").custom_roles, "the custom roles", roleOf);
    }),
    async customRole(id) {
      const answer = await transport.send({ method: "GET", path: path`/custom_roles/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : narrow(answer.body);
    },
  };
}

export function roleWrites(transport: Transport, recorder: Recorder): RoleWrites {
  return {
    async createRole(role) {
      const call = {
        method: "POST",
        path: "/custom_roles",
        body: { custom_role: role },
        key: String(role.name),
      } as const;
      return narrow((await transport.send(call, recorder)).body);
    },
    async updateRole(id, changes) {
      const body = { custom_role: changes };
      const call = { method: "PUT", path: path`/custom_roles/${id}`, body, key: id } as const;
      return narrow((await transport.send(call, recorder)).body);
    },
    async deleteRole(id) {
      await transport.send({ method: "DELETE", path: path`/custom_roles/${id}`, accept: [404], key: id }, recorder);
    },
  };
}

function narrow(body: unknown): CustomRole {
  return roleOf(fieldsOf(body, "a custom role").custom_role);
}

function roleOf(body: unknown): CustomRole {
  const role = fieldsOf(body, "a custom role");
  const configuration = isFields(role.configuration) ? role.configuration : {};
  return {
    id: idOf(role, "id", "a custom role"),
    name: textOf(role, "name", "a custom role"),
    description: optionalText(role, "description") ?? "",
    roleType: optionalNumber(role, "role_type") ?? 0,
    configuration: Object.fromEntries(
      Object.entries(configuration).flatMap(([name, value]) =>
        typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [],
      ),
    ),
    memberCount: optionalNumber(role, "team_member_count") ?? 0,
    created: optionalText(role, "created_at"),
  };
}
