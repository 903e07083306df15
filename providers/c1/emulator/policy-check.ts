/** What the tenant refuses in a policy, and what it silently makes of one (c1.md §7). */
import { celOf } from "./cel.ts";
import {
  APPROVER_ARMS,
  type Approval,
  type Policy,
  type PolicyRule,
  type PolicyStep,
  STEP_ARMS,
} from "./shapes/policy.ts";
import { denied, internal, invalid, notFound } from "./status.ts";
import { baselineKey } from "./task-policy.ts";
import type { Tenant } from "./tenant.ts";

const MAX_RULES = 16;

type Steps = Policy["policySteps"];

/**
 * The stored steps. Trap: without the baseline key the server stores a single `reject` there, which denies everything,
 * and says nothing (c1.md §7.1).
 */
export function checkedSteps(type: Policy["policyType"], steps: Steps, baselinePolicyId: string): Steps {
  const stored: Record<string, Steps[string]> = {};
  for (const [key, entry] of Object.entries(steps)) {
    if (entry.steps.length === 0) throw invalid(`invalid policy_steps["${key}"]: value must contain at least 1 item`);
    stored[key] = { steps: entry.steps.map(checkedStep) };
  }
  const baseline = baselineKey(type);
  if (stored[baseline] === undefined && baselinePolicyId === "") {
    stored[baseline] = { steps: [{ ...NO_STEP, reject: { rejectMessage: "" } }] };
  }
  return stored;
}

const NO_STEP: PolicyStep = {
  accept: null,
  action: null,
  approval: null,
  form: null,
  provision: null,
  reject: null,
  wait: null,
};

function checkedStep(step: PolicyStep): PolicyStep {
  const arm = STEP_ARMS.find((name) => step[name] !== null);
  if (arm === undefined || arm === "action") throw internal("unsupported workflow step type");
  if (arm === "provision") throw invalid("invalid policy_steps: provision steps are not allowed");
  if (
    step.wait !== null &&
    [step.wait.condition, step.wait.duration, step.wait.untilTime].every((one) => one === null)
  ) {
    throw invalid("invalid wait: value must contain exactly one of condition, duration, until_time");
  }
  return step.approval === null ? step : { ...step, approval: checkedApproval(step.approval) };
}

/** Escalation is dropped while it is not enabled. */
function checkedApproval(approval: Approval): Approval {
  const arm = APPROVER_ARMS.find((name) => approval[name] !== null);
  if (arm === undefined) throw invalid("invalid approval: value must contain an approver");
  const users = approval.users?.userIds;
  if (users !== undefined && (users.length < 1 || users.length > 32)) {
    throw invalid("invalid approval.users.user_ids: value must contain between 1 and 32 items, inclusive");
  }
  if (approval.group !== null && (approval.group.appId === "" || approval.group.appGroupId === "")) {
    throw invalid("invalid approval.group: app_id and app_group_id are required");
  }
  for (const one of withFallback(approval)) {
    if (one?.fallback && one.fallbackUserIds.length === 0 && one.fallbackGroupIds.length === 0) {
      throw internal("fallback targets are empty");
    }
  }
  if (!approval.escalationEnabled) return { ...approval, assigned: false, escalation: null };
  if (approval.escalation === null || Number(approval.escalation.expiration) <= 0) {
    throw invalid("invalid approval.escalation.expiration: value must be greater than 0");
  }
  return { ...approval, assigned: false };
}

/** The kinds of approver that may turn out to be nobody. */
function withFallback({ manager, entitlementOwners, resourceOwners, self, group, expression }: Approval) {
  return [manager, entitlementOwners, resourceOwners, self, group, expression];
}

/** Both spellings of the step's key come back (c1.md §14.6); sending both is refused. */
export function checkedRules(tenant: Tenant, rules: readonly PolicyRule[], steps: Steps): readonly PolicyRule[] {
  if (rules.length > MAX_RULES) throw invalid(`invalid rules: value must contain no more than ${MAX_RULES} items`);
  return rules.map((rule) => {
    if (rule.condition === "") throw invalid("invalid rules.condition: value length must be at least 1 runes");
    const problem = rule.condition === "true" ? undefined : celOf(tenant).conditionError(rule.condition);
    if (problem !== undefined) throw invalid(`invalid rules.condition: ${problem}`);
    const outcomes = [rule.stepKey, rule.policyKey, rule.policyId].filter((one) => one !== null && one !== "");
    if (outcomes.length !== 1) throw invalid("invalid rules: exactly one of step_key and policy_id is required");
    if (rule.policyId) throw denied("policy references are not enabled for this tenant");
    const key = rule.stepKey || rule.policyKey;
    if (steps[key] === undefined) throw internal(`step key "${key}" has no steps`);
    return { condition: rule.condition, policyId: null, policyKey: key, stepKey: key };
  });
}

/** People, webhooks and policies that steps name have to exist. */
export function checkStepReferences(tenant: Tenant, steps: Steps): void {
  const approvals = Object.values(steps).flatMap((entry) => entry.steps.flatMap((step) => step.approval ?? []));
  for (const approval of approvals) {
    const userIds = [
      ...(approval.users?.userIds ?? []),
      ...withFallback(approval).flatMap((one) => one?.fallbackUserIds ?? []),
      ...(approval.escalation?.reassignToApprovers?.approverIds ?? []),
    ];
    for (const userId of userIds)
      if (tenant.users.get(userId) === undefined) throw internal(`user ${userId} not found`);
    const replacement = approval.escalation?.replacePolicy?.policyId;
    if (replacement !== undefined && tenant.policies.get(replacement) === undefined) throw notFound("policy");
  }
}
