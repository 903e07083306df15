/** Grants: who holds what, as searches see it; membership by hand (c1.md §11). */
import { type Context, type Endpoint, listed, page, queriedPage, reads, required, writes } from "../endpoint.ts";
import { enrolled, profileOf, unenrolled } from "../enrollment.ts";
import { accountFor, addGrant, grantOf, isShown, refOf, removeGrant, shownGrants } from "../granting.ts";
import { id, list, message, text } from "../message.ts";
import type { GrantRow } from "../rows.ts";
import { among } from "../search.ts";
import { EntitlementRef, expandable } from "../shapes/reference.ts";
import { failedPrecondition, notFound } from "../status.ts";
import { grantKey, inApp } from "../tenant.ts";
import { foundEntitlement } from "./entitlements.ts";
import { grantRow, grantView } from "./views.ts";

const BASE = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}";

const SearchGrants = message({
  ...expandable,
  appIds: list(id),
  appUserIds: list(id),
  entitlementRefs: list(EntitlementRef.element),
  entitlementSlugs: list(text),
  purpose: list(text),
  resourceIds: list(id),
  resourceTypeIds: list(id),
  userId: id,
});

export const grantEndpoints: readonly Endpoint[] = [
  reads("POST", "/api/v1/search/grants", "grants", searchGrants),
  reads("GET", `${BASE}/users`, "grants", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      listed(shownGrants(context.tenant, refOf(foundEntitlement(context, "app_entitlement_id")))),
      () => true,
      (grant) => grantView(context.tenant, grant),
    ),
  })),
  writes("POST", `${BASE}/add-manual-user`, "entitlements", "appEntitlement.addManualUser", (context) => {
    const { tenant } = context;
    const target = refOf(foundEntitlement(context, "app_entitlement_id"));
    const { userIds = [] } = message({ userIds: list(id) }).given(context.body);
    const failed: Record<string, string> = {};
    for (const userId of userIds) {
      const account = accountFor(tenant, target.appId, userId);
      if (account === undefined) failed[userId] = "user has no account in the app";
      else if (grantOf(tenant, target, userId) === undefined) {
        addGrant(tenant, { target, account, origin: "manual" });
        const profile = profileOf(tenant, target);
        if (profile !== undefined) enrolled(tenant, profile, userId);
      }
    }
    context.touch(...userIds);
    return { bulkActionId: tenant.newId(), failedUsersErrorMap: failed };
  }),
  writes("DELETE", `${BASE}/remove-membership`, "entitlements", "appEntitlement.removeMembership", (context) => {
    const { tenant } = context;
    const target = refOf(foundEntitlement(context, "app_entitlement_id"));
    /** Works for memberships of the built-in app only (c1.md §11). */
    if (target.appId !== tenant.systemAppId) throw failedPrecondition("membership cannot be removed directly");
    const appUserId = required(message({ appUserId: id }).given(context.body).appUserId, "app_user_id");
    const grant = tenant.grants.get(grantKey(target.appId, target.id, appUserId));
    if (grant === undefined || grant.removedAt !== null) throw notFound("membership");
    removeGrant(tenant, grant);
    const profile = profileOf(tenant, target);
    if (profile !== undefined && !grant.listOnly) unenrolled(tenant, profile, grant.userId);
    context.touch(appUserId);
    return { revokeTaskId: "" };
  }),
];

function searchGrants(context: Context): unknown {
  const { tenant } = context;
  const now = tenant.now();
  const asked = SearchGrants.make(SearchGrants.given(context.body));
  const refs = new Set(asked.entitlementRefs.map((ref) => inApp(ref.appId, ref.id)));
  const aboutEntitlement = [asked.entitlementSlugs, asked.resourceIds, asked.resourceTypeIds, asked.purpose].some(
    (f) => f.length > 0,
  );
  const suits = (grant: GrantRow): boolean => {
    const entitlement = tenant.entitlements.get(inApp(grant.appId, grant.entitlementId));
    return (
      entitlement !== undefined &&
      among(asked.entitlementSlugs, entitlement.slug) &&
      among(asked.resourceIds, entitlement.appResourceId) &&
      among(asked.resourceTypeIds, entitlement.appResourceTypeId) &&
      among(asked.purpose, entitlement.purpose)
    );
  };
  const keep = (grant: GrantRow): boolean =>
    isShown(grant, now) &&
    among(asked.appIds, grant.appId) &&
    (refs.size === 0 || refs.has(inApp(grant.appId, grant.entitlementId))) &&
    among(asked.appUserIds, grant.appUserId) &&
    (asked.userId === "" || asked.userId === grant.userId) &&
    (!aboutEntitlement || suits(grant));
  return { expanded: [], ...page(asked, tenant.grants, keep, (grant) => grantRow(context, grant)) };
}
