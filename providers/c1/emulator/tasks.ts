/** Opening and closing tasks; what happens in between is `task-policy.ts` and `provisioning.ts`. */
import { accountOf } from "./granting.ts";
import type { GrantOrigin, TaskMove, TaskRow } from "./rows.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { Task, TaskType } from "./shapes/task.ts";
import { inApp, openTaskKey, type Tenant } from "./tenant.ts";

export interface NewTask {
  readonly grant: boolean;
  readonly target: EntitlementRef;
  readonly userId: string;
  readonly origin: Task["origin"];
  readonly because: GrantOrigin;
  readonly openedBy: string;
  readonly source?: EntitlementRef;
  readonly description?: string;
  readonly grantDuration?: string | null;
  readonly emergencyAccess?: boolean;
  /** Straight to provisioning, past the entitlement's policy. */
  readonly bypassPolicy?: boolean;
}

export function openTaskFor(
  tenant: Tenant,
  grant: boolean,
  target: EntitlementRef,
  userId: string,
): TaskRow | undefined {
  return tenant.tasks.by("open", openTaskKey(grant, target, userId))[0];
}

/** Nothing when one is open already for the same person, entitlement and direction. */
export function openTask(tenant: Tenant, task: NewTask): TaskRow | undefined {
  if (openTaskFor(tenant, task.grant, task.target, task.userId) !== undefined) return undefined;
  const now = tenant.stamp();
  const entitlement = tenant.entitlements.get(inApp(task.target.appId, task.target.id));
  const user = tenant.users.get(task.userId);
  const verb = task.grant ? "Grant" : "Revoke";
  const move: TaskMove = task.bypassPolicy === true ? { at: "provision", mergeBy: null } : { at: "policy" };
  return tenant.tasks.put({
    ...Task.make({
      createdAt: now,
      createdByUserId: task.openedBy,
      description: task.description ?? "",
      displayName: `${verb} ${entitlement?.displayName ?? ""} ${task.grant ? "to" : "from"} ${user?.displayName ?? ""}`,
      emergencyAccess: task.emergencyAccess ?? false,
      id: tenant.newId(),
      numericId: String(tenant.tasks.size + 1),
      origin: task.origin,
      processing: "TASK_PROCESSING_TYPE_PROCESSING",
      state: "TASK_STATE_OPEN",
      type: typeOf(tenant, task),
      updatedAt: now,
      userId: task.userId,
    }),
    move,
    grant: task.grant,
    target: task.target,
    subject: task.userId,
    because: task.because,
    source: task.source ?? null,
  });
}

function typeOf(tenant: Tenant, task: NewTask): TaskType {
  const subject = {
    appEntitlementId: task.target.id,
    appId: task.target.appId,
    appUserId: accountOf(tenant, task.target.appId, task.userId)?.id ?? "",
    identityUserId: task.userId,
    outcomeTime: null,
  };
  return task.grant
    ? TaskType.make({
        grant: {
          ...subject,
          grantDuration: task.grantDuration ?? null,
          outcome: "GRANT_OUTCOME_UNSPECIFIED",
          source: null,
        },
      })
    : TaskType.make({ revoke: { ...subject, outcome: "REVOKE_OUTCOME_UNSPECIFIED", resource: null, source: null } });
}

export type Outcome = "DONE" | "DENIED" | "CANCELLED" | "ERROR";

/** An error leaves the task open: `state` tells, not the outcome (c1.md §11). */
export function settleTask(tenant: Tenant, task: TaskRow, outcome: Outcome): TaskRow {
  const at = tenant.stamp();
  const { grant, revoke } = task.type ?? TaskType.make({});
  const failed = outcome === "ERROR";
  return tenant.tasks.put({
    ...task,
    move: failed ? { at: "person" } : { at: "closed" },
    processing: failed ? "TASK_PROCESSING_TYPE_WAITING" : "TASK_PROCESSING_TYPE_DONE",
    state: failed ? "TASK_STATE_OPEN" : "TASK_STATE_CLOSED",
    type: TaskType.make({
      grant: grant && {
        ...grant,
        outcome: outcome === "DONE" ? "GRANT_OUTCOME_GRANTED" : `GRANT_OUTCOME_${outcome}`,
        outcomeTime: at,
      },
      revoke: revoke && {
        ...revoke,
        outcome: outcome === "DONE" ? "REVOKE_OUTCOME_REVOKED" : `REVOKE_OUTCOME_${outcome}`,
        outcomeTime: at,
      },
    }),
    updatedAt: at,
  });
}

export function moveTask(
  tenant: Tenant,
  task: TaskRow,
  patch: Partial<TaskRow> & { readonly move: TaskMove },
): TaskRow {
  const waits = patch.move.at === "person" || patch.move.at === "wait";
  return tenant.tasks.put({
    ...task,
    ...patch,
    processing: waits ? "TASK_PROCESSING_TYPE_WAITING" : "TASK_PROCESSING_TYPE_PROCESSING",
    updatedAt: tenant.stamp(),
  });
}
