/** The tenant as JSON and back. */
import { isFields } from "../../shared/narrow.ts";
import { createTable, type Version } from "./lagging.ts";
import { createLinks, type SavedLinks } from "./links.ts";
import type { Properties, RoleSchedule, Tenant, UserRow } from "./tenant.ts";

/** Rises with every field that a row gains. */
const VERSION = 8;

type Rows<T> = readonly (readonly [string, readonly Version<T>[]])[];
type Pairs<Name extends keyof Tenant> =
  Tenant[Name] extends Map<string, infer Value> ? readonly [string, Value][] : never;

/** What has a memory of its own is kept as lists. */
type Kept =
  | "issuers"
  | "apps"
  | "deleted"
  | "roleAssignments"
  | "roleRequests"
  | "rolePolicies"
  | "methods"
  | "entitlements"
  | "lists"
  | "spent";

type SavedTenant = Omit<
  Tenant,
  "users" | "groups" | "principals" | "appRoleAssignments" | "roleSchedules" | "links" | Kept
> & {
  readonly version: number;
  readonly users: Rows<UserRow>;
  readonly groups: Rows<Properties>;
  readonly principals: Rows<Properties>;
  readonly appRoleAssignments: Rows<Properties>;
  readonly roleSchedules: Rows<RoleSchedule>;
  readonly links: SavedLinks;
} & { readonly [Name in Kept]: Pairs<Name> };

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
    roleSchedules,
    roleRequests,
    rolePolicies,
    methods,
    entitlements,
    lists,
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
    roleSchedules: roleSchedules.save(),
    roleRequests: [...roleRequests],
    rolePolicies: [...rolePolicies],
    methods: [...methods],
    entitlements: [...entitlements],
    lists: [...lists],
    spent: [...spent],
  };
}

/** Takes back what `saveTenant` gave; anything else is refused, not repaired. */
export function loadTenant(saved: unknown): Tenant {
  if (!isSaved(saved)) throw new Error("the saved Entra tenant is not one that this version wrote");
  const { version: _version, ...plain } = saved;
  return {
    ...plain,
    users: createTable(saved.users),
    groups: createTable(saved.groups),
    principals: createTable(saved.principals),
    appRoleAssignments: createTable(saved.appRoleAssignments),
    links: createLinks(saved.links),
    issuers: new Map(saved.issuers),
    apps: new Map(saved.apps),
    deleted: new Map(saved.deleted),
    roleAssignments: new Map(saved.roleAssignments),
    roleSchedules: createTable(saved.roleSchedules),
    roleRequests: new Map(saved.roleRequests),
    rolePolicies: new Map(saved.rolePolicies),
    methods: new Map(saved.methods),
    entitlements: new Map(saved.entitlements),
    lists: new Map(saved.lists),
    spent: new Map(saved.spent),
  };
}

function isSaved(value: unknown): value is SavedTenant {
  return isFields(value) && value.version === VERSION && Array.isArray(value.users) && Array.isArray(value.groups);
}
