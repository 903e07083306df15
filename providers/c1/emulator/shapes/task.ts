/** Tasks: requests to grant or revoke, on their way through a policy (c1.md §11). */
import {
  answered,
  anything,
  choice,
  flag,
  id,
  list,
  long,
  message,
  span,
  text,
  time,
  type Value,
  whole,
} from "../message.ts";
import { PolicyInstance } from "./policy.ts";
import { ExpandMask, expanded, ObjectPermissions } from "./reference.ts";

const GrantSource = message({
  conversationId: text,
  externalUrl: text,
  integrationId: text,
  isExtension: flag,
  requestId: text,
});

const outcomes = ["DENIED", "ERROR", "CANCELLED", "WAIT_TIMED_OUT"] as const;

export const grantOutcome = choice(
  "GRANT_OUTCOME_UNSPECIFIED",
  "GRANT_OUTCOME_GRANTED",
  ...outcomes.map((name) => `GRANT_OUTCOME_${name}` as const),
);
export const revokeOutcome = choice(
  "REVOKE_OUTCOME_UNSPECIFIED",
  "REVOKE_OUTCOME_REVOKED",
  ...outcomes.map((name) => `REVOKE_OUTCOME_${name}` as const),
);

const subject = { appEntitlementId: id, appId: id, appUserId: id, identityUserId: id, outcomeTime: time };

export const TaskType = message({
  action: answered,
  certify: answered,
  finding: answered,
  grant: message({ ...subject, grantDuration: span, outcome: grantOutcome, source: GrantSource }),
  offboarding: answered,
  revoke: message({ ...subject, outcome: revokeOutcome, resource: answered, source: answered }),
});
export type TaskType = Value<typeof TaskType>;

export const taskOrigin = choice(
  "TASK_ORIGIN_UNSPECIFIED",
  "TASK_ORIGIN_PROFILE_MEMBERSHIP_AUTOMATION",
  "TASK_ORIGIN_SLACK",
  "TASK_ORIGIN_API",
  "TASK_ORIGIN_JIRA",
  "TASK_ORIGIN_COPILOT",
  "TASK_ORIGIN_WEBAPP",
  "TASK_ORIGIN_TIME_REVOKE",
  "TASK_ORIGIN_NON_USAGE_REVOKE",
  "TASK_ORIGIN_PROFILE_MEMBERSHIP_MANUAL",
  "TASK_ORIGIN_PROFILE_MEMBERSHIP",
  "TASK_ORIGIN_AUTOMATION",
  "TASK_ORIGIN_ACCESS_REVIEW",
  "TASK_ORIGIN_CASCADE_DELETE",
);

export const taskState = choice("TASK_STATE_UNSPECIFIED", "TASK_STATE_OPEN", "TASK_STATE_CLOSED");

export const Task = message({
  actions: list(text),
  analysisId: id,
  annotations: list(answered),
  approverIds: list(id),
  commentCount: whole,
  createdAt: time,
  createdByUserId: id,
  data: anything,
  deletedAt: time,
  description: text,
  displayName: text,
  emergencyAccess: flag,
  externalRefs: list(answered),
  form: answered,
  id,
  insightIds: list(id),
  numericId: long,
  origin: taskOrigin,
  policy: PolicyInstance,
  policyGenerationId: id,
  processing: choice(
    "TASK_PROCESSING_TYPE_UNSPECIFIED",
    "TASK_PROCESSING_TYPE_PROCESSING",
    "TASK_PROCESSING_TYPE_WAITING",
    "TASK_PROCESSING_TYPE_DONE",
  ),
  recommendation: choice("INSIGHT_RECOMMENDATION_UNSPECIFIED"),
  revocationTargets: list(answered),
  state: taskState,
  stepApproverIds: list(id),
  type: TaskType,
  updatedAt: time,
  userId: id,
});
export type Task = Value<typeof Task>;

export const TaskView = message({
  accessReviewPath: text,
  appPath: text,
  appUserLastUsagePath: text,
  appUserPath: text,
  approversPath: text,
  createdByUserPath: text,
  entitlementsPath: text,
  identityUserPath: text,
  insightsPath: text,
  objectPermissions: ObjectPermissions,
  principalResourcePath: text,
  resourceBindingsPath: text,
  roleResourcePath: text,
  scopeResourcePath: text,
  stepApproversPath: text,
  task: Task,
  userPath: text,
});

export const TaskAnswer = message({ expanded, taskView: TaskView });
export const TaskActionAnswer = message({ expanded, taskView: TaskView, ticketActionId: id });

export const CreateGrantTask = message({
  appEntitlementId: id,
  appId: id,
  appUserId: id,
  description: text,
  emergencyAccess: flag,
  expandMask: ExpandMask,
  grantDuration: span,
  identityUserId: id,
  requestData: anything,
  source: GrantSource,
});

export const CreateRevokeTask = message({
  appEntitlementId: id,
  appId: id,
  appUserId: id,
  description: text,
  expandMask: ExpandMask,
  identityUserId: id,
});
