/** The tenant as JSON and back. */
import { type Fields, isFields } from "../../shared/narrow.ts";
import { createTable, type Version } from "./lagging.ts";
import { createLinks, type SavedLinks } from "./links.ts";
import { DEFAULT_KNOBS, type Tenant } from "./tenant.ts";

/** Rises with every field that a row gains. */
const VERSION = 2;

export function saveTenant(tenant: Tenant): unknown {
  const {
    users,
    groups,
    principals,
    appRoleAssignments,
    links,
    issuers,
    apps,
    deleted,
    roleAssignments,
    spent,
    ...plain
  } = tenant;
  return {
    ...plain,
    version: VERSION,
    users: users.save(),
    groups: groups.save(),
    principals: principals.save(),
    appRoleAssignments: appRoleAssignments.save(),
    links: links.save(),
    issuers: [...issuers],
    apps: [...apps],
    deleted: [...deleted],
    roleAssignments: [...roleAssignments],
    spent: [...spent],
  };
}

/** Trusts its own `save()`: the file lies in the sandbox directory and holds nothing else. */
export function loadTenant(saved: unknown): Tenant {
  if (
    !isFields(saved) ||
    saved.version !== VERSION ||
    !Array.isArray(saved.users) ||
    !Array.isArray(saved.groups) ||
    typeof saved.id !== "string"
  ) {
    throw new Error("the saved Entra tenant is not one that this version wrote");
  }
  return {
    ...(saved as unknown as Tenant),
    knobs: { ...DEFAULT_KNOBS, ...(isFields(saved.knobs) ? saved.knobs : {}) },
    users: createTable(rows(saved, "users")),
    groups: createTable(rows(saved, "groups")),
    principals: createTable(rows(saved, "principals")),
    appRoleAssignments: createTable(rows(saved, "appRoleAssignments")),
    links: createLinks(saved.links as SavedLinks),
    issuers: new Map(entries(saved, "issuers")),
    apps: new Map(entries(saved, "apps")),
    deleted: new Map(entries(saved, "deleted")),
    roleAssignments: new Map(entries(saved, "roleAssignments")),
    spent: new Map(entries(saved, "spent")),
  };
}

function rows<T>(saved: Fields, name: string): readonly (readonly [string, readonly Version<T>[]])[] {
  return entries(saved, name);
}

function entries<T>(saved: Fields, name: string): [string, T][] {
  const value = saved[name];
  return Array.isArray(value) ? (value as [string, T][]) : [];
}
