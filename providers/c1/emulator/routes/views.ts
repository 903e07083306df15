/** Rows as answers show them: what is counted or depends on the caller is filled in here. */
import type { Context } from "../endpoint.ts";
import { refOf, shownGrants } from "../granting.ts";
import { mayRead, mayWrite } from "../rights.ts";
import type { AppRow, AppUserRow, EntitlementRow, GrantRow, ResourceRow } from "../rows.ts";
import { App, Resource, ResourceView } from "../shapes/app.ts";
import {
  AppUser,
  AppUserView,
  Entitlement,
  EntitlementView,
  GrantRow as GrantMessage,
  GrantView,
} from "../shapes/entitlement.ts";
import type { User } from "../shapes/person.ts";
import { UserView } from "../shapes/person.ts";
import { inApp, type Tenant } from "../tenant.ts";

/** `appOwners` is always empty: owners have calls of their own (c1.md §6.1). */
export function appView(tenant: Tenant, app: AppRow) {
  return App.make({ ...app, appOwners: [], userCount: String(tenant.appUsers.by("app", app.id).length) });
}

export function resourceView(resource: ResourceRow) {
  return ResourceView.make({
    appResource: Resource.make(resource),
    objectPermissions: { delete: resource.connectorId === "", edit: true, extra: {}, read: true },
  });
}

export function entitlementView(context: Context, entitlement: EntitlementRow) {
  const { tenant, caller } = context;
  const edit = mayWrite(tenant, caller, "entitlements", entitlement.appId);
  return EntitlementView.make({
    appEntitlement: Entitlement.make({
      ...entitlement,
      grantCount: String(shownGrants(tenant, refOf(entitlement)).length),
      isAutomationEnabled: isAutomated(tenant, entitlement),
    }),
    objectPermissions: {
      delete: edit && entitlement.isManuallyManaged,
      edit,
      extra: {},
      read: mayRead(tenant, caller, "entitlements", entitlement.appId),
    },
  });
}

export function isAutomated(tenant: Tenant, entitlement: EntitlementRow): boolean {
  const bundle = entitlement.appId === tenant.systemAppId ? tenant.bundles.get(entitlement.id) : undefined;
  return bundle?.enabled === true || tenant.automations.get(inApp(entitlement.appId, entitlement.id)) !== undefined;
}

export const appUserView = (account: AppUserRow) => AppUserView.make({ appUser: AppUser.make(account) });

export function grantView(tenant: Tenant, grant: GrantRow) {
  const account = tenant.appUsers.get(inApp(grant.appId, grant.appUserId));
  return GrantView.make({
    appEntitlementId: grant.entitlementId,
    appEntitlementUserBindingCreatedAt: new Date(grant.createdAt).toISOString(),
    appEntitlementUserBindingDeprovisionAt: grant.expiresAt === null ? null : new Date(grant.expiresAt).toISOString(),
    appId: grant.appId,
    appUser: account === undefined ? null : appUserView(account),
    appUserId: grant.appUserId,
    grantSources: grant.sources,
    originatingTicketId: grant.ticketId,
  });
}

export function grantRow(context: Context, grant: GrantRow) {
  const entitlement = context.tenant.entitlements.get(inApp(grant.appId, grant.entitlementId));
  return GrantMessage.make({
    appEntitlementUserBinding: grantView(context.tenant, grant),
    entitlement: entitlement === undefined ? null : entitlementView(context, entitlement),
  });
}

export const userView = (user: User) =>
  UserView.make({ objectPermissions: { delete: false, edit: false, extra: {}, read: true }, user, userId: user.id });
