/** Apps and what is in them: resource types and resources. */
import {
  answered,
  anything,
  choice,
  flag,
  id,
  list,
  long,
  map,
  message,
  text,
  time,
  type Value,
  whole,
} from "../message.ts";
import { EntitlementRef, expanded, ObjectPermissions } from "./reference.ts";

const identityMatching = choice(
  "APP_USER_IDENTITY_MATCHING_UNSPECIFIED",
  "APP_USER_IDENTITY_MATCHING_STRICT",
  "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
  "APP_USER_IDENTITY_MATCHING_CUSTOM",
);

/** Names an app that a directory connector will discover; `externalId` is `app::0oa…` (c1.md §6.1). */
export const AppMatchBatonRef = message({ appId: id, connectorId: id, externalId: text });

export const App = message({
  accessModel: choice(
    "APP_ACCESS_MODEL_UNSPECIFIED",
    "APP_ACCESS_MODEL_CLASSIC",
    "APP_ACCESS_MODEL_HYBRID",
    "APP_ACCESS_MODEL_SPARSE",
  ),
  annotations: map(text),
  appAccountId: text,
  appAccountName: text,
  appOwners: list(answered),
  appUserMapper: anything,
  certifyPolicyId: id,
  connectorVersion: whole,
  createdAt: time,
  defaultRequestCatalogId: id,
  deletedAt: time,
  description: text,
  displayName: text,
  enableConnectorSourcedOwnership: flag,
  fieldMask: text,
  grantPolicyId: id,
  iconUrl: text,
  id,
  identityMatching,
  instructions: text,
  isDirectory: flag,
  isManuallyManaged: flag,
  logoUri: text,
  matchBatonRef: AppMatchBatonRef,
  monthlyCostUsd: whole,
  parentAppId: id,
  revokeGrantSources: flag,
  revokePolicyId: id,
  strictAccessEntitlementProvisioning: flag,
  updatedAt: time,
  userCount: long,
});
export type App = Value<typeof App>;

export const CreateApp = message({
  annotations: map(text),
  appEntitlementOwnerRefs: list(EntitlementRef.element),
  certifyPolicyId: id,
  description: text,
  displayName: text,
  grantPolicyId: id,
  identityMatching,
  instructions: text,
  matchBatonRef: AppMatchBatonRef,
  monthlyCostUsd: whole,
  owners: list(id),
  revokePolicyId: id,
  strictAccessEntitlementProvisioning: flag,
});

export const ResourceType = message({
  appId: id,
  createdAt: time,
  deletedAt: time,
  displayName: text,
  id,
  traitIds: list(id),
  updatedAt: time,
});

/** Immutable, and not echoed on read (c1.md §6.2). */
export const resourceTypeKind = choice(
  "CUSTOM",
  "ROLE",
  "GROUP",
  "LICENSE",
  "PROJECT",
  "CATALOG",
  "VAULT",
  "PROFILE_TYPE",
  "SESSION_POLICY",
  "CLAW_AGENT",
);

export const ResourceTypeView = message({ appPath: text, appResourceType: ResourceType });

export const Resource = message({
  accessConfigId: text,
  agentTrait: answered,
  annotations: map(text),
  appId: id,
  appResourceTypeId: id,
  createdAt: time,
  customDescription: text,
  deletedAt: time,
  description: text,
  displayName: text,
  externalId: text,
  grantCount: long,
  id,
  matchBatonId: text,
  nhiDetail: text,
  nhiType: choice(
    "NHI_TYPE_UNSPECIFIED",
    "NHI_TYPE_APP_REGISTRATION",
    "NHI_TYPE_ASSUMABLE_ROLE",
    "NHI_TYPE_MANAGED_IDENTITY",
  ),
  parentAppResourceId: id,
  parentAppResourceTypeId: id,
  profile: anything,
  secretTrait: answered,
  updatedAt: time,
});
export type Resource = Value<typeof Resource>;

export const ResourceView = message({
  appPath: text,
  appResource: Resource,
  objectPermissions: ObjectPermissions,
  parentResourcePath: text,
  parentResourceTypePath: text,
  resourceTypePath: text,
});

export const ResourceAnswer = message({ appResourceView: ResourceView, expanded });
