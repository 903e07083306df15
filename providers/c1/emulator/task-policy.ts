/** A task's way through its policy (c1.md §7): rules choose the steps, steps are taken in order. */
import { builtinPolicy } from "./builtins.ts";
import { celOf, type Situation } from "./cel.ts";
import { holders } from "./granting.ts";
import { ownersNow } from "./owners.ts";
import type { TaskRow } from "./rows.ts";
import type { User } from "./shapes/person.ts";
import type { Approval, Policy, PolicyStep, PolicyStepInstance } from "./shapes/policy.ts";
import { PolicyInstance, PolicyStepInstance as StepInstance } from "./shapes/policy.ts";
import { moveTask, settleTask } from "./tasks.ts";
import { inApp, type Tenant } from "./tenant.ts";

/** Takes every step that needs nobody; the task stops at a person, at a wait, or at provisioning. */
export function walkPolicy(tenant: Tenant, started: TaskRow): void {
  let task = started.policy === null ? enter(tenant, started) : started;
  while (task.move.at === "policy") task = takeStep(tenant, task);
}

/** An approver's word. The step that was current is done. */
export function decide(tenant: Tenant, task: TaskRow, approved: boolean, byUserId: string): void {
  const current = task.policy?.current;
  if (task.policy === null || current === null || current === undefined) return;
  const word = {
    approved: approved ? { approvedAt: tenant.stamp(), userId: byUserId } : null,
    denied: approved ? null : { deniedAt: tenant.stamp(), userId: byUserId },
  };
  const done = finished({
    ...current,
    approval: { ...current.approval, ...word, state: "APPROVAL_INSTANCE_STATE_DONE" },
  });
  const policy = { ...task.policy, current: null, history: [...task.policy.history, done] };
  const next = moveTask(tenant, task, { move: { at: "policy" }, policy, approverIds: [], stepApproverIds: [] });
  if (!approved) settleTask(tenant, next, "DENIED");
}

function enter(tenant: Tenant, task: TaskRow): TaskRow {
  const policy = policyOf(tenant, task);
  const steps = policy.policySteps[chosenKey(tenant, task, policy)]?.steps ?? [];
  return moveTask(tenant, task, { move: { at: "policy" }, policy: PolicyInstance.make({ next: steps, policy }) });
}

/** The entitlement's own policy, else the app's, else the builtin one. */
function policyOf(tenant: Tenant, task: TaskRow): Policy {
  const entitlement = tenant.entitlements.get(inApp(task.target.appId, task.target.id));
  const app = tenant.apps.get(task.target.appId);
  const emergency = task.emergencyAccess ? entitlement?.emergencyGrantPolicyId : "";
  const ids = task.grant
    ? [emergency, entitlement?.grantPolicyId, app?.grantPolicyId]
    : [entitlement?.revokePolicyId, app?.revokePolicyId];
  for (const id of ids) {
    const policy = tenant.policies.get(id ?? "");
    if (policy !== undefined && policy.deletedAt === null) return policy;
  }
  return builtinPolicy(tenant, task.grant ? "POLICY_TYPE_GRANT" : "POLICY_TYPE_REVOKE");
}

/** First rule that holds, else the baseline. A rule that cannot be evaluated does not hold (assumption). */
function chosenKey(tenant: Tenant, task: TaskRow, policy: Policy): string {
  const subject = tenant.users.get(task.subject);
  const holds = (condition: string): boolean => {
    if (condition === "true") return true;
    if (subject === undefined) return false;
    try {
      return celOf(tenant).holds(condition, subject, situationOf(tenant, task));
    } catch {
      return false;
    }
  };
  const rule = policy.rules.find((one) => holds(one.condition));
  return rule?.stepKey ?? baselineKey(policy.policyType);
}

/** The lower-case type word (c1.md §7.1). */
export const baselineKey = (type: Policy["policyType"]): string => type.replace("POLICY_TYPE_", "").toLowerCase();

