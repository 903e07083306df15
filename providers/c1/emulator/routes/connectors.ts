/** Connectors (c1.md §8.1). Nothing is called here: a sync starts now and ends on a later tick. */
import { CONNECTOR_CATALOG, catalogEntry } from "../connector-catalog.ts";
import { type Configuration, needsConsent, readConfiguration, shownConfig } from "../connector-config.ts";
import { disabled, running } from "../connector-status.ts";
import { newCredential } from "../credential.ts";
import {
  type Context,
  type Endpoint,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { anything, id, message, text } from "../message.ts";
import { setOwners } from "../owners.ts";
import type { ConnectorRow } from "../rows.ts";
import {
  Connector,
  ConnectorAnswer,
  ConnectorCredential,
  ConnectorView,
  CreateConnector,
  CreateDelegatedConnector,
} from "../shapes/connector.ts";
import { failedPrecondition, invalid, notFound } from "../status.ts";
import { inApp } from "../tenant.ts";
import { liveApp } from "./apps.ts";

const BASE = "/api/v1/apps/{app_id}/connectors";
const ITEM = `${BASE}/{connector_id}`;

export const connectorEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "connectors", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      context.tenant.connectors,
      (one) => one.appId === param(context, "app_id") && one.deletedAt === null,
      view,
    ),
  })),
  writes("POST", BASE, "connectors", "connector.createDelegated", (context) => {
    const asked = CreateDelegatedConnector.make(CreateDelegatedConnector.given(context.body));
    const entry = entryOf(asked.catalogId);
    const connector = create(
      context,
      { ...asked, displayName: asked.displayName || entry.schema.displayName },
      {},
      false,
    );
    if (asked.appEntitlementOwnerRefs.length > 0) {
      setOwners(context.tenant, ownerKey(connector), { entitlements: asked.appEntitlementOwnerRefs });
    }
    return answer(connector);
  }),
  writes("POST", `${BASE}/create`, "connectors", "connector.create", (context) => {
    const asked = CreateConnector.make(CreateConnector.given(context.body));
    const entry = entryOf(asked.catalogId);
    if (asked.config === null) throw invalid("invalid config: value is required");
    const configuration = readConfiguration(entry, asked.config);
    /** The name cannot be chosen here (c1.md §8.1). */
    const named = { ...asked, displayName: entry.schema.displayName };
    return answer(create(context, named, configuration, !needsConsent(entry, configuration)));
  }),
  reads("GET", `${BASE}/{id}`, "connectors", (context) => answer(found(context, "id"))),
  writes("POST", `${BASE}/{id}`, "connectors", "connector.update", updateConfig),
  writes("DELETE", `${BASE}/{id}`, "connectors", "connector.delete", (context) => {
    const connector = live(context, "id");
    context.tenant.connectors.put({ ...connector, deletedAt: context.tenant.stamp(), dueAt: null });
    return {};
  }),
  writes(
    "POST",
    "/api/v1/apps/{connector_app_id}/connectors/{connector_id}/delegated",
    "connectors",
    "connector.rename",
    (context) => {
      const connector = live(context, "connector_id", "connector_app_id");
      const patch = updated(context.body, "connector", Connector, connector, ["description", "displayName", "userIds"]);
      return answer(context.tenant.connectors.put({ ...connector, ...patch, updatedAt: context.tenant.stamp() }));
    },
  ),
  writes("POST", `${ITEM}/force_sync`, "connectors", "connector.forceSync", (context) => {
    const connector = live(context, "connector_id");
    if (connector.syncDisabledAt !== null) throw failedPrecondition("connector sync is disabled");
    if (connector.oauthAuthorizedAs === null && waitsForConsent(connector))
      throw failedPrecondition("connector is not authorized");
    context.tenant.connectors.put(running(context.tenant, connector));
    return {};
  }),
  writes("POST", `${ITEM}/pause`, "connectors", "connector.pause", (context) => {
    const connector = live(context, "connector_id");
    context.tenant.connectors.put(disabled(context.tenant, connector, "USER", "paused"));
    return {};
  }),
  writes("POST", `${ITEM}/resume`, "connectors", "connector.resume", (context) => {
    const connector = live(context, "connector_id");
    if (connector.syncDisabledAt === null) throw failedPrecondition("connector is not paused");
    context.tenant.connectors.put(running(context.tenant, connector));
    return {};
  }),
  writes("POST", `${ITEM}/confirm_sync_valid/{sync_lifecycle_id}`, "connectors", "connector.confirmSync", (context) => {
    const connector = live(context, "connector_id");
    if (connector.suspect !== param(context, "sync_lifecycle_id")) throw notFound("sync lifecycle");
    context.tenant.connectors.put({ ...running(context.tenant, connector), confirmed: true });
    return {};
  }),
  writes("POST", `${ITEM}/schedule`, "connectors", "connector.schedule", (context) => {
    const connector = live(context, "connector_id");
    const { cron } = message({ cron: message({ cronSpec: text, timezone: text }) }).given(context.body);
    const connectorSyncCronSchedule = cron ? { ...cron, start: null } : null;
    context.tenant.connectors.put({ ...connector, connectorSyncCronSchedule });
    return {};
  }),
  ...credentialEndpoints(),
  reads("POST", "/api/v1/connectorcatalog", "connectors", (context) => {
    const asked = message({ appId: id, catalogId: id, connectorId: id }).given(context.body);
    return { formSchema: null, schema: entryOf(required(asked.catalogId, "catalog_id")).schema };
  }),
];

