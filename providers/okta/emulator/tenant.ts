/**
 * The tenant's memory: one value, kept as JSON between commands (see `saved-tenant.ts`). Objects in the maps are
 * replaced, never changed in place, so that the search index can keep yesterday's version of one.
 */

export type UserStatus =
  | "STAGED"
  | "PROVISIONED"
  | "ACTIVE"
  | "RECOVERY"
  | "PASSWORD_EXPIRED"
  | "LOCKED_OUT"
  | "SUSPENDED"
  | "DEPROVISIONED";

export type Profile = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: string;
  readonly status: UserStatus;
  readonly created: string;
  readonly activated: string | null;
  readonly statusChanged: string | null;
  readonly lastLogin: string | null;
  readonly lastUpdated: string;
  readonly passwordChanged: string | null;
  readonly transitioningToStatus?: "ACTIVE" | "DEPROVISIONED" | "PROVISIONED";
  readonly typeId: string;
  readonly profile: Profile;
  readonly provider: { readonly type: string; readonly name: string };
}

export interface Group {
  readonly id: string;
  readonly type: "OKTA_GROUP" | "APP_GROUP" | "BUILT_IN";
  readonly objectClass: readonly string[];
  readonly created: string;
  readonly lastUpdated: string;
  readonly lastMembershipUpdated: string;
  readonly profile: Profile;
  /** APP_GROUP: the application it was imported from. */
  readonly sourceId?: string;
}

/** Why somebody is in a group; with neither reason the entry does not exist. */
export interface Membership {
  readonly direct: boolean;
  readonly rules: readonly string[];
}

export interface Owner {
  readonly id: string;
  readonly type: "USER" | "GROUP";
  /** The application whose own group says so; such an owner is read-only (okta.md §4.7). */
  readonly sourceId?: string;
  /** Epoch milliseconds; the API shows it in two odd formats (okta.md §2). */
  readonly updated: number;
}

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly status: "ACTIVE" | "INACTIVE" | "INVALID";
  readonly created: string;
  readonly lastUpdated: string;
  readonly expression: string;
  readonly excludedUsers: readonly string[];
  readonly excludedGroups: readonly string[];
  readonly groupIds: readonly string[];
}

export interface App {
  readonly id: string;
  /** Catalog key (`oidc_client`, `bookmark`, `amazon_aws`). */
  readonly name: string;
  readonly label: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly created: string;
  readonly lastUpdated: string;
  readonly signOnMode: string;
  /** Everything else of the app document, as the API shows it. */
  readonly document: Profile;
}

/** Position in the list of its app is the priority. */
export interface AppGroup {
  readonly groupId: string;
  readonly lastUpdated: string;
  readonly profile: Profile;
}

export interface AppUser {
  readonly userId: string;
  readonly created: string;
  readonly lastUpdated: string;
  readonly statusChanged: string;
  readonly userName: string;
  readonly profile: Profile;
}

export type PrincipalKind = "users" | "groups" | "clients";

export interface RoleAssignment {
  readonly id: string;
  readonly type: string;
  readonly created: string;
  readonly lastUpdated: string;
  /** CUSTOM only. */
  readonly role?: string;
  readonly resourceSet?: string;
}

export interface CustomRole {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly created: string;
  readonly lastUpdated: string;
  readonly permissions: ReadonlyMap<string, { readonly conditions: unknown; readonly at: string }>;
}

export interface ResourceSet {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly created: string;
  readonly lastUpdated: string;
  /** Resource id → ORN or URL as it was given. */
  readonly resources: ReadonlyMap<string, { readonly value: string; readonly at: string }>;
  /** Role id → member id → URL. */
  readonly bindings: ReadonlyMap<string, ReadonlyMap<string, { readonly value: string; readonly at: string }>>;
}

/** An OAuth client: a custom service app with keys, or an OIN integration with a secret. */
export interface Client {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly secret?: string;
  /** Granted in the console; everything else that a token request names vanishes (okta.md §0.8). */
  readonly scopes: readonly string[];
  readonly dpop: boolean;
}

export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly created: string;
}

export interface AccessToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Wall time, epoch milliseconds. */
  readonly expires: number;
  /** Thumbprint of the proof key it is bound to. */
  readonly jkt?: string;
}

