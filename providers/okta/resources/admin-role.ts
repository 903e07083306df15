/**
 * Who administers Okta. A role's own id is no more than its type in another alphabet, the same for every group, so an
 * assignment is known by its principal and what it holds (okta.md §4.8).
 */
import type { Kind, Want } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Ref, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { personIds } from "../../shared/people.ts";
import { refId, textAt } from "../../shared/spec.ts";
import type { NewRole, Principal, PrincipalType, RoleAssignment } from "../client/roles.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { peopleNamed } from "../people.ts";
import { boundMember } from "./iam-resources.ts";
import { loginOf } from "./names.ts";

export type AdminRoleSpec = Spec & {
  readonly type?: string;
  readonly role?: Ref;
  readonly group?: Ref;
  readonly user?: string;
  readonly client?: string;
};

const PRINCIPALS: readonly PrincipalType[] = ["user", "group", "client"];

export const adminRole: Kind<OktaReader, OktaWriter, AdminRoleSpec> = {
  name: "admin-role",
  proof: { by: "read" },
  consistency: 10_000,
  key: keyOf,

  async *list(reader, want) {
    for await (const held of inParallel(await principals(reader, want), (principal) => heldBy(reader, principal))) {
      for (const live of held) yield live;
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<AdminRoleSpec> | Gone> => {
      const principal = principalOf(id);
      const held = principal === undefined ? [] : await heldBy(reader, principal);
      return held.find((live) => live.id === id) ?? { gone: true, id };
    });
  },

  async create(writer, spec, context) {
    const principal = principalIn(spec, personIds(context.people));
    const role = newRole(spec);
    const made = await writer.assignRole(principal, role);
    return { id: idOf(principal, made), spec, people: context.people };
  },

  async delete(writer, live) {
    const principal = principalOf(live.id);
    if (principal === undefined) return;
    const held = await rolesOf(writer, principal);
    const assignment = held.find((one) => idOf(principal, one) === live.id);
    if (assignment !== undefined) await writer.unassignRole(principal, assignment.id);
  },

  *edges({ spec, people }): Iterable<Edge> {
    const holder = holderOf(spec, people);
    if (holder === undefined || spec.type === undefined) return;
    yield {
      ...holder,
      entitlement: spec.type === "CUSTOM" ? `custom role ${refId(spec.role) ?? ""}` : `admin role ${spec.type}`,
      privileged: true,
      ...(spec.type === "SUPER_ADMIN" ? { administers: true } : {}),
    };
  },

  describe({ action }) {
    return action === "create"
      ? { notes: ["The role applies to the whole organization from the moment it is given."] }
      : {};
  },
};

function keyOf(spec: AdminRoleSpec): string | undefined {
  const role = spec.type === "CUSTOM" ? refId(spec.role) : spec.type;
  const holder =
    spec.user === undefined
      ? (prefixed("group", refId(spec.group)) ?? prefixed("client", spec.client))
      : `user:${spec.user.toLowerCase()}`;
  return role === undefined || holder === undefined ? undefined : `${holder}:${role}`;
}

