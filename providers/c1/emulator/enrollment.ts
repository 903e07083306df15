/** What becoming and ceasing to be a member of a profile does (c1.md §5.1, §5.5). */
import { addGrant, grantOf, sameRef } from "./granting.ts";
import type { CatalogRow } from "./rows.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { openTask } from "./tasks.ts";
import { inApp, type Tenant } from "./tenant.ts";

/** The profile whose enrolment this entitlement is. */
export function profileOf(tenant: Tenant, target: EntitlementRef): CatalogRow | undefined {
  return target.appId === tenant.systemAppId ? tenant.catalogs.get(target.id) : undefined;
}

/** Each entry is granted; what the person already holds only gains a reason. */
export function enrolled(tenant: Tenant, catalog: CatalogRow, userId: string): void {
  const source = { appId: tenant.systemAppId, id: catalog.id };
  for (const target of catalog.entries) {
    const held = grantOf(tenant, target, userId);
    const account = held && tenant.appUsers.get(inApp(held.appId, held.appUserId));
    if (held !== undefined && account !== undefined) {
      addGrant(tenant, { target, account, origin: held.origin, source });
      continue;
    }
    openTask(tenant, {
      because: "profile",
      bypassPolicy:
        catalog.enrollmentBehavior === "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY",
      grant: true,
      openedBy: "",
      origin: "TASK_ORIGIN_PROFILE_MEMBERSHIP",
      source,
      target,
      userId,
    });
  }
}

/** Unspecified leaves access as it is (assumption). */
export function unenrolled(tenant: Tenant, catalog: CatalogRow, userId: string): void {
  const behavior = catalog.unenrollmentBehavior.replace("REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_", "");
  if (behavior !== "REVOKE_ALL" && behavior !== "REVOKE_UNJUSTIFIED") return;
  const source = { appId: tenant.systemAppId, id: catalog.id };
  for (const target of catalog.entries) {
    const held = grantOf(tenant, target, userId);
    if (held === undefined) continue;
    if (behavior === "REVOKE_UNJUSTIFIED" && isJustified(tenant, target, userId, catalog)) {
      tenant.grants.put({ ...held, sources: held.sources.filter((one) => !sameRef(one, source)) });
      continue;
    }
    openTask(tenant, {
      because: "profile",
      bypassPolicy:
        catalog.unenrollmentEntitlementBehavior !== "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_ENFORCE",
      grant: false,
      openedBy: "",
      origin: "TASK_ORIGIN_PROFILE_MEMBERSHIP",
      source,
      target,
      userId,
    });
  }
}

/** By another profile; a direct grant is no justification. */
function isJustified(tenant: Tenant, target: EntitlementRef, userId: string, left: CatalogRow): boolean {
  return tenant.catalogs
    .rows()
    .some(
      (other) =>
        other.id !== left.id &&
        other.deletedAt === null &&
        other.entries.some((entry) => sameRef(entry, target)) &&
        grantOf(tenant, { appId: tenant.systemAppId, id: other.id }, userId) !== undefined,
    );
}
