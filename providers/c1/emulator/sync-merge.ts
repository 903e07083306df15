/**
 * Takes a snapshot over into the tenant: accounts, resources, entitlements, grants. An object made ahead is merged when
 * its `matchBatonId` is the raw external id of the resource and, for entitlements, the slug is the same; otherwise the
 * synced one appears beside it, a duplicate (c1.md §6.3).
 */
import { ACCESS_ENTITLEMENT_ID, putResourceType } from "./builtins.ts";
import { linkManagers, upsertPerson } from "./directory.ts";
import { addGrant, holders, refOf, removeGrant } from "./granting.ts";
import type { AppUserRow, ConnectorRow, EntitlementRow, ResourceRow, ResourceTypeRow } from "./rows.ts";
import { Resource } from "./shapes/app.ts";
import { AppUser, Entitlement } from "./shapes/entitlement.ts";
import {
  type Account,
  connectorEntitlementId,
  type SeenEntitlement,
  type SeenResource,
  type SeenType,
  type Snapshot,
} from "./snapshot.ts";
import { externalKey, inApp, type Tenant } from "./tenant.ts";

export function merge(tenant: Tenant, connector: ConnectorRow, snapshot: Snapshot): void {
  const accounts = mergeAccounts(tenant, connector, snapshot.accounts);
  mergeAccess(tenant, connector.appId, accounts);
  const types = new Map(snapshot.types.map((type) => [type.name, mergeType(tenant, connector.appId, type)]));
  const seen = new Set<string>();
  for (const found of snapshot.resources) {
    const type = types.get(found.type);
    if (type === undefined) continue;
    const resource = mergeResource(tenant, connector, type, found);
    seen.add(resource.id);
    if (found.type === "app") noteDiscoveredApp(tenant, resource);
    for (const one of found.entitlements) {
      const entitlement = mergeEntitlement(tenant, connector, resource, found, one);
      mergeGrants(tenant, entitlement, one.holders, accounts);
    }
  }
  for (const resource of tenant.resources.by("app", connector.appId)) {
    if (resource.connectorId === connector.id && resource.deletedAt === null && !seen.has(resource.id))
      forget(tenant, resource);
  }
}

function mergeAccounts(
  tenant: Tenant,
  connector: ConnectorRow,
  found: readonly Account[],
): ReadonlyMap<string, AppUserRow> {
  const { appId } = connector;
  const isDirectory = tenant.apps.get(appId)?.isDirectory ?? false;
  const accounts = new Map<string, AppUserRow>();
  for (const account of found) {
    const known = knownAccount(tenant, appId, account);
    const identity = tenant.users.by("email", account.email.toLowerCase())[0]?.id ?? "";
    const identityUserId = isDirectory ? upsertPerson(tenant, appId, account) : known?.identityUserId || identity;
    accounts.set(
      account.externalId,
      tenant.appUsers.put(accountRow(tenant, connector, account, known, identityUserId)),
    );
  }
  if (isDirectory) linkManagers(tenant, found);
  for (const one of tenant.appUsers.by("app", appId)) {
    if (one.connectorId === connector.id && one.deletedAt === null && !accounts.has(one.externalId)) {
      tenant.appUsers.put({ ...one, deletedAt: tenant.stamp(), status: { details: "", status: "STATUS_DELETED" } });
    }
  }
  return accounts;
}

/** Having an account is what "Access" means. */
function mergeAccess(tenant: Tenant, appId: string, accounts: ReadonlyMap<string, AppUserRow>): void {
  const access = tenant.entitlements.get(inApp(appId, ACCESS_ENTITLEMENT_ID));
  if (access !== undefined) mergeGrants(tenant, access, [...accounts.keys()], accounts);
}

/** By the connector's id; an account that was known only by its e-mail takes the id over. */
function knownAccount(tenant: Tenant, appId: string, account: Account): AppUserRow | undefined {
  const byId = tenant.appUsers.by("external", externalKey(appId, account.externalId) ?? "")[0];
  const byEmail = tenant.appUsers.by("email", externalKey(appId, account.email.toLowerCase()) ?? "");
  return byId ?? byEmail.find((one) => one.externalId === "");
}

function accountRow(
  tenant: Tenant,
  connector: ConnectorRow,
  account: Account,
  known: AppUserRow | undefined,
  identityUserId: string,
): AppUserRow {
  const now = tenant.stamp();
  return {
    ...AppUser.make({
      ...known,
      appId: connector.appId,
      appUserType: known?.appUserType ?? "APP_USER_TYPE_USER",
      createdAt: known?.createdAt ?? now,
      deletedAt: null,
      displayName: account.displayName,
      email: account.email,
      emails: [account.email],
      id: known?.id ?? tenant.newId(),
      identityUserId,
      profile: account.profile,
      status: { details: "", status: account.enabled ? "STATUS_ENABLED" : "STATUS_DISABLED" },
      updatedAt: now,
      username: account.username,
      usernames: [account.username],
    }),
    externalId: account.externalId,
    connectorId: connector.id,
  };
}

/** The connector's type takes over a manual one of the same kind; CUSTOM ones by name, since they may repeat. */
function mergeType(tenant: Tenant, appId: string, type: SeenType): ResourceTypeRow {
  const types = tenant.resourceTypes.by("app", appId).filter((one) => one.deletedAt === null);
  const known =
    types.find((one) => one.connectorType === type.name) ??
    types.find((one) => one.kind === type.kind && (type.kind !== "CUSTOM" || one.displayName === type.displayName));
  if (known === undefined) return putResourceType(tenant, appId, { ...type, connectorType: type.name });
  return known.connectorType === type.name ? known : tenant.resourceTypes.put({ ...known, connectorType: type.name });
}

