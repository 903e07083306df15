/** Rows of the tenant as it is found: ids and times that are the same in every sandbox. */
import { ACME_DOMAIN, ACME_PEOPLE } from "../../shared/acme.ts";
import { putAccessEntitlement } from "./builtins.ts";
import { CONNECTOR_CATALOG } from "./connector-catalog.ts";
import { addGrant } from "./granting.ts";
import { ksuid } from "./ksuid.ts";
import { setOwners } from "./owners.ts";
import type { AppRow, AppUserRow, ConnectorRow, EntitlementRow, ResourceTypeRow } from "./rows.ts";
import { App, Resource } from "./shapes/app.ts";
import { Connector } from "./shapes/connector.ts";
import { AppUser, Entitlement } from "./shapes/entitlement.ts";
import type { Tenant } from "./tenant.ts";

/** When the company moved in: seeded ids are the same in every sandbox. */
export const FOUNDED = Date.UTC(2026, 0, 5, 9);
/** The console's administrator; Accord's own credential belongs to nobody. */
export const ADMINISTRATOR = `trent@${ACME_DOMAIN}`;
export const fixedId = (name: string): string => ksuid(FOUNDED, `acme:${name}`);
export const personId = (login: string): string => fixedId(`user:${login}`);

export function putApp(tenant: Tenant, displayName: string, more: Partial<AppRow> = {}): AppRow {
  const app = tenant.apps.put(
    App.make({
      createdAt: tenant.stamp(),
      displayName,
      id: fixedId(`app:${displayName}`),
      updatedAt: tenant.stamp(),
      ...more,
    }),
  );
  putAccessEntitlement(tenant, app);
  // Whoever makes an app owns it (c1.md §6.1); the built-in one was made by nobody.
  if (app.id !== tenant.systemAppId) setOwners(tenant, `app/${app.id}`, { users: [personId(ADMINISTRATOR)] });
  return app;
}

/** Due at once: the first tick makes the first sync. */
export function putConnector(
  tenant: Tenant,
  app: AppRow,
  name: string,
  configuration: Readonly<Record<string, string>>,
  dueAt: number,
): ConnectorRow {
  const entry = CONNECTOR_CATALOG.find((one) => one.name === name);
  const at = tenant.stamp();
  return tenant.connectors.put({
    ...Connector.make({
      appId: app.id,
      catalogId: entry?.catalogId ?? "",
      configUpdatedAt: at,
      connectorApiVersion: 1,
      createdAt: at,
      displayName: app.displayName,
      id: fixedId(`connector:${app.displayName}`),
      status: { completedAt: null, lastError: "", startedAt: at, status: "SYNC_STATUS_RUNNING", updatedAt: at },
      updatedAt: at,
    }),
    configuration,
    confirmed: false,
    dueAt,
    suspect: "",
  });
}

export function putResource(
  tenant: Tenant,
  type: ResourceTypeRow,
  displayName: string,
  synced?: { connectorId: string; externalId: string },
) {
  const at = tenant.stamp();
  return tenant.resources.put({
    ...Resource.make({
      appId: type.appId,
      appResourceTypeId: type.id,
      createdAt: at,
      displayName,
      externalId: synced?.externalId ?? "",
      id: fixedId(`resource:${type.appId}:${displayName}`),
      updatedAt: at,
    }),
    connectorId: synced?.connectorId ?? "",
  });
}

export function putEntitlement(
  tenant: Tenant,
  resource: Resource,
  displayName: string,
  more: Partial<Entitlement>,
): EntitlementRow {
  const at = tenant.stamp();
  return tenant.entitlements.put({
    ...Entitlement.make({
      appId: resource.appId,
      appResourceId: resource.id,
      appResourceTypeId: resource.appResourceTypeId,
      createdAt: at,
      displayName,
      durationUnset: {},
      id: fixedId(`entitlement:${resource.id}:${more.slug}`),
      updatedAt: at,
      ...more,
    }),
    membership: "MEMBER",
  });
}

/** The vendor's id of the account comes with the next sync, which finds it by e-mail. */
export function putAccount(tenant: Tenant, app: AppRow, login: string, connectorId: string): AppUserRow {
  const person = ACME_PEOPLE.find((one) => one.login === login);
  return tenant.appUsers.put({
    ...AppUser.make({
      appId: app.id,
      appUserType: "APP_USER_TYPE_USER",
      createdAt: tenant.stamp(),
      displayName: `${person?.firstName} ${person?.lastName}`,
      email: login,
      emails: [login],
      id: fixedId(`account:${app.id}:${login}`),
      identityUserId: personId(login),
      status: { details: "", status: "STATUS_ENABLED" },
      updatedAt: tenant.stamp(),
      username: login,
      usernames: [login],
    }),
    connectorId,
    externalId: "",
  });
}

export function grantFromTheStart(tenant: Tenant, entitlement: EntitlementRow, account: AppUserRow): void {
  const target = { appId: entitlement.appId, id: entitlement.id };
  const grant = addGrant(tenant, { account, origin: "connector", target });
  tenant.grants.put({ ...grant, shownFrom: FOUNDED });
}
