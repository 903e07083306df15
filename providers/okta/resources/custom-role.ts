/**
 * A custom role, the resource set it covers and the binding that gives it to people: three objects of Okta that mean
 * nothing apart, declared as one. The id is `<role id>/<resource set id>`.
 */
import type { Candidate, Kind, Want, WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Ref, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import type { Labelled } from "../client/iam.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { makeRole, makeSet, type SetPart } from "./custom-role-parts.ts";
import { changeMembers, changePermissions, changeResources } from "./custom-role-writes.ts";
import { boundMember, type Covered, coveredBy, pathOfOrn } from "./iam-resources.ts";
import { loginsOf } from "./names.ts";

export type CustomRoleSpec = Spec & {
  readonly label?: string;
  readonly description?: string;
  readonly permissions?: readonly string[];
  readonly resourceSet?: {
    readonly label?: string;
    readonly description?: string;
    readonly groups?: readonly Ref[];
    readonly usersOf?: readonly Ref[];
    readonly resources?: readonly string[];
  };
  readonly members?: { readonly groups?: readonly Ref[]; readonly users?: readonly string[] };
};

export const customRole: Kind<OktaReader, OktaWriter, CustomRoleSpec> = {
  name: "custom-role",
  proof: { by: "read" },
  consistency: 10_000,
  key: (spec) => {
    const set = textAt(spec.resourceSet ?? {}, "label");
    return spec.label === undefined || set === undefined ? undefined : `${spec.label} on ${set}`;
  },

  *check(spec) {
    for (const [index, resource] of (spec.resourceSet?.resources ?? []).entries()) {
      const path = pathOfOrn(resource);
      if (path === undefined) continue;
      yield {
        code: "okta-resource-form",
        message: `resourceSet.resources: ${resource} is ${path}, which is how Okta shows it.`,
        hint: `Write ${path}, or name the group under \`groups\`.`,
        path: ["resourceSet", "resources", index],
      };
    }
  },

  async *list(reader, want) {
    yield* inParallel(await wantedPairs(reader, want), ([role, set]) => read(reader, role, set));
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<CustomRoleSpec> | Gone> => {
      const { roleId, setId } = idsOf(id);
      const [role, set] = await Promise.all([reader.customRole(roleId), reader.resourceSet(setId)]);
      return role === undefined || set === undefined ? { gone: true, id } : read(reader, role, set);
    });
  },

  async find(reader, lookup) {
    const exact: Candidate[] = [];
    for (const role of (await reader.customRoles()).filter((one) => one.label === lookup.label)) {
      for (const set of await reader.resourceSets()) {
        if (lookup.resourceSet !== undefined && lookup.resourceSet !== set.label) continue;
        if (!(await reader.boundRoles(set.id)).includes(role.id)) continue;
        exact.push({ id: `${role.id}/${set.id}`, label: `${role.label} on ${set.label}` });
      }
    }
    return { exact, near: [] };
  },

  lookups({ spec: { label = "", resourceSet } }) {
    return [{ label }, { label, resourceSet: resourceSet?.label ?? "" }];
  },

  /** Conditions are kept as they are; who reads the document should know that it does not say everything. */
  async review(reader, spec, live) {
    if (live === undefined || spec.permissions === undefined) return [];
    const held = (await reader.permissions(idsOf(live.id).roleId)).filter(({ conditional }) => conditional);
    return held.flatMap(({ name }) => {
      const index = spec.permissions?.indexOf(name) ?? -1;
      if (index === -1) return [];
      const message = `permissions: ${name} holds under conditions that were set in Okta; they stay as they are.`;
      return [{ code: "okta-conditional", message, path: ["permissions", index], severity: "warning" as const }];
    });
  },

  async create(writer, spec, context) {
    const { label = "", description = "", permissions = [] } = spec;
    // Before anything is made: somebody unknown must not leave half a role behind.
    const members = memberAddresses(spec, writer.settings.base, context.people);
    const role = await makeRole(writer, { label, description, permissions });
    const set = await makeSet(writer, role, setIn(spec));
    await context.made(`${role.id}/${set.id}`);
    if (members.length > 0) await writer.bind(set.id, role.id, members);
    return { id: `${role.id}/${set.id}`, spec, people: context.people };
  },

  async update(writer, live, spec, fields, context) {
    const { roleId, setId } = idsOf(live.id);
    // A PUT carries both texts: one that is no change is sent back as it is live.
    const now = (field: "label" | "description"): string =>
      (touches(fields, field) ? spec[field] : live.spec[field]) ?? "";
    const setNow = (field: "label" | "description"): string =>
      (touches(fields, "resourceSet", field) ? spec.resourceSet?.[field] : live.spec.resourceSet?.[field]) ?? "";
    const named = touches(fields, "label") || touches(fields, "description");
    const setNamed = touches(fields, "resourceSet", "label") || touches(fields, "resourceSet", "description");
    await attemptAll([
      async () => named && writer.replaceCustomRole(roleId, now("label"), now("description")),
      () => changePermissions(writer, roleId, fields),
      async () => setNamed && writer.replaceResourceSet(setId, setNow("label"), setNow("description")),
      () => changeResources(writer, setId, fields),
      () => changeMembers(writer, { roleId, setId }, fields, personIds(context.people, live.people)),
    ]);
    return { ...live, spec: { ...live.spec, ...spec }, people: { ...live.people, ...context.people } };
  },

  async delete(writer, live) {
    const { roleId, setId } = idsOf(live.id);
    await refuseShared(writer, roleId, setId);
    await writer.unbind(setId, roleId);
    await writer.deleteResourceSet(setId);
    await writer.deleteCustomRole(roleId);
  },

  *edges({ spec, people }): Iterable<Edge> {
    const entitlement = `custom role ${spec.label ?? ""} on ${spec.resourceSet?.label ?? ""}`;
    for (const { id } of spec.members?.groups ?? []) {
      const holder = { kind: "okta/group", id };
      yield { person: `group ${id}`, personId: id, holder, entitlement, privileged: true };
    }
    for (const person of spec.members?.users ?? []) {
      const id = people?.[person];
      yield { person, entitlement, privileged: true, ...(id === undefined ? {} : { personId: id }) };
    }
  },

  describe({ action }) {
    return action === "delete" ? { notes: ["The resource set and everybody's hold on the role go with it."] } : {};
  },
};

