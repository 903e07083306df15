/** Custom roles and resource sets: how they are found, and who holds a role through a binding (okta.md §4.8). */
import { notFound } from "./failure.ts";
import { type CustomRole, nextId, type ResourceSet, type RoleAssignment, type Tenant, timestamp } from "./tenant.ts";

export function resourceSetOf(tenant: Tenant, idOrLabel: string): ResourceSet {
  const found = tenant.resourceSets.get(idOrLabel) ?? byLabel(tenant.resourceSets, idOrLabel);
  if (found === undefined) throw notFound(idOrLabel, "ResourceSet");
  return found;
}

export function customRoleOf(tenant: Tenant, idOrLabel: string): CustomRole {
  const found = tenant.customRoles.get(idOrLabel) ?? byLabel(tenant.customRoles, idOrLabel);
  if (found === undefined) throw notFound(idOrLabel, "CustomRole");
  return found;
}

/** The custom roles of a principal, as role assignments. */
export function heldThroughBindings(tenant: Tenant, principal: string): readonly RoleAssignment[] {
  const held: RoleAssignment[] = [];
  for (const set of tenant.resourceSets.values()) {
    for (const [role, members] of set.bindings) {
      for (const [id, { value, at }] of members) {
        if (value === principal)
          held.push({ id, type: "CUSTOM", created: at, lastUpdated: at, role, resourceSet: set.id });
      }
    }
  }
  return held;
}

/** One binding for each role in a set; members that are there already stay as they are. */
export function bind(tenant: Tenant, now: number, setId: string, roleId: string, principals: readonly string[]): void {
  const set = resourceSetOf(tenant, setId);
  const members = new Map(set.bindings.get(roleId));
  const known = new Set([...members.values()].map(({ value }) => value));
  for (const value of principals) {
    if (!known.has(value)) members.set(nextId(tenant, "irb"), { value, at: timestamp(now) });
  }
  tenant.resourceSets.set(set.id, { ...set, bindings: new Map([...set.bindings, [roleId, members]]) });
}

export function unbind(tenant: Tenant, setId: string, roleId: string, memberId: string): void {
  const set = resourceSetOf(tenant, setId);
  const members = new Map(set.bindings.get(roleId));
  if (!members.delete(memberId)) throw notFound(memberId, "ResourceSetBindingMember");
  const bindings = new Map(set.bindings);
  if (members.size === 0) bindings.delete(roleId);
  else bindings.set(roleId, members);
  tenant.resourceSets.set(set.id, { ...set, bindings });
}

export function byLabel<T extends { readonly label: string }>(
  map: ReadonlyMap<string, T>,
  label: string,
): T | undefined {
  for (const item of map.values()) if (item.label === label) return item;
  return undefined;
}
