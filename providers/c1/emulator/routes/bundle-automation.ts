/** Membership automation of a profile (c1.md §5.4), and whom it never enrols. */
import { type Context, type Endpoint, listed, page, param, queriedPage, reads, writes } from "../endpoint.ts";
import { accountOf } from "../granting.ts";
import { id, list, message } from "../message.ts";
import { checkMembershipRule } from "../population.ts";
import type { BundleRow } from "../rows.ts";
import { BundleAutomation, SetBundleAutomation } from "../shapes/catalog.ts";
import { User } from "../shapes/person.ts";
import { EntitlementRef } from "../shapes/reference.ts";
import { alreadyExists, failedPrecondition, invalid, notFound } from "../status.ts";
import { inApp } from "../tenant.ts";
import { liveCatalog } from "./catalogs.ts";
import { namedEntitlement } from "./entitlements.ts";

const BASE = "/api/v1/catalogs/{request_catalog_id}/bundle_automation";
const EXCLUSIONS = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation/exclusions";

export const bundleAutomationEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "automations", (context) => BundleAutomation.make(found(context))),
  writes("POST", BASE, "automations", "bundleAutomation.set", (context) => set(context)),
  writes("POST", `${BASE}/create`, "automations", "bundleAutomation.create", (context) => {
    if (context.tenant.bundles.get(param(context, "request_catalog_id")) !== undefined) {
      throw alreadyExists("bundle automation already exists");
    }
    return set(context);
  }),
  writes("DELETE", BASE, "automations", "bundleAutomation.delete", (context) => {
    context.tenant.bundles.delete(found(context).requestCatalogId);
    return {};
  }),
  writes("POST", `${BASE}/run`, "automations", "bundleAutomation.run", (context) => {
    message({ refs: list(EntitlementRef.element) }).given(context.body);
    const bundle = found(context);
    if (!bundle.enabled) throw failedPrecondition("bundle automation is not enabled");
    const { tenant } = context;
    tenant.bundles.put({ ...bundle, dueAt: tenant.now() + tenant.lags.automation });
    return {};
  }),
  writes("POST", `${BASE}/resume`, "automations", "bundleAutomation.resume", (context) => {
    const { tenant, caller } = context;
    const bundle = found(context);
    if (bundle.circuitBreaker?.state !== "CIRCUIT_BREAKER_STATE_TRIGGERED") {
      throw failedPrecondition("bundle automation is not paused");
    }
    tenant.bundles.put({
      ...bundle,
      bypass: true,
      circuitBreaker: {
        ...bundle.circuitBreaker,
        state: "CIRCUIT_BREAKER_STATE_BYPASS",
        updatedAt: tenant.stamp(),
        userRef: { id: caller.userId },
      },
      dueAt: tenant.now() + tenant.lags.automation,
    });
    return {};
  }),
  reads("GET", EXCLUSIONS, "entitlements", listExclusions),
  writes("POST", EXCLUSIONS, "entitlements", "automation.exclude", (context) =>
    exclude(context, (before, given) => [...new Set([...before, ...given])]),
  ),
  writes("DELETE", EXCLUSIONS, "entitlements", "automation.include", (context) =>
    exclude(context, (before, given) => before.filter((user) => !given.includes(user))),
  ),
];

function found(context: Context): BundleRow {
  const bundle = context.tenant.bundles.get(param(context, "request_catalog_id"));
  if (bundle === undefined) throw notFound("bundle automation");
  return bundle;
}

/** Creates or replaces everything; what is not sent is off. */
function set(context: Context): unknown {
  const { tenant } = context;
  const catalog = liveCatalog(context, "request_catalog_id");
  const asked = SetBundleAutomation.make(SetBundleAutomation.given(context.body));
  const percent = Number(asked.removedMembersThresholdPercent);
  if (percent < 0 || percent > 100)
    throw invalid("invalid removed_members_threshold_percent: value must be inside [0, 100]");
  if (asked.enabled && asked.cel === null && asked.entitlements === null) {
    throw invalid("invalid conditions: one of cel and entitlements is required");
  }
  for (const ref of asked.entitlements?.entitlementRefs ?? []) namedEntitlement(tenant, ref);
  if (asked.cel !== null) checkMembershipRule(tenant, asked.cel.expression);
  const before = tenant.bundles.get(catalog.id);
  const now = tenant.stamp();
  const bundle = tenant.bundles.put({
    ...BundleAutomation.make({
      ...asked,
      circuitBreaker: null,
      createdAt: before?.createdAt ?? now,
      requestCatalogId: catalog.id,
      state: before?.state ?? null,
      tenantId: tenant.id,
      updatedAt: now,
    }),
    bypass: false,
    /** Runs at enable, then hourly. */
    dueAt: asked.enabled ? tenant.now() + tenant.lags.automation : null,
    removals: before?.removals ?? [],
  });
  context.touch(catalog.id);
  return BundleAutomation.make(bundle);
}

const exclusionKey = (context: Context): string =>
  inApp(param(context, "app_id"), param(context, "app_entitlement_id"));

function listExclusions(context: Context): unknown {
  const { tenant } = context;
  const userIds = tenant.exclusions.get(exclusionKey(context))?.userIds ?? [];
  return page(
    queriedPage(context),
    listed(userIds),
    () => true,
    (userId) => {
      const user = tenant.users.get(userId);
      return {
        appEntitlementId: param(context, "app_entitlement_id"),
        appId: param(context, "app_id"),
        appUserId: accountOf(tenant, param(context, "app_id"), userId)?.id ?? "",
        user: user === undefined ? null : User.make(user),
      };
    },
  );
}

function exclude(
  context: Context,
  next: (before: readonly string[], given: readonly string[]) => readonly string[],
): unknown {
  const { tenant } = context;
  const { userIds = [] } = message({ userIds: list(id) }).given(context.body);
  for (const user of userIds) if (tenant.users.get(user) === undefined) throw notFound("user");
  namedEntitlement(tenant, { appId: param(context, "app_id"), id: param(context, "app_entitlement_id") });
  const key = exclusionKey(context);
  tenant.exclusions.put({ key, userIds: next(tenant.exclusions.get(key)?.userIds ?? [], userIds) });
  context.touch(...userIds);
  return {};
}
