/** Custom roles, resource sets and the bindings between them (okta.md §4.8). Their lists page by the body. */
import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { type Fields, optionalText, within } from "../../shared/narrow.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

/** A custom role, or a resource set. */
export interface Labelled {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly created: string | undefined;
}

/** A resource of a set, or a member of a binding: its own id, and what it stands for. */
export interface Linked {
  readonly id: string;
  readonly orn: string | undefined;
  readonly href: string | undefined;
}

export interface Permission {
  readonly name: string;
  /** Does it reach only some attributes? The conditions themselves are nobody's business here. */
  readonly conditional: boolean;
}

export interface IamReads {
  customRoles(): Promise<readonly Labelled[]>;
  customRole(id: string): Promise<Labelled | undefined>;
  permissions(roleId: string): Promise<readonly Permission[]>;
  resourceSets(): Promise<readonly Labelled[]>;
  resourceSet(id: string): Promise<Labelled | undefined>;
  resources(setId: string): Promise<readonly Linked[]>;
  /** Ids of the roles that are bound to the set. */
  boundRoles(setId: string): Promise<readonly string[]>;
  /** Undefined where the role is not bound to the set. */
  bindingMembers(setId: string, roleId: string): Promise<readonly Linked[] | undefined>;
}

export interface IamWrites {
  createCustomRole(label: string, description: string, permissions: readonly string[]): Promise<Labelled>;
  replaceCustomRole(id: string, label: string, description: string): Promise<void>;
  deleteCustomRole(id: string): Promise<void>;
  addPermission(roleId: string, permission: string): Promise<void>;
  removePermission(roleId: string, permission: string): Promise<void>;
  createResourceSet(label: string, description: string, resources: readonly string[]): Promise<Labelled>;
  replaceResourceSet(id: string, label: string, description: string): Promise<void>;
  deleteResourceSet(id: string): Promise<void>;
  addResources(setId: string, resources: readonly string[]): Promise<void>;
  removeResource(setId: string, resourceId: string): Promise<void>;
  bind(setId: string, roleId: string, members: readonly string[]): Promise<void>;
  unbind(setId: string, roleId: string): Promise<void>;
  addBindingMembers(setId: string, roleId: string, members: readonly string[]): Promise<void>;
  removeBindingMember(setId: string, roleId: string, memberId: string): Promise<void>;
}

const IAM = "/api/v1/iam";

export function iamReads(transport: Transport): IamReads {
  async function all<T>(address: string, field: string, narrow: (row: unknown) => T): Promise<readonly T[]> {
    const rows: T[] = [];
    for await (const page of transport.pages(address)) {
      rows.push(...listOf(fieldsOf(page.body, `the ${field}`)[field], `the ${field}`, narrow));
    }
    return rows;
  }
  async function one<T>(address: string, narrow: (row: unknown) => T): Promise<T | undefined> {
    const answer = await transport.send({ method: "GET", path: address, accept: [404] });
    return answer.status === 404 ? undefined : narrow(answer.body);
  }
  const permissions = createMemo<readonly Permission[]>();
  return {
    customRoles: once(() => all(`${IAM}/roles`, "roles", labelledOf)),
    customRole: (id) => one(IAM + path`/roles/${id}`, labelledOf),
    permissions: (roleId) =>
      permissions(roleId, () => all(IAM + path`/roles/${roleId}/permissions`, "permissions", permissionOf)),
    resourceSets: once(() => all(`${IAM}/resource-sets`, "resource-sets", labelledOf)),
    resourceSet: (id) => one(IAM + path`/resource-sets/${id}`, labelledOf),
    resources: (setId) => all(`${IAM}${path`/resource-sets/${setId}/resources`}?limit=100`, "resources", linkedOf),
    boundRoles: (setId) =>
      all(IAM + path`/resource-sets/${setId}/bindings`, "roles", (row) =>
        textOf(fieldsOf(row, "a binding"), "id", "a binding"),
      ),
    async bindingMembers(setId, roleId) {
      const rows: Linked[] = [];
      const binding = IAM + path`/resource-sets/${setId}/bindings/${roleId}`;
      const answer = await transport.send({ method: "GET", path: binding, accept: [404] });
      if (answer.status === 404) return undefined;
      for await (const page of transport.pages(`${binding}/members`)) {
        rows.push(...listOf(fieldsOf(page.body, "the members").members, "the members", linkedOf));
      }
      return rows;
    },
  };
}

