/** Policies: who approves, step by step, and who provisions (c1.md §7). */
import {
  answered,
  anything,
  choice,
  empty,
  flag,
  id,
  list,
  long,
  map,
  message,
  optionalText,
  type Shape,
  span,
  text,
  time,
  type Value,
  whole,
} from "../message.ts";

const EntitlementReference = message({ appEntitlementId: id, appId: id });

/** What the approver arms with a fallback share. */
const fallback = {
  fallback: flag,
  fallbackGroupIds: list(EntitlementReference.element),
  fallbackUserIds: list(id),
  isGroupFallbackEnabled: flag,
};
const approver = { allowSelfApproval: flag, requireDistinctApprovers: flag };

const Escalation = message(
  {
    cancelTicket: empty,
    escalationComment: text,
    expiration: long,
    reassignToApprovers: message({ approverIds: list(id) }),
    replacePolicy: message({ policyId: id }),
    skipStep: empty,
  },
  [["cancelTicket", "reassignToApprovers", "replacePolicy", "skipStep"]],
);

const Agent = message({
  agentFailureAction: choice(
    "APPROVAL_AGENT_FAILURE_ACTION_UNSPECIFIED",
    "APPROVAL_AGENT_FAILURE_ACTION_REASSIGN_TO_USERS",
    "APPROVAL_AGENT_FAILURE_ACTION_REASSIGN_TO_SUPER_ADMINS",
    "APPROVAL_AGENT_FAILURE_ACTION_SKIP_POLICY_STEP",
  ),
  agentMode: choice(
    "APPROVAL_AGENT_MODE_UNSPECIFIED",
    "APPROVAL_AGENT_MODE_FULL_CONTROL",
    "APPROVAL_AGENT_MODE_CHANGE_POLICY_ONLY",
    "APPROVAL_AGENT_MODE_COMMENT_ONLY",
  ),
  agentUserId: id,
  instructions: text,
  policyIds: list(id),
  reassignToUserIds: list(id),
});

export const APPROVER_ARMS = [
  "agent",
  "appOwners",
  "entitlementOwners",
  "expression",
  "group",
  "manager",
  "resourceOwners",
  "self",
  "users",
  "webhook",
] as const;

export const Approval = message(
  {
    agent: Agent,
    allowDelegation: flag,
    allowReassignment: flag,
    allowedReassignees: list(id),
    appOwners: message(approver),
    assigned: flag,
    entitlementOwners: message({ ...approver, ...fallback }),
    escalation: Escalation,
    escalationEnabled: flag,
    expression: message({ ...approver, ...fallback, assignedUserIds: list(id), expressions: list(text) }),
    group: message({ ...approver, ...fallback, appGroupId: id, appId: id }),
    manager: message({ ...approver, ...fallback, assignedUserIds: list(id) }),
    requireApprovalReason: flag,
    requireDenialReason: flag,
    requireReassignmentReason: flag,
    requiresStepUpProviderId: text,
    resourceOwners: message({ ...approver, ...fallback }),
    self: message({ ...fallback, assignedUserIds: list(id) }),
    users: message({ ...approver, userIds: list(id) }),
    webhook: message({ webhookId: id }),
  },
  [APPROVER_ARMS],
);
export type Approval = Value<typeof Approval>;

const Wait = message(
  {
    commentOnFirstWait: text,
    commentOnTimeout: text,
    condition: message({ condition: text }),
    duration: message({ duration: span }),
    name: text,
    timeoutDuration: span,
    untilTime: message({ hours: whole, minutes: whole, timezone: text }),
  },
  [["condition", "duration", "untilTime"]],
);

export const STEP_ARMS = ["accept", "action", "approval", "form", "provision", "reject", "wait"] as const;

export const PolicyStep = message(
  {
    accept: message({ acceptMessage: text }),
    action: anything,
    approval: Approval,
    form: message({ form: anything }),
    provision: anything,
    reject: message({ rejectMessage: text }),
    wait: Wait,
  },
  [STEP_ARMS],
);
export type PolicyStep = Value<typeof PolicyStep>;

export const PolicySteps = message({ steps: list(PolicyStep.element) });

/** `policyKey` is the older spelling of `stepKey` (c1.md §7.1). */
export const PolicyRule = message({ condition: text, policyId: optionalText, policyKey: text, stepKey: optionalText });
export type PolicyRule = Value<typeof PolicyRule>;

const PolicyScope = message({
  appEntitlementId: id,
  appId: id,
  slot: choice("POLICY_SCOPE_SLOT_UNSPECIFIED", "POLICY_SCOPE_SLOT_EMERGENCY"),
});

export const policyType = choice(
  "POLICY_TYPE_UNSPECIFIED",
  "POLICY_TYPE_GRANT",
  "POLICY_TYPE_REVOKE",
  "POLICY_TYPE_CERTIFY",
  "POLICY_TYPE_ACCESS_REQUEST",
  "POLICY_TYPE_PROVISION",
);

const written = {
  annotations: map(text),
  baselinePolicyId: id,
  description: text,
  displayName: text,
  policySteps: map(PolicySteps.element),
  policyType,
  postActions: list(message({ certifyRemediateImmediately: flag }).element),
  reassignTasksToDelegates: flag,
  rules: list(PolicyRule.element),
  scope: PolicyScope,
};

export const CreatePolicy = message(written);

export const Policy = message({
  ...written,
  createdAt: time,
  deletedAt: time,
  id,
  systemBuiltin: flag,
  updatedAt: time,
});
export type Policy = Value<typeof Policy>;

const Assignment = message(
  {
    appOwners: anything,
    entitlementOwners: anything,
    expression: anything,
    group: anything,
    manager: anything,
    users: message({ allowReassignment: flag, userIds: list(id) }),
  },
  [["appOwners", "entitlementOwners", "expression", "group", "manager", "users"]],
);

const ConnectorProvision = message(
  {
    account: anything,
    defaultBehavior: message({ connectorId: id }),
    deleteAccount: message({ connectorId: id }),
  },
  [["account", "defaultBehavior", "deleteAccount"]],
);

const provisionArms = {
  action: anything,
  connector: ConnectorProvision,
  delegated: message({ appId: id, entitlementId: id, implicit: flag }),
  devicePlacement: anything,
  externalTicket: anything,
  manual: message({ assignee: Assignment, instructions: text, userIds: list(id) }),
  multiStep: anything,
  unconfigured: empty,
  webhook: message({ webhookId: id }),
} satisfies Record<string, Shape<unknown>>;

/** Who carries a grant out: a connector, a person, another entitlement (c1.md §7.3). */
export const ProvisionPolicy = message(provisionArms, [
  [
    "action",
    "connector",
    "delegated",
    "devicePlacement",
    "externalTicket",
    "manual",
    "multiStep",
    "unconfigured",
    "webhook",
  ],
]);
export type ProvisionPolicy = Value<typeof ProvisionPolicy>;

/** One step of a task, as far as it has come. The arm's inside is made by the emulator only. */
export const PolicyStepInstance = message({
  accept: answered,
  action: answered,
  approval: answered,
  form: answered,
  id,
  policyGenerationId: id,
  provision: answered,
  reject: answered,
  state: choice("POLICY_STEP_STATE_UNSPECIFIED", "POLICY_STEP_STATE_ACTIVE", "POLICY_STEP_STATE_DONE"),
  wait: answered,
});
export type PolicyStepInstance = Value<typeof PolicyStepInstance>;

export const PolicyInstance = message({
  current: PolicyStepInstance,
  history: list(PolicyStepInstance.element),
  next: list(PolicyStep.element),
  policy: Policy,
});
