/** Templates of access reviews (c1.md §10). */
import {
  anything,
  choice,
  empty,
  flag,
  id,
  list,
  map,
  message,
  optionalWhole,
  span,
  text,
  time,
  type Value,
  whole,
} from "../message.ts";
import { EntitlementRef } from "./reference.ts";

const accountStatus = choice(
  "APP_USER_STATUS_UNSPECIFIED",
  "APP_USER_STATUS_ENABLED",
  "APP_USER_STATUS_DISABLED",
  "APP_USER_STATUS_DELETED",
);
const accountType = choice(
  "APP_USER_TYPE_UNSPECIFIED",
  "APP_USER_TYPE_USER",
  "APP_USER_TYPE_SERVICE_ACCOUNT",
  "APP_USER_TYPE_SYSTEM_ACCOUNT",
);

const CelScope = message({ expression: text });
const AttributeValues = message({ values: list(message({ value: text }).element) });

const UserCriteria = message({
  groupAppEntitlementsRef: list(EntitlementRef.element),
  managerUserIds: list(id),
  multiUserProfileAttributes: map(AttributeValues.element),
  userStatus: list(choice("UNKNOWN", "ENABLED", "DISABLED", "DELETED")),
});

const AccountCriteria = message({
  accountDomain: choice("APP_USER_DOMAIN_UNSPECIFIED", "APP_USER_DOMAIN_EXTERNAL", "APP_USER_DOMAIN_TRUSTED"),
  accountTypes: list(accountType),
  appUserStatuses: list(accountStatus),
  noAccountOwner: flag,
});

const GrantsByCriteria = message(
  {
    accessProfileFilter: message({
      excludedAccessProfileIds: list(id),
      filterType: choice(
        "ACCESS_PROFILE_FILTER_TYPE_UNSPECIFIED",
        "ACCESS_PROFILE_FILTER_TYPE_INCLUDE_ALL",
        "ACCESS_PROFILE_FILTER_TYPE_EXCLUDE_ALL",
        "ACCESS_PROFILE_FILTER_TYPE_EXCLUDE_SPECIFIC",
        "ACCESS_PROFILE_FILTER_TYPE_INCLUDE_SPECIFIC",
      ),
      includedAccessProfileIds: list(id),
    }),
    daysSinceAdded: span,
    daysSinceLastUsed: span,
    daysSinceReviewed: span,
    grantsAddedBetween: message({ endDate: time, startDate: time }),
    sourceFilter: choice(
      "GRANT_SOURCE_FILTER_UNSPECIFIED",
      "GRANT_SOURCE_FILTER_DIRECT",
      "GRANT_SOURCE_FILTER_INHERITED",
    ),
    typeFilter: choice("GRANT_FILTER_TYPE_UNSPECIFIED", "GRANT_FILTER_TYPE_PERMANENT", "GRANT_FILTER_TYPE_TEMPORARY"),
  },
  [["daysSinceAdded", "daysSinceReviewed", "grantsAddedBetween"]],
);

/** What is reviewed: one arm for each of five questions. Arms without fields only say where the choice is kept. */
export const ReviewScope = message(
  {
    accountCelExpression: CelScope,
    accountCriteria: AccountCriteria,
    allAccessConflicts: empty,
    allAccounts: empty,
    allGrants: empty,
    allUsers: empty,
    appAccess: empty,
    appSelectionCriteria: message({
      complianceFrameworkAttributeValueIds: list(id),
      riskLevelAttributeValueIds: list(id),
    }),
    celExpression: CelScope,
    excludedResourceTypeSelections: empty,
    excludedSpecificResources: empty,
    grantsByCriteria: GrantsByCriteria,
    principalTypeFilter: choice(
      "PRINCIPAL_TYPE_FILTER_UNSPECIFIED",
      "PRINCIPAL_TYPE_FILTER_USERS",
      "PRINCIPAL_TYPE_FILTER_RESOURCES",
      "PRINCIPAL_TYPE_FILTER_USERS_AND_RESOURCES",
    ),
    resourceSelection: empty,
    resourceTypeSelections: empty,
    scopeRoleSelection: empty,
    selectedUsers: message({ userIds: list(id) }),
    specificAccessConflicts: empty,
    specificResources: empty,
    userCriteria: UserCriteria,
  },
  [
    ["appAccess", "specificResources", "appSelectionCriteria", "resourceTypeSelections"],
    ["allUsers", "selectedUsers", "userCriteria", "celExpression"],
    ["allAccounts", "accountCriteria", "accountCelExpression"],
    ["allGrants", "grantsByCriteria"],
    ["allAccessConflicts", "specificAccessConflicts"],
  ],
);
export type ReviewScope = Value<typeof ReviewScope>;

