/** Automations of the tenant or an app (c1.md §9). Arms that documents do not write are kept as they come. */
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
  whole,
} from "../message.ts";
import { EntitlementRef, paging, UserRef } from "./reference.ts";

const refs = list(EntitlementRef.element);
const optional = {
  read: (value: unknown, path: string) => (value === null ? null : text.read(value, path)),
  zero: () => null,
};
const subject = { useSubjectUser: flag, userIdCel: text, userRef: UserRef };
const subjects = { useSubjectUser: flag, userIdsCel: text, userRefs: list(UserRef.element) };
const cron = { cronSpec: text, start: time, timezone: text };
const inclusionList = message({ appEntitlementRefs: refs });

const GrantTrigger = message({
  grantTriggerFilter: message(
    {
      accountFilter: anything,
      grantFilter: anything,
      inclusionAll: empty,
      inclusionCriteria: anything,
      inclusionList,
      inclusionListCel: anything,
    },
    [["inclusionAll", "inclusionCriteria", "inclusionList", "inclusionListCel"]],
  ),
});
const AccountTrigger = message({ appId: optional, appIdCel: optional, condition: text });
const UserTrigger = message({ condition: text });

const triggerArms = {
  accessConflict: message({
    allConflictMonitors: flag,
    conflictMonitorRefs: message({ conflictMonitorRefs: list(message({ id }).element) }),
  }),
  appUserCreated: AccountTrigger,
  appUserUpdated: AccountTrigger,
  grantDeleted: GrantTrigger,
  grantFound: GrantTrigger,
  schedule: message({ ...cron, advanced: flag, condition: text, skipIfTrueCel: text }),
  scheduleAppUser: message({ ...cron, appId: id, condition: text }),
  scheduleNoUser: message({ ...cron, advanced: flag }),
  usageBasedRevocation: anything,
  userCreated: UserTrigger,
  userProfileChange: UserTrigger,
  webhook: message({ capabilityUrl: empty, hmac: empty, jwt: message({ jwksUrl: text }), listenerId: text }, [
    ["capabilityUrl", "hmac", "jwt"],
  ]),
};
export const TRIGGER_ARMS = namesOf(triggerArms);
export const Trigger = message(triggerArms, [TRIGGER_ARMS]);
export type Trigger = Value<typeof Trigger>;

const ConnectorRef = message({ appId: id, id });
const stepArms = {
  accountLifecycleAction: message({
    accountInContext: empty,
    accountRef: message({ accountIdCel: text }),
    actionName: text,
    connectorRef: ConnectorRef,
  }),
  callFunction: anything,
  connectorAction: message({
    actionName: text,
    argsTemplate: anything,
    connectorRef: ConnectorRef,
    resourceTypeId: text,
  }),
  connectorCreateAccount: anything,
  createAccessReview: message({
    ...subjects,
    accessReviewTemplateCel: text,
    accessReviewTemplateId: id,
    campaignName: text,
  }),
  createRevokeTasks: anything,
  createRevokeTasksV2: message({
    ...subject,
    exclusionCriteria: anything,
    exclusionList: message({ excludedAppEntitlementRefs: refs }),
    exclusionListCel: anything,
    exclusionNone: empty,
    grantSourceFilter: choice("GRANT_SOURCE_FILTER_UNSPECIFIED", "GRANT_SOURCE_FILTER_DIRECT"),
    inclusionAccessOnly: empty,
    inclusionAll: empty,
    inclusionCriteria: anything,
    inclusionList,
    inclusionListCel: anything,
  }),
  evaluateExpressions: anything,
  generatePassword: anything,
  grantEntitlements: message({
    ...subject,
    exclusionCriteria: anything,
    exclusionList: message({ excludedAppEntitlementRefs: refs }),
    exclusionListCel: anything,
    exclusionNone: empty,
    inclusionCriteria: anything,
    inclusionList,
    inclusionListCel: anything,
  }),
  removeFromDelegation: anything,
  runAutomation: message({
    automationTemplateIdCel: optional,
    automationTemplateRef: message({ id }),
    context: anything,
  }),
  sendEmail: message({ ...subjects, body: text, email: text, emailCel: text, subject: text, title: text }),
  sendSlackMessage: message({
    ...subjects,
    body: text,
    channelIsId: flag,
    channelName: optional,
    channelNameCel: optional,
  }),
  setCredential: anything,
  storeCredential: anything,
  taskAction: anything,
  unenrollFromAllAccessProfiles: message({ ...subjects, catalogIds: list(id), catalogIdsCel: text }),
  updateUser: message({ ...subject, userStatusCel: optional, userStatusEnum: optional }),
  waitForDuration: message({ duration: span }),
  webhook: message({ payload: anything, webhookId: optional, webhookIdCel: optional }),
};
export const STEP_ARMS = namesOf(stepArms);
export const Step = message({ ...stepArms, skipIfTrueCel: text, stepDisplayName: text, stepName: text }, [STEP_ARMS]);
export type Step = Value<typeof Step>;

const period = choice(
  "CIRCUIT_BREAKER_PERIOD_UNSPECIFIED",
  "CIRCUIT_BREAKER_PERIOD_HOUR",
  "CIRCUIT_BREAKER_PERIOD_DAY",
  "CIRCUIT_BREAKER_PERIOD_WEEK",
  "CIRCUIT_BREAKER_PERIOD_MONTH",
);

const written = {
  annotations: map(text),
  appId: id,
  automationSteps: list(Step.element),
  circuitBreakerMax: whole,
  circuitBreakerPeriod: period,
  context: message({ context: anything }),
  description: text,
  displayName: text,
  draftAutomationSteps: list(Step.element),
  draftTriggers: list(Trigger.element),
  enabled: flag,
  isDraft: flag,
  triggers: list(Trigger.element),
};

export const CreateAutomation = message(written);
export const Automation = message({
  ...written,
  circuitBreaker: message({ observedCount: whole, period, threshold: whole, trippedAt: time }),
  createdAt: time,
  currentVersion: long,
  deletedAt: time,
  id,
  lastExecutedAt: time,
  updatedAt: time,
});
export type Automation = Value<typeof Automation>;

export const SearchAutomations = message({
  ...paging,
  appId: id,
  appIds: list(id),
  query: text,
  refs: list(message({ id }).element),
});

function namesOf<F extends object>(arms: F): readonly (keyof F & string)[] {
  return Object.keys(arms).filter((name): name is keyof F & string => name in arms);
}
