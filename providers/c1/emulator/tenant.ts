/** The tenant's memory: tables over one JSON value, tenant time, ids, and the lags of c1.md §2. */
import type { TenantWorld } from "../../shared/emulator.ts";
import { ksuid } from "./ksuid.ts";
import type { JsonObject } from "./message.ts";
import type * as row from "./rows.ts";
import type { ReviewTemplate, SetupEntitlement } from "./shapes/access-review.ts";
import type { RoutingRule, UsageControls } from "./shapes/app-settings.ts";
import type { AttributeValue } from "./shapes/attribute.ts";
import type { Automation } from "./shapes/automation.ts";
import type { Monitor, MonitorBinding } from "./shapes/conflict.ts";
import type { User } from "./shapes/person.ts";
import type { Policy } from "./shapes/policy.ts";
import type { Vault } from "./shapes/vault.ts";
import type { Webhook } from "./shapes/webhook.ts";
import { type Table, table } from "./table.ts";

/** Milliseconds of tenant time. */
export interface Lags {
  /** Owner writes are readable after 45–150 s. */
  owners: number;
  /** Grants show in searches after up to about 2 min. */
  grants: number;
  /** How long a sync runs. */
  sync: number;
  /** Between two syncs of a connector. */
  syncEvery: number;
  /** Until an automation that was just enabled or forced has run. */
  automation: number;
  automationEvery: number;
  /** Until request defaults that were set have reached their entitlements. */
  defaults: number;
}

export const DEFAULT_LAGS: Lags = {
  owners: 90_000,
  grants: 120_000,
  sync: 60_000,
  syncEvery: 3_600_000,
  automation: 5_000,
  automationEvery: 3_600_000,
  defaults: 20_000,
};

/** Everything that `save()` keeps. */
export interface TenantData {
  readonly version: 1;
  readonly host: string;
  readonly tenantId: string;
  /** The built-in app that profiles and C1 groups live in. */
  readonly systemAppId: string;
  readonly serial: number;
  /** HMAC key of access tokens, base64url. */
  readonly tokenKey: string;
  /** The seeded credential as settings; its secret exists nowhere else. */
  readonly settings: { readonly clientId: string; readonly clientSecret: string };
  readonly lags: Lags;
  readonly rows: { readonly [T in keyof Tables]: readonly RowOf<Tables[T]>[] };
}

type RowOf<T> = T extends Table<infer R, infer _> ? R : never;

export interface Tables {
  readonly principals: Table<row.PrincipalRow>;
  readonly credentials: Table<row.CredentialRow>;
  readonly users: Table<User, "email">;
  readonly apps: Table<row.AppRow>;
  readonly resourceTypes: Table<row.ResourceTypeRow, "app">;
  readonly resources: Table<row.ResourceRow, "app" | "external">;
  readonly entitlements: Table<row.EntitlementRow, "app" | "resource" | "external">;
  readonly appUsers: Table<row.AppUserRow, "app" | "user" | "external" | "email">;
  readonly grants: Table<row.GrantRow, "entitlement" | "appUser" | "user" | "expiring">;
  readonly policies: Table<Policy>;
  readonly catalogs: Table<row.CatalogRow>;
  readonly bundles: Table<row.BundleRow>;
  readonly automations: Table<row.EntitlementAutomationRow>;
  readonly exclusions: Table<row.ExclusionRow>;
  readonly owners: Table<row.OwnersRow>;
  readonly connectors: Table<row.ConnectorRow, "app">;
  readonly connectorCredentials: Table<row.ConnectorCredentialRow>;
  /** Of syncs that were told to come back later. */
  readonly syncAnswers: Table<row.SyncAnswerRow, "connector">;
  readonly managedStates: Table<row.ManagedStateRow>;
  readonly monitors: Table<Monitor>;
  readonly monitorBindings: Table<MonitorBinding, "monitor">;
  readonly riskLevels: Table<AttributeValue>;
  readonly complianceFrameworks: Table<AttributeValue>;
  readonly webhooks: Table<Webhook>;
  readonly vaults: Table<Vault>;
  readonly reviewTemplates: Table<ReviewTemplate>;
  /** What a template takes in. */
  readonly reviewEntitlements: Table<SetupEntitlement, "template">;
  /** Automations of the tenant and its apps; `automations` are those of entitlements. */
  readonly workflows: Table<Automation>;
  readonly routingRules: Table<RoutingRule, "app">;
  readonly requestDefaults: Table<row.RequestDefaultsRow>;
  readonly usageControls: Table<UsageControls>;
  readonly tasks: Table<row.TaskRow, "move" | "open">;
  readonly events: Table<JsonObject & { readonly uid: string }>;
}