export interface LogTarget {
  readonly id: string;
  readonly type: string;
  readonly alternateId: string;
  readonly displayName: string;
  readonly changeDetails?: unknown;
}

export interface LogActor {
  readonly id: string;
  readonly type: "User" | "PublicClientApp" | "SystemPrincipal";
  readonly alternateId: string;
  readonly displayName: string;
}

export interface LogEvent {
  readonly uuid: string;
  /** Epoch milliseconds. */
  readonly published: number;
  readonly eventType: string;
  readonly displayMessage: string;
  readonly actor: LogActor;
  readonly clientId: string | null;
  readonly apiTokenId: string | null;
  readonly userAgent: string | null;
  readonly targets: readonly LogTarget[];
  readonly transaction: string;
}

/** What the search index still shows of an object that changed at `at`. */
export interface Stale<T> {
  readonly at: number;
  readonly before: T | null;
}

/** What tests and demonstrations may turn. */
export interface Knobs {
  /** Tenant milliseconds until `search` and `filter` show a write. */
  searchLagMs: number;
  /** Tenant milliseconds until rules are evaluated after an activation or a profile change. */
  ruleLagMs: number;
  /** Tenant milliseconds for which the lock on rules outlives a write; writes in flight together always collide. */
  ruleLockMs: number;
  /** Tenant milliseconds that an activation or deactivation takes. */
  lifecycleLagMs: number;
  /** Features that a licence switches on. */
  licensed: { owners: boolean };
  /** Share of each bucket that one credential gets (okta.md §3). */
  rateShare: number;
  /** Requests in flight at once, for the whole tenant. */
  concurrency: number;
  /** Rate headers arrive twice, comma-joined, as some proxies deliver them. */
  duplicateRateHeaders: boolean;
}

export interface RateWindow {
  readonly start: number;
  readonly used: number;
}

export interface Tenant {
  readonly version: 1;
  readonly id: string;
  readonly subdomain: string;
  readonly created: string;
  readonly userTypeId: string;
  /** Objects made so far: what ids are counted from. */
  sequence: number;
  readonly knobs: Knobs;
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  /** Group → user. `Everyone` has none: everybody is in it. */
  readonly members: Map<string, Map<string, Membership>>;
  readonly owners: Map<string, readonly Owner[]>;
  readonly rules: Map<string, Rule>;
  /** Tenant time until which rule writes answer 423. */
  ruleLockUntil: number;
  readonly apps: Map<string, App>;
  readonly appGroups: Map<string, readonly AppGroup[]>;
  readonly appUsers: Map<string, Map<string, AppUser>>;
  /** `users/00u…`, `groups/00g…`, `clients/0oa…`. */
  readonly roles: Map<string, readonly RoleAssignment[]>;
  readonly customRoles: Map<string, CustomRole>;
  readonly resourceSets: Map<string, ResourceSet>;
  readonly clients: Map<string, Client>;
  /** By the token itself. */
  readonly apiTokens: Map<string, ApiToken>;
  readonly accessTokens: Map<string, AccessToken>;
  /** Single-use ids of assertions and proofs → wall time after which they need not be remembered. */
  readonly spent: Map<string, number>;
  readonly log: LogEvent[];
  readonly staleUsers: Map<string, Stale<User>>;
  readonly staleGroups: Map<string, Stale<Group>>;
  /** `rules/0pr…` or `users/00u…` → tenant time at which it is evaluated. */
  readonly evaluations: Map<string, number>;
  readonly transitions: Map<string, { readonly due: number; readonly to: UserStatus }>;
  /** `principal bucket` → its running minute. */
  readonly rates: Map<string, RateWindow>;
  /** Custom attributes of the group and user schemas. */
  readonly groupAttributes: Map<string, unknown>;
  readonly userAttributes: Map<string, unknown>;
}

/** An id in Okta's format: type prefix, 20 characters, the same in every run. */
export function nextId(tenant: Tenant, prefix: string): string {
  tenant.sequence += 1;
  return `${prefix}${tenant.sequence.toString(36).padStart(17 - prefix.length, "0")}5d7`;
}

/** Okta keeps object times to the second. */
export function timestamp(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
