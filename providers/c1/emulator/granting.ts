/** Grants as they are, and as searches show them a little later (c1.md §2). */
import type { AppUserRow, EntitlementRow, GrantOrigin, GrantRow } from "./rows.ts";
import { AppUser } from "./shapes/entitlement.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { grantKey, inApp, type Tenant } from "./tenant.ts";

export interface NewGrant {
  readonly target: EntitlementRef;
  readonly account: AppUserRow;
  readonly origin: GrantOrigin;
  readonly source?: EntitlementRef;
  readonly ticketId?: string;
  readonly expiresAt?: number | null;
  readonly listOnly?: boolean;
}

/** Adds a grant, or to the reasons of one that is there. */
export function addGrant(tenant: Tenant, grant: NewGrant): GrantRow {
  const now = tenant.now();
  const before = tenant.grants.get(grantKey(grant.target.appId, grant.target.id, grant.account.id));
  const sources = grant.source === undefined ? [] : [grant.source];
  if (before !== undefined && before.removedAt === null) {
    const more = sources.filter((source) => !before.sources.some((known) => sameRef(known, source)));
    return tenant.grants.put({
      ...before,
      userId: grant.account.identityUserId,
      sources: [...before.sources, ...more],
      ticketId: before.ticketId || (grant.ticketId ?? ""),
      expiresAt: grant.expiresAt ?? before.expiresAt,
    });
  }
  const stillShown = before !== undefined && isShown(before, now);
  return tenant.grants.put({
    appId: grant.target.appId,
    entitlementId: grant.target.id,
    appUserId: grant.account.id,
    userId: grant.account.identityUserId,
    createdAt: now,
    expiresAt: grant.expiresAt ?? null,
    sources,
    ticketId: grant.ticketId ?? "",
    origin: grant.origin,
    shownFrom: stillShown ? before.shownFrom : now + tenant.lags.grants,
    removedAt: null,
    hiddenFrom: null,
    listOnly: grant.listOnly ?? false,
  });
}

/** Searches go on showing it for the lag; the record of the past stays. */
export function removeGrant(tenant: Tenant, grant: GrantRow): void {
  const now = tenant.now();
  tenant.grants.put({ ...grant, expiresAt: null, removedAt: now, hiddenFrom: now + tenant.lags.grants });
}

export function isShown(grant: GrantRow, now: number): boolean {
  return grant.shownFrom <= now && (grant.hiddenFrom === null || now < grant.hiddenFrom);
}

/** Who holds it now, lag or not: what the tenant's own machinery knows. */
export function holders(tenant: Tenant, target: EntitlementRef): readonly GrantRow[] {
  return tenant.grants.by("entitlement", inApp(target.appId, target.id)).filter((grant) => grant.removedAt === null);
}

export function shownGrants(tenant: Tenant, target: EntitlementRef): readonly GrantRow[] {
  const now = tenant.now();
  return tenant.grants.by("entitlement", inApp(target.appId, target.id)).filter((grant) => isShown(grant, now));
}

export function grantOf(tenant: Tenant, target: EntitlementRef, userId: string): GrantRow | undefined {
  return tenant.grants
    .by("user", userId)
    .find((one) => one.removedAt === null && one.appId === target.appId && one.entitlementId === target.id);
}

/** The person's account in an app; the first that is not deleted. */
export function accountOf(tenant: Tenant, appId: string, userId: string): AppUserRow | undefined {
  return tenant.appUsers.by("user", userId).find((one) => one.appId === appId && one.deletedAt === null);
}

/** Where no connector knows the accounts (C1's own app, manual apps) one appears with the first grant. */
export function accountFor(tenant: Tenant, appId: string, userId: string): AppUserRow | undefined {
  const existing = accountOf(tenant, appId, userId);
  if (existing !== undefined || tenant.connectors.by("app", appId).some((one) => one.deletedAt === null)) {
    return existing;
  }
  const user = tenant.users.get(userId);
  if (user === undefined) return undefined;
  const now = tenant.stamp();
  return tenant.appUsers.put({
    ...AppUser.make({
      appId,
      appUserType: "APP_USER_TYPE_USER",
      createdAt: now,
      displayName: user.displayName,
      email: user.email,
      emails: [user.email],
      id: tenant.newId(),
      identityUserId: user.id,
      status: { details: "", status: "STATUS_ENABLED" },
      updatedAt: now,
      username: user.username,
      usernames: user.usernames,
    }),
    externalId: "",
    connectorId: "",
  });
}

export const refOf = (entitlement: EntitlementRow): EntitlementRef => ({
  appId: entitlement.appId,
  id: entitlement.id,
});

export const sameRef = (a: EntitlementRef, b: EntitlementRef): boolean => a.appId === b.appId && a.id === b.id;