export interface Tenant extends Tables {
  readonly host: string;
  readonly id: string;
  readonly systemAppId: string;
  readonly tokenKey: string;
  readonly settings: TenantData["settings"];
  readonly lags: Lags;
  readonly world: TenantWorld;
  now(): number;
  /** Tenant time, RFC 3339. */
  stamp(): string;
  newId(): string;
  save(): TenantData;
}

/** Ids are unique only inside their app (c1.md §2). */
export const inApp = (appId: string, id: string): string => `${appId}/${id}`;
export const grantKey = (appId: string, entitlementId: string, appUserId: string): string =>
  `${appId}/${entitlementId}/${appUserId}`;
export type NamedBinding = Pick<MonitorBinding, "monitorId" | "entitlementGroup" | "appId" | "appEntitlementId">;
export const bindingKey = (binding: NamedBinding): string =>
  [binding.monitorId, binding.entitlementGroup, binding.appId, binding.appEntitlementId].join("/");

export const setupKey = (
  row: Pick<SetupEntitlement, "accessReviewTemplateId" | "appId" | "appEntitlementId">,
): string => [row.accessReviewTemplateId, row.appId, row.appEntitlementId].join("/");

export const syncAnswerKey = ({ connector, url }: Pick<row.SyncAnswerRow, "connector" | "url">): string =>
  `${connector} ${url}`;

export function openTenant(world: TenantWorld, data: TenantData): Tenant {
  const tables = openTables(data.rows);
  const lags = { ...data.lags };
  let serial = data.serial;
  return {
    ...tables,
    host: data.host,
    id: data.tenantId,
    systemAppId: data.systemAppId,
    tokenKey: data.tokenKey,
    settings: data.settings,
    lags,
    world,
    now: () => world.now(),
    stamp: () => new Date(world.now()).toISOString(),
    newId() {
      serial += 1;
      return ksuid(world.now(), `${data.host}:${serial}`);
    },
    save: () => structuredClone({ ...data, serial, lags, rows: rowsOf(tables) }),
  };
}

export const NO_ROWS: TenantData["rows"] = rowsOf(openTables());

