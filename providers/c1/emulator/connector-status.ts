/** The states of a connector's sync (c1.md §8.1). */
import type { ConnectorRow } from "./rows.ts";
import type { Tenant } from "./tenant.ts";

/** A sync that is under way; the tick after `lags.sync` ends it. */
export function running(tenant: Tenant, connector: ConnectorRow): ConnectorRow {
  const at = tenant.stamp();
  return {
    ...connector,
    canResumeSync: false,
    dueAt: tenant.now() + tenant.lags.sync,
    status: { completedAt: null, lastError: "", startedAt: at, status: "SYNC_STATUS_RUNNING", updatedAt: at },
    suspect: "",
    syncDisabledAt: null,
    syncDisabledCategory: "",
    syncDisabledReason: "",
  };
}

export function disabled(tenant: Tenant, connector: ConnectorRow, category: string, reason: string): ConnectorRow {
  const at = tenant.stamp();
  return {
    ...connector,
    canResumeSync: true,
    dueAt: null,
    status: {
      completedAt: connector.status?.completedAt ?? null,
      lastError: connector.status?.lastError ?? "",
      startedAt: connector.status?.startedAt ?? null,
      status: "SYNC_STATUS_DISABLED",
      updatedAt: at,
    },
    syncDisabledAt: at,
    syncDisabledCategory: category,
    syncDisabledReason: reason,
  };
}