export function iamWrites(transport: Transport, recorder: Recorder): IamWrites {
  const write = (
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    below: string,
    key: string,
    body?: unknown,
  ): Promise<{ readonly body: unknown }> =>
    transport.send(
      { method, path: IAM + below, key, ...(body === undefined ? {} : { body }), ...(method === "DELETE" ? GONE : {}) },
      recorder,
    );
  const setPath = (setId: string): string => path`/resource-sets/${setId}`;
  const bindingPath = (setId: string, roleId: string): string => path`/resource-sets/${setId}/bindings/${roleId}`;
  return {
    async createCustomRole(label, description, permissions) {
      return labelledOf((await write("POST", "/roles", label, { label, description, permissions })).body);
    },
    async replaceCustomRole(id, label, description) {
      await write("PUT", path`/roles/${id}`, id, { label, description });
    },
    async deleteCustomRole(id) {
      await write("DELETE", path`/roles/${id}`, id);
    },
    async addPermission(roleId, permission) {
      await write("POST", path`/roles/${roleId}/permissions/${permission}`, permission);
    },
    async removePermission(roleId, permission) {
      await write("DELETE", path`/roles/${roleId}/permissions/${permission}`, permission);
    },
    async createResourceSet(label, description, resources) {
      return labelledOf((await write("POST", "/resource-sets", label, { label, description, resources })).body);
    },
    async replaceResourceSet(id, label, description) {
      await write("PUT", setPath(id), id, { label, description });
    },
    async deleteResourceSet(id) {
      await write("DELETE", setPath(id), id);
    },
    async addResources(setId, resources) {
      await write("PATCH", `${setPath(setId)}/resources`, setId, { additions: resources });
    },
    async removeResource(setId, resourceId) {
      await write("DELETE", `${setPath(setId)}${path`/resources/${resourceId}`}`, resourceId);
    },
    async bind(setId, roleId, members) {
      await write("POST", `${setPath(setId)}/bindings`, roleId, { role: roleId, members });
    },
    async unbind(setId, roleId) {
      await write("DELETE", bindingPath(setId, roleId), roleId);
    },
    async addBindingMembers(setId, roleId, members) {
      await write("PATCH", `${bindingPath(setId, roleId)}/members`, roleId, { additions: members });
    },
    async removeBindingMember(setId, roleId, memberId) {
      await write("DELETE", `${bindingPath(setId, roleId)}${path`/members/${memberId}`}`, memberId);
    },
  };
}

const GONE = { accept: [404] } as const;

function labelledOf(body: unknown): Labelled {
  const fields = fieldsOf(body, "a role or resource set");
  return {
    id: textOf(fields, "id", "a role or resource set"),
    label: textOf(fields, "label", "a role or resource set"),
    description: optionalText(fields, "description") ?? "",
    created: optionalText(fields, "created"),
  };
}

function permissionOf(body: unknown): Permission {
  const fields = fieldsOf(body, "a permission");
  return {
    name: textOf(fields, "label", "a permission"),
    conditional: Object.keys(within(fields, "conditions")).length > 0,
  };
}

function linkedOf(body: unknown): Linked {
  const fields = fieldsOf(body, "a resource or member");
  return {
    id: textOf(fields, "id", "a resource or member"),
    orn: optionalText(fields, "orn"),
    href: hrefOf(within(fields, "_links", "self")),
  };
}

function hrefOf(link: Fields): string | undefined {
  return optionalText(link, "href");
}