function entryOf(catalogId: string) {
  const entry = catalogEntry(catalogId);
  if (entry === undefined) {
    throw invalid(
      `invalid catalog_id: unknown connector; this sandbox has ${CONNECTOR_CATALOG.map((one) => one.name).join(", ")}`,
    );
  }
  return entry;
}

export const connectorView = (connector: ConnectorRow) =>
  Connector.make({ ...connector, config: shownConfig(connector.catalogId, connector.configuration) });

const view = (connector: ConnectorRow) => ConnectorView.make({ connector: connectorView(connector) });
const answer = (connector: ConnectorRow) => ConnectorAnswer.make({ connectorView: view(connector) });
const ownerKey = (connector: ConnectorRow): string => `connector/${inApp(connector.appId, connector.id)}`;

function waitsForConsent(connector: ConnectorRow): boolean {
  const entry = catalogEntry(connector.catalogId);
  return entry !== undefined && needsConsent(entry, connector.configuration);
}

function found(context: Context, name: string, app = "app_id"): ConnectorRow {
  const connector = context.tenant.connectors.get(inApp(param(context, app), param(context, name)));
  if (connector === undefined) throw notFound("connector");
  return connector;
}

function live(context: Context, name: string, app = "app_id"): ConnectorRow {
  const connector = found(context, name, app);
  if (connector.deletedAt !== null) throw notFound("connector");
  return connector;
}

/** A connector that can sync at once is syncing from now on; one without configuration or consent waits. */
function create(
  context: Context,
  asked: { catalogId: string; displayName: string; description: string; userIds: readonly string[] },
  configuration: Configuration,
  ready: boolean,
): ConnectorRow {
  const { tenant, caller } = context;
  const app = liveApp(tenant, param(context, "app_id"));
  const now = tenant.stamp();
  const userIds = asked.userIds.length > 0 ? asked.userIds : [caller.userId];
  const row: ConnectorRow = {
    ...Connector.make({
      appId: app.id,
      catalogId: asked.catalogId,
      configUpdatedAt: Object.keys(configuration).length > 0 ? now : null,
      connectorApiVersion: 1,
      createdAt: now,
      description: asked.description,
      displayName: asked.displayName,
      id: tenant.newId(),
      updatedAt: now,
      userIds,
    }),
    configuration,
    confirmed: false,
    dueAt: null,
    suspect: "",
  };
  const connector = tenant.connectors.put(ready ? running(tenant, row) : row);
  setOwners(tenant, ownerKey(connector), { users: userIds });
  context.touch(connector.id);
  return connector;
}

function updateConfig(context: Context): unknown {
  const { tenant } = context;
  const connector = live(context, "id");
  const writable = [
    "config",
    "description",
    "disableCheckBadSync",
    "displayName",
    "profileAllowList",
    "profileIgnoreList",
    "syncConfig",
    "userIds",
  ] as const;
  const { config, ...patch } = updated(context.body, "connector", Connector, connector, writable);
  const next = { ...connector, ...patch, updatedAt: tenant.stamp() };
  if (config === undefined || config === null) return answer(tenant.connectors.put(next));
  const entry = entryOf(connector.catalogId);
  const configuration = readConfiguration(entry, config);
  const configured = { ...next, configUpdatedAt: tenant.stamp(), configuration };
  const waits = needsConsent(entry, configuration) && connector.oauthAuthorizedAs === null;
  return answer(tenant.connectors.put(waits ? configured : running(tenant, configured)));
}

/** For self-hosted connectors; the secret is shown once, there is no list (c1.md §8.1). */
function credentialEndpoints(): readonly Endpoint[] {
  const item = `${ITEM}/credentials/{id}`;
  const credential = (context: Context) => {
    const one = context.tenant.connectorCredentials.get(param(context, "id"));
    if (one === undefined || one.connectorId !== param(context, "connector_id")) throw notFound("connector credential");
    return one;
  };
  return [
    writes("POST", "/api/v1/apps/connectors/credentials", "connectors", "connector.rotateCredential", (context) => {
      const { tenant } = context;
      const asked = message({ appId: id, connectorId: id }).given(context.body);
      const connector = tenant.connectors.get(
        inApp(required(asked.appId, "app_id"), required(asked.connectorId, "connector_id")),
      );
      if (connector === undefined || connector.deletedAt !== null) throw notFound("connector");
      const { clientSecret } = newCredential();
      const now = tenant.stamp();
      const credentialId = tenant.newId();
      const row = tenant.connectorCredentials.put(
        ConnectorCredential.make({
          appId: connector.appId,
          clientId: `connector-${credentialId.slice(-8)}@${tenant.host}/spc`,
          connectorId: connector.id,
          createdAt: now,
          displayName: connector.displayName,
          id: credentialId,
          updatedAt: now,
        }),
      );
      context.touch(connector.id, row.id);
      return { credential: { ...row, clientSecret } };
    }),
    reads("GET", item, "connectors", (context) => ({ credential: credential(context) })),
    writes("POST", item, "connectors", "connector.revokeCredential", (context) => {
      anything.read(context.body, "request");
      const one = credential(context);
      context.tenant.connectorCredentials.put({ ...one, deletedAt: context.tenant.stamp() });
      return {};
    }),
  ];
}
