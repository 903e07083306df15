/** Access profiles: "request catalogs" on the wire (c1.md §5). */
import { answered, choice, flag, id, list, long, map, message, text, time, type Value } from "../message.ts";
import { ruleArms } from "./entitlement.ts";
import { EntitlementRef, ExpandMask, UserRef } from "./reference.ts";

const written = {
  annotations: map(text),
  description: text,
  displayName: text,
  enrollmentBehavior: choice(
    "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_UNSPECIFIED",
    "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY",
    "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_ENFORCE_ENTITLEMENT_REQUEST_POLICY",
  ),
  published: flag,
  requestBundle: flag,
  unenrollmentBehavior: choice(
    "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_UNSPECIFIED",
    "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_LEAVE_ACCESS_AS_IS",
    "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_ALL",
    "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_UNJUSTIFIED",
  ),
  unenrollmentEntitlementBehavior: choice(
    "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_UNSPECIFIED",
    "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_BYPASS",
    "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_ENFORCE",
  ),
  visibleToEveryone: flag,
};

export const CreateCatalog = message({ ...written, expandMask: ExpandMask });

export const Catalog = message({
  ...written,
  accessEntitlements: list(answered),
  createdAt: time,
  createdByUserId: id,
  deletedAt: time,
  id,
  updatedAt: time,
});
export type Catalog = Value<typeof Catalog>;

export const CatalogView = message({
  accessEntitlementsPath: text,
  createdByUserPath: text,
  memberCount: long,
  requestCatalog: Catalog,
});

export const AddEntries = message({ appEntitlements: list(EntitlementRef.element), createRequests: flag });
export const NameEntries = message({ appEntitlements: list(EntitlementRef.element) });
export const NameAccess = message({ accessEntitlements: list(EntitlementRef.element) });
export const Entry = message({ appId: id, catalogId: id, entitlementId: id });

const runStatus = choice(
  "BUNDLE_AUTOMATION_RUN_STATUS_UNSPECIFIED",
  "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS",
  "BUNDLE_AUTOMATION_RUN_STATUS_FAILURE",
  "BUNDLE_AUTOMATION_RUN_STATUS_IN_PROGRESS",
  "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL",
);

const automation = {
  ...ruleArms,
  createTasks: flag,
  disableCircuitBreaker: flag,
  enabled: flag,
  enforceOnSmallProfiles: flag,
  removedMembersThresholdPercent: long,
};
const arms = ["cel", "entitlements"] as const;

/** Set is a full replace, without a mask (c1.md §5.4). */
export const SetBundleAutomation = message(automation, [arms]);

export const BundleAutomation = message(
  {
    ...automation,
    circuitBreaker: message({
      removedMembersThresholdPercentage: long,
      state: choice(
        "CIRCUIT_BREAKER_STATE_UNSPECIFIED",
        "CIRCUIT_BREAKER_STATE_TRIGGERED",
        "CIRCUIT_BREAKER_STATE_BYPASS",
        "CIRCUIT_BREAKER_STATE_SUPPORT_DISABLED",
      ),
      updatedAt: time,
      userRef: UserRef,
    }),
    createdAt: time,
    deletedAt: time,
    requestCatalogId: id,
    state: message({
      celEvaluation: message({ errorMessage: text, lastEvaluatedAt: time, matchedUsers: long, status: runStatus }),
      errorMessage: text,
      lastRunAt: time,
      status: runStatus,
    }),
    tenantId: id,
    updatedAt: time,
  },
  [arms],
);
export type BundleAutomation = Value<typeof BundleAutomation>;
