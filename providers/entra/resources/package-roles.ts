/** What a package gives: membership or ownership of groups, roles of applications ↔ roles in Graph's catalogs. */
import type { Ref } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { refIds } from "../../shared/spec.ts";
import type { ResourceRoleScope } from "../client/access-packages.ts";
import type { EntraReader } from "../client.ts";

export type WantedRole = Omit<ResourceRoleScope, "id">;

export interface Roles {
  readonly groups?: readonly Ref[];
  readonly ownedGroups?: readonly Ref[];
  readonly applications?: readonly { readonly app: Ref; readonly role: string }[];
}

export async function rolesOf(
  reader: EntraReader,
  { groups, ownedGroups, applications = [] }: Roles,
): Promise<readonly WantedRole[]> {
  const apps = await reader.principalsById(applications.map(({ app }) => app.id));
  return [
    ...refIds(groups).map((id) => ofGroup(`Member_${id}`, id)),
    ...refIds(ownedGroups).map((id) => ofGroup(`Owner_${id}`, id)),
    ...applications.map(({ app, role }) => {
      const found = apps.get(app.id)?.roles.find(({ name, forUsers, enabled }) => name === role && forUsers && enabled);
      if (found !== undefined) {
        return { originSystem: "AadApplication", roleOriginId: found.id, scopeOriginId: app.id };
      }
      const names = (apps.get(app.id)?.roles ?? []).filter(({ forUsers }) => forUsers).map(({ name }) => name);
      throw new ProblemError({
        code: "entra-app-role",
        message: `applications: ${apps.get(app.id)?.name ?? app.id} has no role "${role}" for people.`,
        hint: names.length === 0 ? "It has none: assign it through a group." : `It has ${names.join(", ")}.`,
      });
    }),
  ];
}

/** Package id → what it gives; sites and whatever else is left out. */
export async function rolesIn(
  reader: EntraReader,
  scopes: ReadonlyMap<string, readonly ResourceRoleScope[]>,
): Promise<ReadonlyMap<string, Required<Roles>>> {
  const all = [...scopes.values()].flat().filter(({ originSystem }) => originSystem === "AadApplication");
  const apps = await reader.principalsById(all.map(({ scopeOriginId }) => scopeOriginId));
  return new Map(
    [...scopes].map(([id, rows]) => [
      id,
      {
        groups: groupsOf(rows, "Member_"),
        ownedGroups: groupsOf(rows, "Owner_"),
        applications: rows
          .filter(({ originSystem }) => originSystem === "AadApplication")
          .map(({ roleOriginId, scopeOriginId }) => ({
            app: { id: scopeOriginId },
            role: apps.get(scopeOriginId)?.roles.find((one) => one.id === roleOriginId)?.name ?? roleOriginId,
          })),
      },
    ]),
  );
}

function groupsOf(rows: readonly ResourceRoleScope[], prefix: string): readonly Ref[] {
  return rows.flatMap(({ originSystem, roleOriginId, scopeOriginId }) =>
    originSystem === "AadGroup" && roleOriginId.startsWith(prefix) ? [{ id: scopeOriginId }] : [],
  );
}

function ofGroup(roleOriginId: string, id: string): WantedRole {
  return { originSystem: "AadGroup", roleOriginId, scopeOriginId: id };
}
