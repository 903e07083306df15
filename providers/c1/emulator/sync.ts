/** Ends the syncs that are due, well or badly (c1.md §8.1). */

import { ConnectorError, RateLimited } from "./connector-calls.ts";
import { catalogEntry } from "./connector-catalog.ts";
import { disabled } from "./connector-status.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";
import { entraSnapshot } from "./sync-entra.ts";
import { merge } from "./sync-merge.ts";
import { oktaSnapshot } from "./sync-okta.ts";
import { opsgenieSnapshot } from "./sync-opsgenie.ts";
import { pagerdutySnapshot } from "./sync-pagerduty.ts";
import { progressOf } from "./sync-progress.ts";
import { zendeskSnapshot } from "./sync-zendesk.ts";
import { MACHINERY, record } from "./system-log.ts";
import { inApp, type Tenant } from "./tenant.ts";

/** The systems that the sandbox can read; connectors of other kinds end their first sync with an error that says so. */
const SNAPSHOTS: Readonly<Record<string, (tenant: Tenant, connector: ConnectorRow) => Promise<Snapshot>>> = {
  okta_v2: oktaSnapshot,
  microsoft_entra: entraSnapshot,
  pagerduty: pagerdutySnapshot,
  opsgenie_v2: opsgenieSnapshot,
  zendesk_v2: zendeskSnapshot,
};

/** The vendor's threshold is not published: half of at least five (assumption). */
const BAD_SYNC_MIN = 5;
const BAD_SYNC_SHARE = 0.5;

export async function syncDue(tenant: Tenant): Promise<void> {
  const due = tenant.connectors
    .rows()
    .filter((one) => one.dueAt !== null && one.dueAt <= tenant.now() && one.deletedAt === null);
  for (const connector of due) await sync(tenant, connector);
}

async function sync(tenant: Tenant, connector: ConnectorRow): Promise<void> {
  const startedAt = connector.status?.startedAt ?? tenant.stamp();
  const progress = progressOf(tenant, connector);
  try {
    const snapshot = await read(progress.tenant, connector);
    progress.forget();
    const loss = connector.disableCheckBadSync || connector.confirmed ? undefined : lossIn(tenant, connector, snapshot);
    const current = tenant.connectors.get(inApp(connector.appId, connector.id));
    /** Paused, deleted or reconfigured while it ran: what was read is out of date. */
    if (current === undefined || current.dueAt !== connector.dueAt) return;
    if (loss !== undefined) {
      halt(tenant, current, loss);
      return;
    }
    merge(tenant, current, snapshot);
    finish(tenant, current, { lastError: "", startedAt, status: "SYNC_STATUS_DONE" });
  } catch (error) {
    // Still due: the next tick goes on where this one was.
    if (error instanceof RateLimited) return progress.keep();
    progress.forget();
    if (!(error instanceof ConnectorError)) throw error;
    finish(tenant, connector, { lastError: error.message, startedAt, status: "SYNC_STATUS_ERROR" });
  }
}

async function read(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const name = catalogEntry(connector.catalogId)?.name ?? "";
  const snapshot = SNAPSHOTS[name];
  if (snapshot === undefined)
    throw new ConnectorError(`this sandbox cannot sync ${name}: only ${Object.keys(SNAPSHOTS).join(", ")}`);
  return snapshot(tenant, connector);
}

function finish(
  tenant: Tenant,
  connector: ConnectorRow,
  status: { lastError: string; startedAt: string; status: "SYNC_STATUS_DONE" | "SYNC_STATUS_ERROR" },
): void {
  const at = tenant.stamp();
  tenant.connectors.put({
    ...connector,
    confirmed: false,
    dueAt: tenant.now() + tenant.lags.syncEvery,
    status: { ...status, completedAt: at, updatedAt: at },
  });
  record(tenant, MACHINERY, status.lastError === "" ? "connector.synced" : "connector.syncFailed", [
    connector.id,
    connector.appId,
  ]);
}

/** What would go, in words, when it is suspiciously much. */
function lossIn(tenant: Tenant, connector: ConnectorRow, snapshot: Snapshot): string | undefined {
  const ours = (row: { connectorId: string; externalId: string; deletedAt: string | null }): boolean =>
    row.connectorId === connector.id && row.externalId !== "" && row.deletedAt === null;
  const accounts = tenant.appUsers.by("app", connector.appId).filter(ours);
  const resources = tenant.resources.by("app", connector.appId).filter(ours);
  const accountIds = new Set(snapshot.accounts.map((one) => one.externalId));
  const resourceIds = new Set(snapshot.resources.map((one) => one.externalId));
  for (const [what, known, seen] of [
    ["accounts", accounts, accountIds],
    ["resources", resources, resourceIds],
  ] as const) {
    const gone = known.filter((one) => !seen.has(one.externalId)).length;
    if (known.length >= BAD_SYNC_MIN && gone > known.length * BAD_SYNC_SHARE)
      return `${gone} of ${known.length} ${what} would be removed`;
  }
  return undefined;
}

/** Nothing is taken over until somebody confirms this very sync. */
function halt(tenant: Tenant, connector: ConnectorRow, loss: string): void {
  const lifecycle = tenant.newId();
  const reason = `bad sync ${lifecycle}: ${loss}`;
  tenant.connectors.put({ ...disabled(tenant, connector, "BAD_SYNC", reason), suspect: lifecycle });
  record(tenant, MACHINERY, "connector.syncHalted", [connector.id, connector.appId, lifecycle]);
}
