/** Tasks (c1.md §11). An action's answer shows the task as it was before: the machinery moves it afterwards. */
import { type Context, type Endpoint, page, param, reads, required, writes } from "../endpoint.ts";
import { accountOf, grantOf, sameRef } from "../granting.ts";
import { choice, flag, id, list, message, span, text, time } from "../message.ts";
import type { TaskRow } from "../rows.ts";
import { among, mentions } from "../search.ts";
import { PolicyInstance, PolicyStepInstance } from "../shapes/policy.ts";
import { ExpandMask, expandable } from "../shapes/reference.ts";
import {
  CreateGrantTask,
  CreateRevokeTask,
  grantOutcome,
  revokeOutcome,
  Task,
  TaskActionAnswer,
  TaskAnswer,
  TaskType,
  TaskView,
  taskState,
} from "../shapes/task.ts";
import { alreadyExists, denied, failedPrecondition, internal, invalid, notFound } from "../status.ts";
import { decide } from "../task-policy.ts";
import { moveTask, openTask, openTaskFor, settleTask } from "../tasks.ts";
import { inApp, type Tenant } from "../tenant.ts";
import { namedEntitlement } from "./entitlements.ts";

const ids = list(id);
const SearchTasks = message({
  ...expandable,
  accessReviewIds: ids,
  accountOwnerIds: ids,
  accountStatuses: list(text),
  accountTypes: list(text),
  actorId: id,
  appEntitlementIds: ids,
  appResourceIds: ids,
  appResourceTypeIds: ids,
  appUserSubjectIds: ids,
  applicationIds: ids,
  assignedOrStepApproverUserId: id,
  assigneesInIds: ids,
  certifyOutcomes: list(text),
  createdAfter: time,
  createdBefore: time,
  currentStep: choice(
    "TASK_SEARCH_CURRENT_STEP_UNSPECIFIED",
    "TASK_SEARCH_CURRENT_STEP_APPROVAL",
    "TASK_SEARCH_CURRENT_STEP_PROVISION",
  ),
  emergencyStatus: choice("UNSPECIFIED", "ALL", "NON_EMERGENCY", "EMERGENCY"),
  excludeAppEntitlementIds: ids,
  excludeAppResourceTypeIds: ids,
  excludeApplicationIds: ids,
  excludeIds: ids,
  grantOutcomes: list(grantOutcome),
  includeActedAfter: time,
  includeDeleted: flag,
  myWorkUserIds: ids,
  olderThanDuration: span,
  openerIds: ids,
  openerOrSubjectUserId: id,
  outcomeAfter: time,
  outcomeBefore: time,
  pendingActionFilter: text,
  previouslyActedOnIds: ids,
  query: text,
  refs: list(message({ id }).element),
  requireApprovalReason: flag,
  requireDenialReason: flag,
  revokeOutcomes: list(revokeOutcome),
  sortBy: text,
  stepApprovalTypes: list(text),
  subjectIds: ids,
  taskStates: list(taskState),
  taskTypes: list(TaskType.element),
  userEmploymentStatuses: list(text),
});

const Decision = message({ comment: text, expandMask: ExpandMask, policyStepId: id });
const Remark = message({ comment: text, expandMask: ExpandMask });

export const taskEndpoints: readonly Endpoint[] = [
  writes("POST", "/api/v1/task/grant", "tasks", "task.grant", createGrant),
  writes("POST", "/api/v1/task/revoke", "tasks", "task.revoke", createRevoke),
  reads("POST", "/api/v1/search/tasks", "tasks", search),
  reads("GET", "/api/v1/tasks/{id}", "tasks", (context) => answer(found(context, "id"))),
  writes("POST", "/api/v1/tasks/{task_id}/action/approve", "tasks", "task.approve", (context) => act(context, true)),
  writes("POST", "/api/v1/tasks/{task_id}/action/deny", "tasks", "task.deny", (context) => act(context, false)),
  writes("POST", "/api/v1/tasks/{task_id}/action/comment", "tasks", "task.comment", (context) => {
    Remark.given(context.body);
    const task = found(context, "task_id");
    context.tenant.tasks.put({ ...task, commentCount: task.commentCount + 1 });
    return acted(context, task);
  }),
  writes("POST", "/api/v1/tasks/{task_id}/action/close", "tasks", "task.close", (context) => {
    Remark.given(context.body);
    const task = open(found(context, "task_id"));
    settleTask(context.tenant, task, "CANCELLED");
    return acted(context, task);
  }),
  writes("POST", "/api/v1/tasks/{task_id}/action/retry-provisioning", "tasks", "task.retryProvisioning", (context) => {
    const task = open(found(context, "task_id"));
    const outcome = task.type?.grant?.outcome ?? task.type?.revoke?.outcome ?? "";
    if (!outcome.endsWith("_ERROR")) throw failedPrecondition("provisioning has not failed");
    moveTask(context.tenant, task, { move: { at: "provision", mergeBy: null } });
    return acted(context, task);
  }),
];

