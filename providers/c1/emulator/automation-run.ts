/** Runs membership automations that are due (c1.md §5.4, §6.4). */
import { accountFor, addGrant, grantOf, holders, removeGrant } from "./granting.ts";
import { population } from "./population.ts";
import type { BundleRow, EntitlementAutomationRow } from "./rows.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { MACHINERY, record } from "./system-log.ts";
import { openTask, openTaskFor, settleTask } from "./tasks.ts";
import type { Tenant } from "./tenant.ts";

const ROLLING_MS = 3_600_000;
/** Smaller profiles are watched only with `enforceOnSmallProfiles`. */
const SMALL_PROFILE = 100;
const DEFAULT_THRESHOLD_PERCENT = 20;

export function runAutomations(tenant: Tenant): void {
  const now = tenant.now();
  for (const bundle of tenant.bundles.rows())
    if (bundle.dueAt !== null && bundle.dueAt <= now) runBundle(tenant, bundle);
  for (const automation of tenant.automations.rows()) if (automation.dueAt <= now) runEntitlement(tenant, automation);
}

interface Movement {
  readonly wanted: ReadonlySet<string>;
  readonly joiners: readonly string[];
  /** Only whom the automation itself added: members by hand or request stay. */
  readonly leavers: readonly string[];
}

function movement(tenant: Tenant, target: EntitlementRef, wanted: ReadonlySet<string>): Movement {
  const members = holders(tenant, target);
  const present = new Set(members.map((grant) => grant.userId));
  return {
    wanted,
    joiners: [...wanted].filter((user) => !present.has(user)),
    leavers: members
      .filter((grant) => grant.origin === "automation" && !wanted.has(grant.userId))
      .map((grant) => grant.userId),
  };
}

function runBundle(tenant: Tenant, bundle: BundleRow): void {
  const target = { appId: tenant.systemAppId, id: bundle.requestCatalogId };
  const move = movement(tenant, target, population(tenant, target, bundle));
  const recent = bundle.removals.filter((one) => one.at > tenant.now() - ROLLING_MS);
  if (trips(tenant, bundle, move, recent)) {
    pause(tenant, bundle, move);
    return;
  }
  if (bundle.createTasks) request(tenant, target, move, "TASK_ORIGIN_PROFILE_MEMBERSHIP_AUTOMATION");
  else updateList(tenant, target, move);
  const removed = move.leavers.length === 0 ? [] : [{ at: tenant.now(), count: move.leavers.length }];
  tenant.bundles.put({
    ...bundle,
    bypass: false,
    circuitBreaker: null,
    dueAt: tenant.now() + tenant.lags.automationEvery,
    removals: [...recent, ...removed],
    state: runState(tenant, bundle, move, "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS"),
  });
  if (move.joiners.length + move.leavers.length > 0)
    record(tenant, MACHINERY, "bundleAutomation.run", [bundle.requestCatalogId]);
}

/** More than the threshold of members would be gone within a rolling hour. */
function trips(tenant: Tenant, bundle: BundleRow, move: Movement, recent: BundleRow["removals"]): boolean {
  if (bundle.disableCircuitBreaker || bundle.bypass || move.leavers.length === 0) return false;
  const before = recent.reduce((sum, one) => sum + one.count, 0);
  const members = holders(tenant, { appId: tenant.systemAppId, id: bundle.requestCatalogId }).length + before;
  if (members < SMALL_PROFILE && !bundle.enforceOnSmallProfiles) return false;
  return (before + move.leavers.length) * 100 > threshold(bundle) * members;
}

const threshold = (bundle: BundleRow): number =>
  Number(bundle.removedMembersThresholdPercent) || DEFAULT_THRESHOLD_PERCENT;

/** Nothing happens until somebody resumes it. */
function pause(tenant: Tenant, bundle: BundleRow, move: Movement): void {
  tenant.bundles.put({
    ...bundle,
    circuitBreaker: {
      removedMembersThresholdPercentage: String(threshold(bundle)),
      state: "CIRCUIT_BREAKER_STATE_TRIGGERED",
      updatedAt: tenant.stamp(),
      userRef: null,
    },
    dueAt: null,
    state: runState(tenant, bundle, move, "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL"),
  });
  record(tenant, MACHINERY, "bundleAutomation.circuitBreakerTriggered", [bundle.requestCatalogId]);
}

type State = NonNullable<BundleRow["state"]>;

function runState(tenant: Tenant, bundle: BundleRow, move: Movement, status: State["status"]): State {
  const at = tenant.stamp();
  const celEvaluation: State["celEvaluation"] =
    bundle.cel === null
      ? null
      : {
          errorMessage: "",
          lastEvaluatedAt: at,
          matchedUsers: String(move.wanted.size),
          status: "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS",
        };
  return { celEvaluation, errorMessage: "", lastRunAt: at, status };
}

/** A joiner whose request still waits and who no longer matches is withdrawn (assumption). */
function request(
  tenant: Tenant,
  target: EntitlementRef,
  move: Movement,
  origin: "TASK_ORIGIN_PROFILE_MEMBERSHIP_AUTOMATION" | "TASK_ORIGIN_AUTOMATION",
): void {
  const common = { because: "automation", openedBy: "", origin, target } as const;
  for (const userId of move.joiners) openTask(tenant, { ...common, grant: true, userId });
  for (const userId of move.leavers) openTask(tenant, { ...common, grant: false, userId });
  for (const task of tenant.tasks.by("move", "person")) {
    const ours =
      task.grant && task.because === "automation" && task.target.appId === target.appId && task.target.id === target.id;
    if (ours && !move.wanted.has(task.subject)) settleTask(tenant, task, "CANCELLED");
  }
  for (const userId of move.wanted) {
    const leaving = openTaskFor(tenant, false, target, userId);
    if (leaving?.because === "automation") settleTask(tenant, leaving, "CANCELLED");
  }
}

/** `createTasks: false`: the list changes, access does not (c1.md §5.4). */
function updateList(tenant: Tenant, target: EntitlementRef, move: Movement): void {
  for (const userId of move.joiners) {
    const account = accountFor(tenant, target.appId, userId);
    if (account !== undefined) addGrant(tenant, { account, listOnly: true, origin: "automation", target });
  }
  for (const userId of move.leavers) {
    const grant = grantOf(tenant, target, userId);
    if (grant !== undefined) removeGrant(tenant, grant);
  }
}

/** Of a C1 group or any other entitlement: the same movement, without profile, breaker and list. */
function runEntitlement(tenant: Tenant, automation: EntitlementAutomationRow): void {
  const target = { appId: automation.appId, id: automation.appEntitlementId };
  const rule = { cel: automation.cel ?? automation.basic, entitlements: automation.entitlements };
  if (automation.none === null)
    request(tenant, target, movement(tenant, target, population(tenant, target, rule)), "TASK_ORIGIN_AUTOMATION");
  tenant.automations.put({
    ...automation,
    dueAt: tenant.now() + tenant.lags.automationEvery,
    lastRunStatus: {
      errorMessage: "",
      lastCompletedAt: tenant.stamp(),
      status: "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_SUCCESS",
    },
  });
}
