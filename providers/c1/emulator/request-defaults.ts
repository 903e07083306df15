/** Request defaults of an app, which reach its entitlements a while after they are set (c1.md §6.5). */
import type { RequestDefaultsRow } from "./rows.ts";
import { RequestDefaults } from "./shapes/app-settings.ts";
import { MACHINERY, record } from "./system-log.ts";
import type { Tenant } from "./tenant.ts";

const STATE = "APP_ACCESS_REQUEST_DEFAULTS_LAST_APPLY_STATE_";

export function defaultsOf(tenant: Tenant, appId: string): RequestDefaultsRow {
  return tenant.requestDefaults.get(appId) ?? { ...RequestDefaults.make({ appId }), doneAt: null };
}

/** Switched off they are not applied, so nothing runs. */
export function applyDefaults(tenant: Tenant, defaults: RequestDefaults): RequestDefaultsRow {
  const runs = defaults.defaultsEnabled;
  return tenant.requestDefaults.put({
    ...defaults,
    doneAt: runs ? tenant.now() + tenant.lags.defaults : null,
    state: runs ? `${STATE}RUNNING` : `${STATE}UNSPECIFIED`,
  });
}

export function settleDefaults(tenant: Tenant): void {
  for (const defaults of tenant.requestDefaults.rows()) {
    if (defaults.doneAt === null || defaults.doneAt > tenant.now()) continue;
    give(tenant, defaults);
    tenant.requestDefaults.put({ ...defaults, doneAt: null, state: `${STATE}SUCCESS` });
    record(tenant, MACHINERY, "accessRequestDefaults.applied", [defaults.appId]);
  }
}

/** An entitlement that keeps its own settings is passed over. */
function give(tenant: Tenant, defaults: RequestDefaults): void {
  for (const one of tenant.entitlements.by("app", defaults.appId)) {
    const concerned = defaults.resourceTypeIds.includes(one.appResourceTypeId) && one.deletedAt === null;
    if (!concerned || one.overrideAccessRequestsDefaults) continue;
    tenant.entitlements.put({
      ...one,
      defaultValuesApplied: true,
      durationGrant: defaults.durationGrant,
      durationUnset: defaults.durationGrant === null ? {} : null,
      emergencyGrantEnabled: defaults.emergencyGrantEnabled,
      emergencyGrantPolicyId: defaults.emergencyGrantPolicyId,
      grantPolicyId: defaults.requestPolicyId || one.grantPolicyId,
      requestSchemaId: defaults.requestSchemaId,
      updatedAt: tenant.stamp(),
    });
    for (const id of defaults.catalogIds) {
      const catalog = tenant.catalogs.get(id);
      const known = catalog?.entries.some((entry) => entry.appId === one.appId && entry.id === one.id);
      if (catalog === undefined || known === true) continue;
      tenant.catalogs.put({ ...catalog, entries: [...catalog.entries, { appId: one.appId, id: one.id }] });
    }
  }
}