const view = (task: TaskRow) =>
  TaskView.make({
    objectPermissions: { delete: false, edit: true, extra: {}, read: true },
    task: Task.make({ ...task, policy: standing(task) }),
  });

/** What is being carried out stands at a step of its own, behind those of the policy. */
function standing(task: TaskRow): TaskRow["policy"] {
  if (task.move.at !== "provision") return task.policy;
  const provision = {
    provision: { assigned: false, provisionPolicy: null, provisionTarget: null },
    state: "PROVISION_INSTANCE_STATE_INIT",
  };
  const current = PolicyStepInstance.make({ id: task.id, provision, state: "POLICY_STEP_STATE_ACTIVE" });
  return PolicyInstance.make({ ...task.policy, current });
}

const answer = (task: TaskRow) => TaskAnswer.make({ taskView: view(task) });
const acted = (context: Context, before: TaskRow) =>
  TaskActionAnswer.make({ taskView: view(before), ticketActionId: context.tenant.newId() });

/** The step that a task stands at; a closed one stands at none. */
function stepOf(task: TaskRow): string {
  if (task.state !== "TASK_STATE_OPEN") return "";
  const current = task.policy?.current;
  if (task.move.at === "provision" || current?.provision != null) return "TASK_SEARCH_CURRENT_STEP_PROVISION";
  return current?.approval == null ? "" : "TASK_SEARCH_CURRENT_STEP_APPROVAL";
}

/** NaN while there is none: no date is before or after that (assumption). */
function outcomeAt(task: TaskRow): number {
  return Date.parse(task.type?.grant?.outcomeTime ?? task.type?.revoke?.outcomeTime ?? "");
}

function found(context: Context, name: string): TaskRow {
  const task = context.tenant.tasks.get(param(context, name));
  if (task === undefined) throw notFound("task");
  return task;
}

function open(task: TaskRow): TaskRow {
  if (task.state !== "TASK_STATE_OPEN") throw failedPrecondition("task is closed");
  return task;
}

function createGrant(context: Context): unknown {
  const { tenant, caller } = context;
  const asked = CreateGrantTask.make(CreateGrantTask.given(context.body));
  const target = { appId: required(asked.appId, "app_id"), id: required(asked.appEntitlementId, "app_entitlement_id") };
  namedEntitlement(tenant, target);
  const userId = subjectOf(tenant, asked);
  /** Requestability is membership in a catalog that the person can see (c1.md §6.3, §11). */
  if (!isRequestable(tenant, target, userId)) throw denied("target user is not allowed to request that resource");
  refuseDuplicate(tenant, true, target, userId);
  const task = openTask(tenant, {
    because: "request",
    description: asked.description,
    emergencyAccess: asked.emergencyAccess,
    grant: true,
    grantDuration: asked.grantDuration,
    openedBy: caller.userId,
    origin: "TASK_ORIGIN_API",
    target,
    userId,
  });
  return opened(context, task);
}

function createRevoke(context: Context): unknown {
  const { tenant, caller } = context;
  const asked = CreateRevokeTask.make(CreateRevokeTask.given(context.body));
  const target = { appId: required(asked.appId, "app_id"), id: required(asked.appEntitlementId, "app_entitlement_id") };
  namedEntitlement(tenant, target);
  const userId = subjectOf(tenant, asked);
  if (grantOf(tenant, target, userId) === undefined) throw invalid("user does not have the entitlement");
  refuseDuplicate(tenant, false, target, userId);
  const common = {
    because: "request",
    grant: false,
    openedBy: caller.userId,
    origin: "TASK_ORIGIN_API",
    target,
    userId,
  } as const;
  return opened(context, openTask(tenant, { ...common, description: asked.description }));
}

function opened(context: Context, task: TaskRow | undefined): unknown {
  if (task === undefined) throw internal("task was not created");
  context.touch(task.id, task.target.id, task.subject);
  return answer(task);
}