function prefixed(type: PrincipalType, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${type}:${id}`;
}

function idOf(principal: Principal, role: RoleAssignment): string {
  const what = role.type === "CUSTOM" ? `${role.role ?? ""}/${role.resourceSet ?? ""}` : role.type;
  return `${principal.type}:${principal.id}:${what}`;
}

function principalOf(id: string): Principal | undefined {
  const [name, principal] = id.split(":");
  const type = PRINCIPALS.find((one) => one === name);
  return type === undefined || principal === undefined ? undefined : { type, id: principal };
}

function principalIn(spec: AdminRoleSpec, userId: (login: string) => string): Principal {
  if (spec.user !== undefined) return { type: "user", id: userId(spec.user) };
  const group = refId(spec.group);
  if (group !== undefined) return { type: "group", id: group };
  return { type: "client", id: spec.client ?? "" };
}

function newRole(spec: AdminRoleSpec): NewRole {
  const [role, resourceSet] = refId(spec.role)?.split("/") ?? [];
  if (spec.type !== "CUSTOM") return { type: spec.type ?? "" };
  if (role !== undefined && resourceSet !== undefined) return { type: "CUSTOM", role, resourceSet };
  throw new ProblemError({
    code: "okta-custom-role",
    message: "role names no custom role with its resource set.",
    hint: "Name a document okta/custom-role, or { id: <role id>/<resource set id> }.",
  });
}

/** Everybody whose roles must be read: one call each, so only those that the stack names. */
async function principals(reader: OktaReader, want: Want): Promise<readonly Principal[]> {
  const everyone = want.everything === true ? await everyPrincipal(reader) : [];
  const found = new Map(everyone.map((principal) => [`${principal.type}:${principal.id}`, principal]));
  const logins: string[] = [];
  for (const { id, key } of want.objects) {
    const principal = principalOf(id ?? key ?? "");
    if (principal === undefined) continue;
    // A key names a person by login, an id by Okta's id.
    if (id === undefined && principal.type === "user") logins.push(principal.id);
    else found.set(`${principal.type}:${principal.id}`, principal);
  }
  for (const { candidates } of await peopleNamed(reader, logins)) {
    for (const { id } of candidates) found.set(`user:${id}`, { type: "user", id });
  }
  return [...found.values()];
}

/** Users with roles have a list. Groups have none: statistics hint at standard roles, bindings name the custom ones. */
async function everyPrincipal(reader: OktaReader): Promise<readonly Principal[]> {
  const users = (await reader.administrators()).map((id): Principal => ({ type: "user", id }));
  const hinted = (await reader.groups()).filter((group) => group.hasAdminPrivilege).map(({ id }) => id);
  const groups = new Set([...hinted, ...(await boundGroups(reader))]);
  const { credential } = reader.settings;
  const own: readonly Principal[] = credential.kind === "token" ? [] : [{ type: "client", id: credential.clientId }];
  return [...users, ...[...groups].map((id): Principal => ({ type: "group", id })), ...own];
}

async function boundGroups(reader: OktaReader): Promise<readonly string[]> {
  const groups: string[] = [];
  for (const set of await reader.resourceSets()) {
    for (const roleId of await reader.boundRoles(set.id)) {
      const members = (await reader.bindingMembers(set.id, roleId)) ?? [];
      groups.push(
        ...members
          .flatMap((one) => boundMember(one) ?? [])
          .flatMap((one) => (one.type === "group" ? one.principal : [])),
      );
    }
  }
  return groups;
}

async function heldBy(reader: OktaReader, principal: Principal): Promise<readonly Live<AdminRoleSpec>[]> {
  const roles = await rolesOf(reader, principal);
  const login = principal.type === "user" && roles.length > 0 ? await loginOf(reader, principal.id) : undefined;
  return roles.map((role) => toSpec(principal, role, login, reader.seen.group(principal.id)?.name));
}

/** What the principal holds itself: a user's list also shows what comes through groups. Nobody holds nothing. */
async function rolesOf(reader: OktaReader, principal: Principal): Promise<readonly RoleAssignment[]> {
  try {
    const roles = await reader.roles(principal);
    return roles.filter((role) => role.through === "" || role.through.toLowerCase() === principal.type);
  } catch (error) {
    if (error instanceof ProblemError && error.problems.some((problem) => problem.code === "not-found")) return [];
    throw error;
  }
}

export function toSpec(
  principal: Principal,
  role: RoleAssignment,
  login: string | undefined,
  groupName: string | undefined,
): Live<AdminRoleSpec> {
  return {
    id: idOf(principal, role),
    spec: {
      type: role.type,
      ...(role.type === "CUSTOM" ? { role: { id: `${role.role ?? ""}/${role.resourceSet ?? ""}` } } : {}),
      ...(principal.type === "group" ? { group: { id: principal.id } } : {}),
      ...(principal.type === "client" ? { client: principal.id } : {}),
      ...(principal.type === "user" ? { user: login ?? principal.id } : {}),
    },
    ...(principal.type === "user" ? { people: { [login ?? principal.id]: principal.id } } : {}),
    ...(groupName === undefined ? {} : { names: { [principal.id]: groupName } }),
    ...(role.created === undefined ? {} : { createdAt: role.created }),
  };
}

function holderOf(
  spec: AdminRoleSpec,
  people: Readonly<Record<string, string>> | undefined,
): Pick<Edge, "person" | "personId" | "holder"> | undefined {
  if (spec.user !== undefined) {
    const id = people?.[spec.user];
    return { person: spec.user, ...(id === undefined ? {} : { personId: id }) };
  }
  const group = refId(spec.group);
  if (group !== undefined) {
    return { person: `group ${group}`, personId: group, holder: { kind: "okta/group", id: group } };
  }
  const client = textAt(spec, "client");
  return client === undefined ? undefined : { person: `client ${client}`, personId: client };
}