function mergeResource(
  tenant: Tenant,
  connector: ConnectorRow,
  type: ResourceTypeRow,
  found: SeenResource,
): ResourceRow {
  const { appId } = connector;
  const known = tenant.resources
    .by("external", externalKey(appId, found.externalId) ?? "")
    .find((one) => one.appResourceTypeId === type.id && one.deletedAt === null);
  const now = tenant.stamp();
  return tenant.resources.put({
    ...Resource.make({
      ...known,
      appId,
      appResourceTypeId: type.id,
      createdAt: known?.createdAt ?? now,
      description: found.description,
      displayName: found.displayName,
      externalId: found.externalId,
      id: known?.id ?? tenant.newId(),
      updatedAt: now,
    }),
    connectorId: connector.id,
  });
}

function mergeEntitlement(
  tenant: Tenant,
  connector: ConnectorRow,
  resource: ResourceRow,
  found: SeenResource,
  one: SeenEntitlement,
): EntitlementRow {
  const { appId } = connector;
  const externalId = connectorEntitlementId(found, one.slug);
  const known =
    tenant.entitlements
      .by("external", externalKey(appId, externalId) ?? "")
      .find((e) => e.deletedAt === null && e.externalId === externalId) ??
    tenant.entitlements
      .by("external", externalKey(appId, found.externalId) ?? "")
      .find((e) => e.deletedAt === null && e.slug === one.slug && e.appResourceTypeId === resource.appResourceTypeId);
  const now = tenant.stamp();
  const isNew = known === undefined || known.externalId === "";
  return tenant.entitlements.put({
    ...Entitlement.make({
      durationUnset: known?.durationGrant == null ? {} : null,
      ...known,
      appId,
      appResourceId: resource.id,
      appResourceTypeId: resource.appResourceTypeId,
      createdAt: known?.createdAt ?? now,
      displayName: one.displayName,
      externalId,
      id: known?.id ?? tenant.newId(),
      isManuallyManaged: false,
      provisionerPolicy: isNew ? provisioner(connector, known, one) : known.provisionerPolicy,
      purpose: `APP_ENTITLEMENT_PURPOSE_VALUE_${one.purpose}`,
      slug: one.slug,
      sourceConnectorIds: { ...known?.sourceConnectorIds, [connector.id]: externalId },
      updatedAt: now,
    }),
    membership: "MEMBER",
  });
}

/** What somebody chose stays; otherwise the connector provisions what it can. */
function provisioner(
  connector: ConnectorRow,
  known: EntitlementRow | undefined,
  one: SeenEntitlement,
): EntitlementRow["provisionerPolicy"] {
  const chosen = known?.provisionerPolicy ?? null;
  if (chosen !== null && chosen.unconfigured === null) return chosen;
  const arms = {
    action: null,
    connector: null,
    delegated: null,
    devicePlacement: null,
    externalTicket: null,
    manual: null,
    multiStep: null,
    unconfigured: null,
    webhook: null,
  };
  if (!one.provisions) return { ...arms, unconfigured: {} };
  return { ...arms, connector: { account: null, defaultBehavior: { connectorId: connector.id }, deleteAccount: null } };
}

function mergeGrants(
  tenant: Tenant,
  entitlement: EntitlementRow,
  holderIds: readonly string[],
  accounts: ReadonlyMap<string, AppUserRow>,
): void {
  const target = refOf(entitlement);
  const wanted = new Map(
    holderIds.flatMap((externalId) => accounts.get(externalId) ?? []).map((account) => [account.id, account]),
  );
  for (const grant of holders(tenant, target)) {
    const account = wanted.get(grant.appUserId);
    if (account === undefined) removeGrant(tenant, grant);
    else if (grant.userId !== account.identityUserId) tenant.grants.put({ ...grant, userId: account.identityUserId });
    wanted.delete(grant.appUserId);
  }
  for (const account of wanted.values()) addGrant(tenant, { account, origin: "connector", target });
}

/** No longer there: the resource and its entitlements are soft-deleted, nobody holds them any more. */
function forget(tenant: Tenant, resource: ResourceRow): void {
  const deletedAt = tenant.stamp();
  tenant.resources.put({ ...resource, deletedAt });
  for (const entitlement of tenant.entitlements.by("resource", inApp(resource.appId, resource.id))) {
    if (entitlement.deletedAt !== null) continue;
    for (const grant of holders(tenant, refOf(entitlement))) removeGrant(tenant, grant);
    tenant.entitlements.put({ ...entitlement, deletedAt });
  }
}

/** An app of a directory can be promoted to an app of its own, or already is one (c1.md §6.1). */
function noteDiscoveredApp(tenant: Tenant, resource: ResourceRow): void {
  const known = tenant.managedStates.get(inApp(resource.appId, resource.id));
  const declared = tenant.apps.rows().find((app) => {
    const ref = app.matchBatonRef;
    return app.deletedAt === null && ref?.appId === resource.appId && ref.externalId === `app::${resource.externalId}`;
  });
  const managedAppId = declared?.id ?? known?.managedAppId ?? "";
  if (known !== undefined && known.managedAppId === managedAppId && known.displayName === resource.displayName) return;
  const now = tenant.stamp();
  tenant.managedStates.put({
    appId: resource.appId,
    createdAt: known?.createdAt ?? now,
    displayName: resource.displayName,
    managedAppId,
    resourceId: resource.id,
    resourceTypeId: resource.appResourceTypeId,
    updatedAt: now,
  });
}
