/** Entitlements, their automations, and grants (app entitlement user bindings). */
import {
  anything,
  choice,
  empty,
  flag,
  id,
  list,
  long,
  map,
  message,
  span,
  text,
  time,
  type Value,
} from "../message.ts";
import { ProvisionPolicy } from "./policy.ts";
import { EntitlementRef, ExpandMask, expanded, ObjectPermissions } from "./reference.ts";

export const purpose = choice(
  "APP_ENTITLEMENT_PURPOSE_VALUE_UNSPECIFIED",
  "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT",
  "APP_ENTITLEMENT_PURPOSE_VALUE_PERMISSION",
  "APP_ENTITLEMENT_PURPOSE_VALUE_OWNERSHIP",
);

const written = {
  alias: text,
  annotations: map(text),
  appResourceId: id,
  appResourceTypeId: id,
  certifyPolicyId: id,
  complianceFrameworkValueIds: list(id),
  description: text,
  displayName: text,
  durationGrant: span,
  durationUnset: empty,
  emergencyGrantEnabled: flag,
  emergencyGrantPolicyId: id,
  grantPolicyId: id,
  matchBatonId: text,
  overrideAccessRequestsDefaults: flag,
  purpose,
  revokePolicyId: id,
  riskLevelValueId: id,
  slug: text,
};

const duration = ["durationGrant", "durationUnset"] as const;

export const CreateEntitlement = message(
  {
    ...written,
    appEntitlementOwnerIds: list(id),
    expandMask: ExpandMask,
    provisionPolicy: ProvisionPolicy,
  },
  [duration],
);

export const Entitlement = message(
  {
    ...written,
    appId: id,
    createdAt: time,
    defaultValuesApplied: flag,
    deletedAt: time,
    deprovisionerPolicy: ProvisionPolicy,
    externalId: text,
    grantCount: long,
    id,
    isAutomationEnabled: flag,
    isManuallyManaged: flag,
    provisionerPolicy: ProvisionPolicy,
    requestSchemaId: id,
    sourceConnectorIds: map(text),
    systemBuiltin: flag,
    updatedAt: time,
    userEditedMask: text,
  },
  [duration],
);
export type Entitlement = Value<typeof Entitlement>;

export const UpdateEntitlement = message({
  entitlement: Entitlement,
  expandMask: ExpandMask,
  overrideAccessRequestsDefaults: flag,
  updateMask: text,
});

export const EntitlementView = message({
  appEntitlement: Entitlement,
  appPath: text,
  appResourcePath: text,
  appResourceTypePath: text,
  objectPermissions: ObjectPermissions,
});

export const EntitlementAnswer = message({ appEntitlementView: EntitlementView, expanded });

const EntitlementsRule = message({ entitlementRefs: list(EntitlementRef.element) });
const CelRule = message({ expression: text });

/** The arms that say who belongs; of a profile only `cel` and `entitlements` exist. */
export const ruleArms = { cel: CelRule, entitlements: EntitlementsRule };

const automationArms = { ...ruleArms, basic: CelRule, none: empty };
const automationOneOf = ["basic", "cel", "entitlements", "none"] as const;

export const EntitlementAutomation = message(
  {
    ...automationArms,
    appEntitlementId: id,
    appId: id,
    createdAt: time,
    deletedAt: time,
    description: text,
    displayName: text,
    lastRunStatus: message({
      errorMessage: text,
      lastCompletedAt: time,
      status: choice(
        "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_UNSPECIFIED",
        "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_SUCCESS",
        "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_FAILED",
        "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_IN_PROGRESS",
      ),
    }),
    managedByRequestCatalogId: id,
    updatedAt: time,
  },
  [automationOneOf],
);
export type EntitlementAutomation = Value<typeof EntitlementAutomation>;

/** The official description has the fields flat, c1.md §6.4 under `automation`: both are taken. */
export const UpdateEntitlementAutomation = message(
  { ...automationArms, automation: EntitlementAutomation, description: text, displayName: text, updateMask: text },
  [automationOneOf],
);

export const AppUser = message({
  agentStatus: choice(
    "APP_USER_AGENT_STATUS_UNSPECIFIED",
    "APP_USER_AGENT_STATUS_READY",
    "APP_USER_AGENT_STATUS_DISABLED",
    "APP_USER_AGENT_STATUS_DELETED",
  ),
  appId: id,
  appUserType: choice(
    "APP_USER_TYPE_UNSPECIFIED",
    "APP_USER_TYPE_USER",
    "APP_USER_TYPE_SERVICE_ACCOUNT",
    "APP_USER_TYPE_SYSTEM_ACCOUNT",
  ),
  createdAt: time,
  deletedAt: time,
  displayName: text,
  email: text,
  emails: list(text),
  employeeIds: list(text),
  id,
  identityUserId: id,
  isExternal: flag,
  nhiDetail: text,
  nhiType: choice(
    "APP_USER_NHI_TYPE_UNSPECIFIED",
    "APP_USER_NHI_TYPE_APP_REGISTRATION",
    "APP_USER_NHI_TYPE_ASSUMABLE_ROLE",
    "APP_USER_NHI_TYPE_MANAGED_IDENTITY",
  ),
  profile: anything,
  status: message({
    details: text,
    status: choice("STATUS_UNSPECIFIED", "STATUS_ENABLED", "STATUS_DISABLED", "STATUS_DELETED"),
  }),
  updatedAt: time,
  username: text,
  usernames: list(text),
});
export type AppUser = Value<typeof AppUser>;

export const AppUserView = message({ appPath: text, appUser: AppUser, identityUserPath: text, lastUsagePath: text });

export const GrantView = message({
  appEntitlementId: id,
  appEntitlementUserBindingCreatedAt: time,
  appEntitlementUserBindingDeprovisionAt: time,
  appId: id,
  appUser: AppUserView,
  appUserId: id,
  grantSources: list(EntitlementRef.element),
  originatingTicketId: id,
});

export const GrantRow = message({ appEntitlementUserBinding: GrantView, entitlement: EntitlementView });
