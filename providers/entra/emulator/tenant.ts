/** The tenant's memory: one value, kept as JSON between commands (`saved-tenant.ts`). Rows are replaced, never changed. */

import type { Table } from "./lagging.ts";
import type { Links } from "./links.ts";

/** Properties as Graph names them; `id` included. */
export type Properties = Readonly<Record<string, unknown>>;

export interface UserRow {
  readonly properties: Properties;
  readonly managerId: string | null;
  /** Never shown; what the sandbox's sign-in would compare. */
  readonly password: string | null;
}

export interface DeletedItem {
  readonly type: "user" | "group";
  readonly row: UserRow | Properties;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Links that come back with it. */
  readonly links: readonly { readonly from: string; readonly relation: string; readonly to: string }[];
}

export interface Secret {
  readonly name: string;
  readonly value: string;
  /** Epoch milliseconds of wall time. */
  readonly endsAt: number;
}

export interface App {
  readonly appId: string;
  /** Object id of the application. */
  readonly objectId: string;
  readonly name: string;
  readonly principalId: string;
  /** Granted application permissions. */
  readonly roles: readonly string[];
  readonly secrets: readonly Secret[];
  /** PEM of registered certificates. */
  readonly certificates: readonly string[];
  readonly trusts: readonly {
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
    readonly audience: string;
  }[];
  readonly disabled?: boolean;
}

export interface RoleAssignmentRow {
  readonly id: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly directoryScopeId: string;
}

/** What PIM keeps of a role: held, or only to be activated. */
export interface RoleSchedule extends RoleAssignmentRow {
  readonly holding: "active" | "eligible";
  /** Epoch milliseconds; null: no end. */
  readonly createdAt: number;
  readonly endsAt: number | null;
  /** By the holder's own activation. */
  readonly activated: boolean;
}

export interface RoleRequestRow {
  readonly at: number;
  /** Status once it is worked off. */
  readonly done: string;
  readonly row: Properties;
}

/** Anything of entitlement management; what a request asked for is there from, or until, a moment later. */
export interface EntitlementRow {
  readonly collection:
    | "catalogs"
    | "resources"
    | "accessPackages"
    | "resourceRoleScopes"
    | "assignmentPolicies"
    | "assignments";
  readonly properties: Properties;
  /** Id of the catalog or the package that it is in. */
  readonly parent: string | null;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number | null;
}

/** A distribution list or mail-enabled security group, as Exchange has it. */
export interface ListRow {
  readonly id: string;
  /** Of the group that Entra shows. */
  readonly objectId: string;
  readonly name: string;
  readonly alias: string;
  readonly address: string;
  readonly security: boolean;
  readonly hidden: boolean;
  readonly synced: boolean;
  /** Ids of users. */
  readonly owners: readonly string[];
  /** Ids of users and groups. */
  readonly members: readonly string[];
  readonly createdAt: number;
}

export interface MethodRow {
  readonly id: string;
  /** `phone`, `fido2`, `password`, … */
  readonly kind: string;
  readonly isDefault: boolean;
}

export interface ActivationRow {
  readonly groupId: string;
  readonly accessId: "member" | "owner";
  readonly principalId: string;
  readonly assignmentType: "activated" | "assigned";
  /** Epoch milliseconds; null: no end. */
  readonly endsAt: number | null;
}

export interface AuditRow {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly activity: string;
  readonly category: string;
  readonly operation: string;
  readonly initiatedBy: unknown;
  readonly targets: readonly unknown[];
  readonly correlationId: string;
}

/** What tests may turn. */
export interface Knobs {
  /** Milliseconds of tenant time by which reads, and references to what is new, lag behind writes. */
  lagMs: number;
  auditLagMs: number;
  /** Resource units in ten seconds, writes in 150, per app. */
  units: number;
  writes: number;
  /** How long the service takes to evaluate rules after a change. */
  ruleLagMs: number;
  /** Rows of a delta page, links of one row. */
  deltaPage: number;
  linksPerRow: number;
  /** Forget every delta link that was given so far. */
  forgetDelta: boolean;
  /** Passwords that the banned list still refuses. */
  refusePasswords: number;
  tokenMs: number;
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly { readonly name: string; readonly isInitial: boolean; readonly federated: boolean }[];
  /** Service plan ids that are enabled. */
  plans: readonly string[];
  /** Origin of Graph that tokens must be asked for. */
  graph: string;
  login: string;
  /** Signs access tokens. */
  readonly signingKey: string;
  /** Public keys of other issuers, JWK by issuer. */
  readonly issuers: Map<string, Properties>;
  readonly apps: Map<string, App>;
  readonly users: Table<UserRow>;
  readonly groups: Table<Properties>;
  readonly principals: Table<Properties>;
  readonly appRoleAssignments: Table<Properties>;
  readonly links: Links;
  readonly deleted: Map<string, DeletedItem>;
  readonly roleDefinitions: readonly Properties[];
  readonly roleAssignments: Map<string, RoleAssignmentRow>;
  readonly roleSchedules: Table<RoleSchedule>;
  readonly roleRequests: Map<string, RoleRequestRow>;
  /** Role definition id → most days for which it may be held, or be activated; null: for good. */
  readonly rolePolicies: Map<string, { readonly active: number | null; readonly eligible: number | null }>;
  readonly lists: Map<string, ListRow>;
  readonly entitlements: Map<string, EntitlementRow>;
  /** By user id; who is missing has a password only. */
  readonly methods: Map<string, readonly MethodRow[]>;
  readonly activations: ActivationRow[];
  readonly audits: AuditRow[];
  readonly spent: Map<string, { windowStart: number; units: number; writesStart: number; writes: number }>;
  readonly knobs: Knobs;
  /** Tenant time up to which dynamic groups follow what changed. */
  rulesSettledAt: number;
  sequence: number;
}

/** A GUID of the tenant's own, the same in every run. */
export function nextId(tenant: Tenant): string {
  tenant.sequence += 1;
  return guid(tenant.sequence);
}

export function guid(number: number): string {
  return `acc0fd00-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export const DEFAULT_KNOBS: Knobs = {
  lagMs: 5_000,
  auditLagMs: 60_000,
  ruleLagMs: 120_000,
  units: 3_500,
  writes: 3_000,
  deltaPage: 100,
  linksPerRow: 50,
  forgetDelta: false,
  refusePasswords: 0,
  tokenMs: 3_599_000,
};
