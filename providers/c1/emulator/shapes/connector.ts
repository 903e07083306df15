/** Connectors and the catalog of what they can be (c1.md §8). */
import { answered, anything, choice, flag, id, list, message, text, time, type Value, whole } from "../message.ts";
import { EntitlementRef, ExpandMask, expanded } from "./reference.ts";

export const syncStatus = choice(
  "SYNC_STATUS_UNSPECIFIED",
  "SYNC_STATUS_RUNNING",
  "SYNC_STATUS_DONE",
  "SYNC_STATUS_ERROR",
  "SYNC_STATUS_DISABLED",
);

export const Connector = message({
  appId: id,
  canResumeSync: flag,
  catalogId: id,
  config: anything,
  configUpdatedAt: time,
  connectorApiVersion: whole,
  connectorSyncCronSchedule: message({ cronSpec: text, start: time, timezone: text }),
  createdAt: time,
  deletedAt: time,
  description: text,
  disableCheckBadSync: flag,
  displayName: text,
  downloadUrl: text,
  id,
  oauthAuthorizedAs: message({ authEmail: text, authorizedAt: time }),
  parallelSyncWorkerCount: whole,
  profileAllowList: list(text),
  profileIgnoreList: list(text),
  status: message({ completedAt: time, lastError: text, startedAt: time, status: syncStatus, updatedAt: time }),
  syncConfig: message({ syncResourceTypeIds: list(id) }),
  syncDisabledAt: time,
  syncDisabledCategory: text,
  syncDisabledReason: text,
  updatedAt: time,
  userIds: list(id),
});
export type Connector = Value<typeof Connector>;

export const CreateConnector = message({
  catalogId: id,
  config: anything,
  description: text,
  expandMask: ExpandMask,
  userIds: list(id),
});

export const CreateDelegatedConnector = message({
  appEntitlementOwnerRefs: list(EntitlementRef.element),
  appManagedStateBindingRef: message({ appId: id, resourceId: id, resourceTypeId: id }),
  catalogId: id,
  description: text,
  displayName: text,
  expandMask: ExpandMask,
  userIds: list(id),
});

export const UpdateConnector = message({ connector: Connector, expandMask: ExpandMask, updateMask: text });

export const ConnectorView = message({ appPath: text, capabilitiesPath: text, connector: Connector, usersPath: text });
export const ConnectorAnswer = message({ connectorView: ConnectorView, expanded });

export const ConnectorCredential = message({
  appId: id,
  clientId: text,
  clientSecret: text,
  connectorId: id,
  createdAt: time,
  deletedAt: time,
  displayName: text,
  expiresTime: time,
  id,
  lastUsedAt: time,
  updatedAt: time,
});

/** A field of a connector's configuration; exactly one of the type arms is set. */
export const ConfigField = message({
  additionalPlaceholder: text,
  checkbox: message({ checked: flag }),
  dependsOnFields: list(text),
  displayName: text,
  helpUrl: text,
  import: answered,
  keyValue: answered,
  name: text,
  oauth2: answered,
  options: answered,
  placeholder: text,
  postCreate: flag,
  random: answered,
  readOnly: answered,
  secret: answered,
  select: message({ items: list(message({ displayName: text, value: text }).element) }),
  str: message({ secret: flag, valueValidator: answered }),
  strList: message({ valueValidator: answered }),
  stringMap: answered,
  text: answered,
});
export type ConfigField = Value<typeof ConfigField>;

export const ConfigSchema = message({
  displayName: text,
  fieldGroups: list(
    message({ default: flag, displayName: text, fieldNames: list(text), helpText: text, name: text }).element,
  ),
  fields: list(ConfigField.element),
  helpUrl: text,
  iconUrl: text,
  isOauth2: flag,
  requiresExternalConnector: flag,
  supportsExternalResources: flag,
});
export type ConfigSchema = Value<typeof ConfigSchema>;