function idsOf(id: string): { readonly roleId: string; readonly setId: string } {
  const [roleId = "", setId = ""] = id.split("/");
  return { roleId, setId };
}

async function wantedPairs(reader: OktaReader, want: Want): Promise<readonly (readonly [Labelled, Labelled])[]> {
  const [roles, sets] = await Promise.all([reader.customRoles(), reader.resourceSets()]);
  const pairs = roles.flatMap((role) => sets.map((set) => [role, set] as const));
  const isWanted = ([role, set]: readonly [Labelled, Labelled]): boolean =>
    want.objects.some(({ id, key }: WantedObject) =>
      id === undefined ? key === `${role.label} on ${set.label}` : id === `${role.id}/${set.id}`,
    );
  if (want.everything !== true) return pairs.filter(isWanted);
  const bound: (readonly [Labelled, Labelled])[] = [];
  for await (const [set, ids] of inParallel(sets, async (set) => [set, await reader.boundRoles(set.id)] as const)) {
    bound.push(...roles.filter((role) => ids.includes(role.id)).map((role) => [role, set] as const));
  }
  return bound;
}

async function read(reader: OktaReader, role: Labelled, set: Labelled): Promise<Live<CustomRoleSpec>> {
  const [permissions, resources, linked] = await Promise.all([
    reader.permissions(role.id),
    reader.resources(set.id),
    reader.bindingMembers(set.id, role.id),
  ]);
  const members = (linked ?? []).flatMap((one) => boundMember(one) ?? []);
  const users = members.flatMap(({ type, principal }) => (type === "user" ? [principal] : []));
  const logins = await loginsOf(reader, users);
  const people = Object.fromEntries(users.map((id) => [logins.get(id) ?? id, id]));
  const all = resources.map(coveredBy);
  return {
    id: `${role.id}/${set.id}`,
    spec: {
      label: role.label,
      description: role.description,
      permissions: permissions.map(({ name }) => name),
      resourceSet: {
        label: set.label,
        description: set.description,
        groups: all.flatMap((one) => (one.kind === "group" ? [{ id: one.id }] : [])),
        usersOf: all.flatMap((one) => (one.kind === "usersOf" ? [{ id: one.id }] : [])),
        resources: all.flatMap((one) => (one.kind === "other" ? [one.resource] : [])),
      },
      members: {
        groups: members.flatMap((one) => (one.type === "group" ? [{ id: one.principal }] : [])),
        users: Object.keys(people),
      },
    },
    people,
    ...(role.created === undefined ? {} : { createdAt: role.created }),
  };
}

function setIn({ resourceSet = {} }: CustomRoleSpec): SetPart {
  const { label = "", description = "", groups = [], usersOf = [], resources = [] } = resourceSet;
  const covered: readonly Covered[] = [
    ...groups.map(({ id }): Covered => ({ kind: "group", id })),
    ...usersOf.map(({ id }): Covered => ({ kind: "usersOf", id })),
    ...resources.map((resource): Covered => ({ kind: "other", resource })),
  ];
  return { label, description, covered };
}

function memberAddresses(
  { members = {} }: CustomRoleSpec,
  base: URL,
  people: WriteContext["people"],
): readonly string[] {
  const userId = personIds(people);
  return [
    ...(members.groups ?? []).map(({ id }) => new URL(`/api/v1/groups/${id}`, base).href),
    ...(members.users ?? []).map((login) => new URL(`/api/v1/users/${userId(login)}`, base).href),
  ];
}

/** Role and set may serve others too; deleting them would take those away without a word in any plan. */
async function refuseShared(reader: OktaReader, roleId: string, setId: string): Promise<void> {
  for (const set of await reader.resourceSets()) {
    const roles = await reader.boundRoles(set.id);
    const shared = set.id === setId ? roles.some((id) => id !== roleId) : roles.includes(roleId);
    if (!shared) continue;
    throw new ProblemError({
      code: "okta-shared-role",
      message:
        set.id === setId
          ? `The resource set ${set.label} is bound to another role as well.`
          : `The role is bound to the resource set ${set.label} as well.`,
      hint: "Take the other binding away first, or say `onRemoval: forget`.",
    });
  }
}