const RecurrenceRule = message(
  {
    endDate: time,
    frequency: choice(
      "FREQUENCY_UNSPECIFIED",
      "FREQUENCY_NONE",
      "FREQUENCY_DAILY",
      "FREQUENCY_WEEKLY",
      "FREQUENCY_MONTHLY",
      "FREQUENCY_YEARLY",
    ),
    interval: whole,
    occurrences: optionalWhole,
    startDate: time,
  },
  [["endDate", "occurrences"]],
);

const written = {
  accessReviewDuration: span,
  accuracyIssueAction: choice(
    "ACCURACY_ISSUE_ACTION_UNSPECIFIED",
    "ACCURACY_ISSUE_ACTION_CONTINUE",
    "ACCURACY_ISSUE_ACTION_WAIT",
  ),
  annotations: map(text),
  autoCloseCampaign: flag,
  autoCloseDecision: choice(
    "CLOSE_DECISION_UNSPECIFIED",
    "CLOSE_DECISION_REVOKED",
    "CLOSE_DECISION_SKIP",
    "CLOSE_DECISION_NO_ACTION",
  ),
  autoGenerateReport: flag,
  autoStartCampaign: flag,
  columnConfig: anything,
  defaultView: choice(
    "ACCESS_REVIEW_VIEW_TYPE_UNSPECIFIED",
    "ACCESS_REVIEW_VIEW_TYPE_BY_APP",
    "ACCESS_REVIEW_VIEW_TYPE_BY_USER",
    "ACCESS_REVIEW_VIEW_TYPE_UNSTRUCTURED",
    "ACCESS_REVIEW_VIEW_TYPE_BY_RESOURCE",
  ),
  description: text,
  displayName: text,
  exemptCertifiedAccessConflicts: flag,
  isCampaignScheduleEnabled: flag,
  notificationConfig: message({ sendClose: flag, sendKickoff: flag, sendReminders: flag }),
  policyId: id,
  recurrenceRule: RecurrenceRule,
  reviewInstructions: text,
  reviewerAttributeConfig: anything,
  scope: ReviewScope,
  scopeType: choice(
    "ACCESS_REVIEW_SCOPE_TYPE_UNSPECIFIED",
    "ACCESS_REVIEW_SCOPE_TYPE_BY_ENTITLEMENTS",
    "ACCESS_REVIEW_SCOPE_TYPE_BY_ACCESS_CONFLICTS",
    "ACCESS_REVIEW_SCOPE_TYPE_BY_RESOURCE",
    "ACCESS_REVIEW_SCOPE_TYPE_BY_INHERITANCE",
    "ACCESS_REVIEW_SCOPE_TYPE_BY_USERS",
  ),
  signatureConfig: anything,
  usePolicyOverride: flag,
};

export const CreateReviewTemplate = message({ ...written, ownerIds: list(id) });

export const ReviewTemplate = message({
  ...written,
  createdAt: time,
  deletedAt: time,
  id,
  inclusionScope: anything,
  nextScheduledCampaignAt: time,
  occurrences: whole,
  slackChannel: anything,
  updatedAt: time,
});
export type ReviewTemplate = Value<typeof ReviewTemplate>;

export const SetupEntitlement = message({
  accessReviewTemplateId: id,
  appEntitlementId: id,
  appId: id,
  appResourceId: id,
  appResourceTypeId: id,
  createdAt: time,
  customPolicyId: id,
  deletedAt: time,
  policyId: id,
  tenantId: id,
  updatedAt: time,
});
export type SetupEntitlement = Value<typeof SetupEntitlement>;

export const SetScopeAndEntitlements = message({
  entitlements: list(message({ appEntitlementId: id, appId: id }).element),
  expandMask: message({ paths: list(text) }),
  scope: ReviewScope,
});
