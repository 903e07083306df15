/** What the tenant remembers: each message as answered, and beside it what no answer shows. */
import type { Value } from "./message.ts";
import type { App, Resource, ResourceType } from "./shapes/app.ts";
import type { RequestDefaults } from "./shapes/app-settings.ts";
import type { BundleAutomation, Catalog } from "./shapes/catalog.ts";
import type { Connector, ConnectorCredential } from "./shapes/connector.ts";
import type { AppUser, Entitlement, EntitlementAutomation } from "./shapes/entitlement.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import type { Task } from "./shapes/task.ts";

/** Who a token speaks for. */
export interface PrincipalRow {
  readonly userId: string;
  readonly displayName: string;
  /** Display names, as the console shows them. */
  readonly roles: readonly string[];
}

export interface CredentialRow {
  readonly clientId: string;
  readonly userId: string;
  readonly kind: "pcc" | "spc" | "wfe";
  /** Ed25519 public key, base64url; empty for a workload-federation trust. */
  readonly publicKey: string;
  /** SHA-256 of the client secret, hex: way A of c1.md §1 sends it whole. */
  readonly secretDigest: string;
  /** Narrows the holder's roles; absent: full permissions. */
  readonly scope?: readonly string[];
  readonly revokedAt?: number;
  /** Workload federation: whose tokens are taken. */
  readonly trust?: { readonly issuer: string; readonly jwks: unknown; readonly subject?: string };
}

export type ResourceTypeRow = Value<typeof ResourceType> & {
  readonly kind: string;
  /** What the connector calls it ("group"); empty where no connector made it. */
  readonly connectorType: string;
};

export type ResourceRow = Resource & { readonly connectorId: string };

export type EntitlementRow = Entitlement & {
  readonly membership: "MEMBER" | "OWNER" | "EXCLUSION" | "ADMIN" | "UNSPECIFIED";
};

export type AppUserRow = AppUser & { readonly externalId: string; readonly connectorId: string };

/** Why a grant is there: only what an automation added may it remove (c1.md §5.4). */
export type GrantOrigin = "connector" | "automation" | "profile" | "request" | "manual";

export interface GrantRow {
  readonly appId: string;
  readonly entitlementId: string;
  readonly appUserId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly sources: readonly EntitlementRef[];
  readonly ticketId: string;
  readonly origin: GrantOrigin;
  /** Searches show it from here on, and no longer from `hiddenFrom`. */
  readonly shownFrom: number;
  readonly removedAt: number | null;
  readonly hiddenFrom: number | null;
  /** Enrolments by an automation without `createTasks` give nothing, and take nothing away (c1.md §5.4). */
  readonly listOnly: boolean;
}

export type CatalogRow = Catalog & {
  readonly entries: readonly EntitlementRef[];
  readonly access: readonly EntitlementRef[];
  readonly resourceId: string;
};

export type BundleRow = BundleAutomation & {
  /** Tenant time of the next run; null while off or paused. */
  readonly dueAt: number | null;
  /** What it took away lately, for the circuit breaker. */
  readonly removals: readonly { readonly at: number; readonly count: number }[];
  readonly bypass: boolean;
};

export type EntitlementAutomationRow = EntitlementAutomation & { readonly dueAt: number };

export interface OwnerUser {
  readonly id: string;
  readonly role: string;
  readonly since: string;
}
export interface OwnerEntitlement extends EntitlementRef {
  readonly role: string;
  readonly since: string;
}

export type RequestDefaultsRow = RequestDefaults & {
  /** Tenant time at which they are applied; null while nothing runs. */
  readonly doneAt: number | null;
};

/** Owners of one object; reads show the newest version that is old enough. */
export interface OwnersRow {
  readonly key: string;
  readonly versions: readonly {
    readonly at: number;
    readonly users: readonly OwnerUser[];
    readonly entitlements: readonly OwnerEntitlement[];
  }[];
}

/** An automation never enrols these. */
export interface ExclusionRow {
  readonly key: string;
  readonly userIds: readonly string[];
}

export type ConnectorRow = Connector & {
  /** Configuration as sent, secrets included. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Tenant time at which the running or next sync ends; null while paused, unconfigured or waiting for consent. */
  readonly dueAt: number | null;
  /** Set while a sync that lost much data waits for confirmation. */
  readonly suspect: string;
  readonly confirmed: boolean;
};

/** What a system answered a sync that it has told to come back later. */
export interface SyncAnswerRow {
  readonly connector: string;
  /** Which sync of the connector. */
  readonly dueAt: number;
  readonly url: string;
  readonly status: number;
  readonly link: string;
  readonly body: string;
}

export type ConnectorCredentialRow = Value<typeof ConnectorCredential>;

export interface ManagedStateRow {
  readonly appId: string;
  readonly resourceTypeId: string;
  readonly resourceId: string;
  readonly displayName: string;
  readonly managedAppId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type AppRow = App;

/** Where a task stands: whose move it is. */
export type TaskMove =
  /** The policy's next step can be taken. */
  | { readonly at: "policy" }
  /** A wait step, until then. */
  | { readonly at: "wait"; readonly until: number }
  /** Approved: to be carried out; `mergeBy` while the connector has yet to bring the entitlement. */
  | { readonly at: "provision"; readonly mergeBy: number | null }
  /** An approver, a provisioner or the requester has to act. */
  | { readonly at: "person" }
  | { readonly at: "closed" };

export type TaskRow = Task & {
  readonly move: TaskMove;
  readonly grant: boolean;
  readonly target: EntitlementRef;
  readonly subject: string;
  readonly because: GrantOrigin;
  /** The enrolment that this task follows from. */
  readonly source: EntitlementRef | null;
};