function openTables(rows?: TenantData["rows"]): Tables {
  const unlessEmpty = (value: string): string | undefined => (value === "" ? undefined : value);
  return {
    principals: table({ key: (r) => r.userId }, rows?.principals),
    credentials: table({ key: (r) => r.clientId }, rows?.credentials),
    users: table({ key: (r) => r.id, indexes: { email: (r) => r.email.toLowerCase() } }, rows?.users),
    apps: table({ key: (r) => r.id }, rows?.apps),
    resourceTypes: table({ key: (r) => inApp(r.appId, r.id), indexes: { app: (r) => r.appId } }, rows?.resourceTypes),
    resources: table(
      {
        key: (r) => inApp(r.appId, r.id),
        indexes: { app: (r) => r.appId, external: (r) => externalKey(r.appId, r.externalId || r.matchBatonId) },
      },
      rows?.resources,
    ),
    entitlements: table(
      {
        key: (r) => inApp(r.appId, r.id),
        indexes: {
          app: (r) => r.appId,
          resource: (r) => unlessEmpty(r.appResourceId) && inApp(r.appId, r.appResourceId),
          external: (r) => externalKey(r.appId, r.externalId || r.matchBatonId),
        },
      },
      rows?.entitlements,
    ),
    appUsers: table(
      {
        key: (r) => inApp(r.appId, r.id),
        indexes: {
          app: (r) => r.appId,
          user: (r) => unlessEmpty(r.identityUserId),
          external: (r) => externalKey(r.appId, r.externalId),
          email: (r) => externalKey(r.appId, r.email.toLowerCase()),
        },
      },
      rows?.appUsers,
    ),
    grants: table(
      {
        key: (r) => grantKey(r.appId, r.entitlementId, r.appUserId),
        indexes: {
          entitlement: (r) => inApp(r.appId, r.entitlementId),
          appUser: (r) => inApp(r.appId, r.appUserId),
          user: (r) => unlessEmpty(r.userId),
          expiring: (r) => (r.expiresAt === null ? undefined : "yes"),
        },
      },
      rows?.grants,
    ),
    policies: table({ key: (r) => r.id }, rows?.policies),
    catalogs: table({ key: (r) => r.id }, rows?.catalogs),
    bundles: table({ key: (r) => r.requestCatalogId }, rows?.bundles),
    automations: table({ key: (r) => inApp(r.appId, r.appEntitlementId) }, rows?.automations),
    exclusions: table({ key: (r) => r.key }, rows?.exclusions),
    owners: table({ key: (r) => r.key }, rows?.owners),
    connectors: table({ key: (r) => inApp(r.appId, r.id), indexes: { app: (r) => r.appId } }, rows?.connectors),
    connectorCredentials: table({ key: (r) => r.id }, rows?.connectorCredentials),
    syncAnswers: table({ key: (r) => syncAnswerKey(r), indexes: { connector: (r) => r.connector } }, rows?.syncAnswers),
    managedStates: table({ key: (r) => inApp(r.appId, r.resourceId) }, rows?.managedStates),
    monitors: table({ key: (r) => r.id }, rows?.monitors),
    monitorBindings: table(
      { key: (r) => bindingKey(r), indexes: { monitor: (r) => r.monitorId } },
      rows?.monitorBindings,
    ),
    riskLevels: table({ key: (r) => r.id }, rows?.riskLevels),
    complianceFrameworks: table({ key: (r) => r.id }, rows?.complianceFrameworks),
    vaults: table({ key: (r) => r.id }, rows?.vaults),
    reviewTemplates: table({ key: (r) => r.id }, rows?.reviewTemplates),
    reviewEntitlements: table(
      { key: (r) => setupKey(r), indexes: { template: (r) => r.accessReviewTemplateId } },
      rows?.reviewEntitlements,
    ),
    webhooks: table({ key: (r) => r.id }, rows?.webhooks),
    workflows: table({ key: (r) => r.id }, rows?.workflows),
    routingRules: table({ key: (r) => inApp(r.appId, r.id), indexes: { app: (r) => r.appId } }, rows?.routingRules),
    requestDefaults: table({ key: (r) => r.appId }, rows?.requestDefaults),
    usageControls: table({ key: (r) => r.appId }, rows?.usageControls),
    tasks: table(
      {
        key: (r) => r.id,
        indexes: {
          move: (r) => r.move.at,
          open: (r) => (r.state === "TASK_STATE_OPEN" ? openTaskKey(r.grant, r.target, r.subject) : undefined),
        },
      },
      rows?.tasks,
    ),
    events: table({ key: (r) => r.uid }, rows?.events),
  };
}

/** One open task at a time for the same subject, entitlement and direction (c1.md §11). */
export const openTaskKey = (grant: boolean, target: { appId: string; id: string }, subject: string): string =>
  `${grant ? "+" : "-"}/${target.appId}/${target.id}/${subject}`;

/** Undefined for an empty external id: manual objects have none. */
export const externalKey = (appId: string, externalId: string): string | undefined =>
  externalId === "" ? undefined : `${appId}/${externalId}`;

function rowsOf(tables: Tables): TenantData["rows"] {
  return {
    principals: tables.principals.rows(),
    credentials: tables.credentials.rows(),
    users: tables.users.rows(),
    apps: tables.apps.rows(),
    resourceTypes: tables.resourceTypes.rows(),
    resources: tables.resources.rows(),
    entitlements: tables.entitlements.rows(),
    appUsers: tables.appUsers.rows(),
    grants: tables.grants.rows(),
    policies: tables.policies.rows(),
    catalogs: tables.catalogs.rows(),
    bundles: tables.bundles.rows(),
    automations: tables.automations.rows(),
    exclusions: tables.exclusions.rows(),
    owners: tables.owners.rows(),
    connectors: tables.connectors.rows(),
    connectorCredentials: tables.connectorCredentials.rows(),
    syncAnswers: tables.syncAnswers.rows(),
    managedStates: tables.managedStates.rows(),
    monitors: tables.monitors.rows(),
    monitorBindings: tables.monitorBindings.rows(),
    riskLevels: tables.riskLevels.rows(),
    complianceFrameworks: tables.complianceFrameworks.rows(),
    webhooks: tables.webhooks.rows(),
    vaults: tables.vaults.rows(),
    reviewTemplates: tables.reviewTemplates.rows(),
    reviewEntitlements: tables.reviewEntitlements.rows(),
    workflows: tables.workflows.rows(),
    routingRules: tables.routingRules.rows(),
    requestDefaults: tables.requestDefaults.rows(),
    usageControls: tables.usageControls.rows(),
    tasks: tables.tasks.rows(),
    events: tables.events.rows(),
  };
}