/** In effect required: without a user the answer is a 500 (c1.md §11). */
function subjectOf(tenant: Tenant, asked: { appId: string; appUserId: string; identityUserId: string }): string {
  const userId = asked.identityUserId || tenant.appUsers.get(inApp(asked.appId, asked.appUserId))?.identityUserId;
  if (userId === undefined || tenant.users.get(userId) === undefined) throw internal("user not found");
  return userId;
}

function refuseDuplicate(tenant: Tenant, grant: boolean, target: { appId: string; id: string }, userId: string): void {
  const known = openTaskFor(tenant, grant, target, userId);
  if (known === undefined) return;
  throw alreadyExists("an open task already exists", [
    { "@type": "type.googleapis.com/c1.api.task.v1.TaskRef", id: known.id },
  ]);
}

function isRequestable(tenant: Tenant, target: { appId: string; id: string }, userId: string): boolean {
  return tenant.catalogs.rows().some((catalog) => {
    if (catalog.deletedAt !== null || !catalog.published) return false;
    const isBundle = catalog.requestBundle && target.appId === tenant.systemAppId && target.id === catalog.id;
    if (!isBundle && !catalog.entries.some((entry) => sameRef(entry, target))) return false;
    return catalog.visibleToEveryone || catalog.access.some((ref) => grantOf(tenant, ref, userId) !== undefined);
  });
}

function act(context: Context, approved: boolean): unknown {
  const { tenant, caller } = context;
  const given = Decision.given(context.body);
  const task = open(found(context, "task_id"));
  const current = task.policy?.current;
  const stepId = approved ? required(given.policyStepId, "policy_step_id") : given.policyStepId;
  if (current?.approval == null) throw failedPrecondition("task has no approval step");
  if (stepId && stepId !== current.id) throw failedPrecondition("policy step is not current");
  decide(tenant, task, approved, caller.userId);
  return acted(context, task);
}

function search(context: Context): unknown {
  const { tenant } = context;
  const asked = SearchTasks.make(SearchTasks.given(context.body));
  const refs = asked.refs.map((ref) => ref.id);
  const created = (task: TaskRow): number => Date.parse(task.createdAt ?? "");
  const entitlementOf = (task: TaskRow) => tenant.entitlements.get(inApp(task.target.appId, task.target.id));
  const isAsked = (task: TaskRow): boolean =>
    asked.taskTypes.length === 0 ||
    asked.taskTypes.some((type) => (task.grant ? type.grant !== null : type.revoke !== null));
  const keep = (task: TaskRow): boolean =>
    among(refs, task.id) &&
    !asked.excludeIds.includes(task.id) &&
    among(asked.taskStates, task.state) &&
    isAsked(task) &&
    among(asked.applicationIds, task.target.appId) &&
    !asked.excludeApplicationIds.includes(task.target.appId) &&
    among(asked.appEntitlementIds, task.target.id) &&
    !asked.excludeAppEntitlementIds.includes(task.target.id) &&
    among(asked.appResourceIds, entitlementOf(task)?.appResourceId ?? "") &&
    among(asked.subjectIds, task.subject) &&
    among(asked.openerIds, task.createdByUserId) &&
    (asked.openerOrSubjectUserId === "" ||
      [task.subject, task.createdByUserId].includes(asked.openerOrSubjectUserId)) &&
    (asked.appUserSubjectIds.length === 0 ||
      asked.appUserSubjectIds.includes(accountOf(tenant, task.target.appId, task.subject)?.id ?? "")) &&
    (asked.grantOutcomes.length === 0 ||
      (task.type?.grant != null && asked.grantOutcomes.includes(task.type.grant.outcome))) &&
    (asked.revokeOutcomes.length === 0 ||
      (task.type?.revoke != null && asked.revokeOutcomes.includes(task.type.revoke.outcome))) &&
    (asked.createdAfter === null || created(task) > Date.parse(asked.createdAfter)) &&
    (asked.createdBefore === null || created(task) < Date.parse(asked.createdBefore)) &&
    (asked.currentStep === "TASK_SEARCH_CURRENT_STEP_UNSPECIFIED" || asked.currentStep === stepOf(task)) &&
    (asked.outcomeAfter === null || outcomeAt(task) > Date.parse(asked.outcomeAfter)) &&
    (asked.outcomeBefore === null || outcomeAt(task) < Date.parse(asked.outcomeBefore)) &&
    mentions(asked.query, task.displayName);
  return { expanded: [], ...page(asked, tenant.tasks, keep, view) };
}