function takeStep(tenant: Tenant, task: TaskRow): TaskRow {
  const instance = task.policy;
  const step = instance?.next[0];
  if (instance === null || step === undefined)
    return moveTask(tenant, task, { move: { at: "provision", mergeBy: null } });
  const next = instance.next.slice(1);
  const made = begun(tenant, step);
  const past = { ...instance, current: null, next, history: [...instance.history, finished(made)] };
  if (step.accept !== null) return moveTask(tenant, task, { move: { at: "policy" }, policy: past });
  if (step.reject !== null)
    return settleTask(tenant, moveTask(tenant, task, { move: { at: "policy" }, policy: past }), "DENIED");
  if (step.approval !== null) {
    const approvers = approversOf(tenant, task, step.approval);
    /** An expression that names nobody silently skips the step (c1.md §7.2). */
    if (approvers.length === 0 && step.approval.expression !== null) {
      return moveTask(tenant, task, { move: { at: "policy" }, policy: past });
    }
    return moveTask(tenant, task, {
      approverIds: approvers,
      move: { at: "person" },
      policy: { ...instance, current: made, next },
      stepApproverIds: approvers,
    });
  }
  if (step.wait?.duration?.duration) {
    const until = tenant.now() + Number.parseFloat(step.wait.duration.duration) * 1000;
    return moveTask(tenant, task, { move: { at: "wait", until }, policy: past });
  }
  return moveTask(tenant, task, { move: { at: "person" }, policy: { ...instance, current: made, next } });
}

function begun(tenant: Tenant, step: PolicyStep): PolicyStepInstance {
  const approval = step.approval && {
    approval: step.approval,
    assignedAt: tenant.stamp(),
    state: "APPROVAL_INSTANCE_STATE_WAITING",
  };
  return StepInstance.make({
    accept: step.accept,
    approval,
    form: step.form,
    id: tenant.newId(),
    reject: step.reject,
    state: "POLICY_STEP_STATE_ACTIVE",
    wait: step.wait,
  });
}

const finished = (instance: PolicyStepInstance): PolicyStepInstance => ({
  ...instance,
  state: "POLICY_STEP_STATE_DONE",
});

function approversOf(tenant: Tenant, task: TaskRow, approval: Approval): readonly string[] {
  const { target, subject } = task;
  const user = tenant.users.get(subject);
  const entitlement = tenant.entitlements.get(inApp(target.appId, target.id));
  const ownersOf = (key: string): readonly string[] => ownersNow(tenant, key).users.map((owner) => owner.id);
  const orFallback = (people: readonly string[], arm: { fallback: boolean; fallbackUserIds: readonly string[] }) =>
    people.length > 0 || !arm.fallback ? people : arm.fallbackUserIds;
  if (approval.users !== null) return approval.users.userIds;
  if (approval.appOwners !== null) return ownersOf(`app/${target.appId}`);
  if (approval.self !== null) return orFallback([subject], approval.self);
  if (approval.manager !== null) return orFallback(user?.managerIds ?? [], approval.manager);
  if (approval.entitlementOwners !== null) {
    return orFallback(ownersOf(`entitlement/${inApp(target.appId, target.id)}`), approval.entitlementOwners);
  }
  if (approval.resourceOwners !== null) {
    return orFallback(
      ownersOf(`resource/${inApp(target.appId, entitlement?.appResourceId ?? "")}`),
      approval.resourceOwners,
    );
  }
  if (approval.group !== null) {
    const members = holders(tenant, { appId: approval.group.appId, id: approval.group.appGroupId }).map(
      (g) => g.userId,
    );
    /** More than 128 members fall back (c1.md §7.2). */
    return orFallback(members.length > 128 ? [] : members, approval.group);
  }
  if (approval.expression !== null && user !== undefined) {
    const people = approval.expression.expressions.flatMap((text) =>
      named(tenant, text, user, situationOf(tenant, task)),
    );
    return orFallback(people, approval.expression);
  }
  return [];
}

/** An expression that fails names nobody. */
function named(tenant: Tenant, text: string, subject: User, situation: Situation): readonly string[] {
  try {
    return celOf(tenant).people(text, subject, situation);
  } catch {
    return [];
  }
}

function situationOf(tenant: Tenant, task: TaskRow): Situation {
  return {
    entitlement: tenant.entitlements.get(inApp(task.target.appId, task.target.id)),
    task,
  };
}
