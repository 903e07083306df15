/** Carrying an approved task out: in memory, by a person, or by a connector (c1.md §7.3). */
import { enrolled, profileOf, unenrolled } from "./enrollment.ts";
import { accountFor, addGrant, grantOf, removeGrant } from "./granting.ts";
import type { ConnectorRow, EntitlementRow, TaskRow } from "./rows.ts";
import { PolicyInstance, PolicyStepInstance, type ProvisionPolicy } from "./shapes/policy.ts";
import { moveTask, openTask, settleTask } from "./tasks.ts";
import { inApp, type Tenant } from "./tenant.ts";

/** A grant requested before its entitlement merged waits this long, then falls to a person (c1.md §6.3). */
const MERGE_WAIT_MS = 24 * 3_600_000;

/** What a task needs from outside: the connector call that would carry it out. */
export interface ConnectorJob {
  readonly task: TaskRow;
  readonly connector: ConnectorRow;
  readonly entitlement: EntitlementRow;
}

/** Does what needs no call; answers the job where one is needed. */
export function provision(tenant: Tenant, task: TaskRow): ConnectorJob | undefined {
  const entitlement = tenant.entitlements.get(inApp(task.target.appId, task.target.id));
  if (entitlement === undefined || entitlement.deletedAt !== null) {
    settleTask(tenant, task, task.grant ? "ERROR" : "DONE");
    return undefined;
  }
  if (entitlement.appId === tenant.systemAppId) {
    complete(tenant, task);
    return undefined;
  }
  const policy = (task.grant ? undefined : entitlement.deprovisionerPolicy) ?? entitlement.provisionerPolicy;
  if (policy?.delegated) {
    delegate(tenant, task, policy.delegated);
    return undefined;
  }
  const connector = connectorOf(tenant, entitlement, policy ?? null);
  if (connector !== undefined && entitlement.externalId !== "") return { task, connector, entitlement };
  if (connector !== undefined || awaitsMerge(entitlement)) waitForMerge(tenant, task);
  else askPerson(tenant, task, policy ?? null);
  return undefined;
}

/** The grant is there, or gone: records it, closes the task, and does what membership of a profile entails. */
export function complete(tenant: Tenant, task: TaskRow): void {
  const profile = profileOf(tenant, task.target);
  if (!task.grant) {
    const held = grantOf(tenant, task.target, task.subject);
    if (held !== undefined) removeGrant(tenant, held);
    settleTask(tenant, task, "DONE");
    if (profile !== undefined && held !== undefined && !held.listOnly) unenrolled(tenant, profile, task.subject);
    return;
  }
  const account = accountFor(tenant, task.target.appId, task.subject);
  if (account === undefined) {
    settleTask(tenant, task, "ERROR");
    return;
  }
  addGrant(tenant, {
    account,
    expiresAt: expiryOf(tenant, task),
    origin: task.because,
    target: task.target,
    ticketId: task.id,
    ...(task.source === null ? {} : { source: task.source }),
  });
  settleTask(tenant, task, "DONE");
  if (profile !== undefined) enrolled(tenant, profile, task.subject);
}

function expiryOf(tenant: Tenant, task: TaskRow): number | null {
  const entitlement = tenant.entitlements.get(inApp(task.target.appId, task.target.id));
  const duration = task.type?.grant?.grantDuration ?? entitlement?.durationGrant ?? null;
  return duration === null ? null : tenant.now() + Number.parseFloat(duration) * 1000;
}

function connectorOf(
  tenant: Tenant,
  entitlement: EntitlementRow,
  policy: ProvisionPolicy | null,
): ConnectorRow | undefined {
  const id = policy?.connector?.defaultBehavior?.connectorId;
  const connector = id === undefined ? undefined : tenant.connectors.get(inApp(entitlement.appId, id));
  return connector?.deletedAt === null ? connector : undefined;
}

/** Made ahead of the connector, and nobody said who else provisions it. */
function awaitsMerge(entitlement: EntitlementRow): boolean {
  const { provisionerPolicy: policy, matchBatonId, externalId } = entitlement;
  return matchBatonId !== "" && externalId === "" && (policy === null || policy.unconfigured !== null);
}

function waitForMerge(tenant: Tenant, task: TaskRow): void {
  if (task.move.at !== "provision") return;
  const mergeBy = task.move.mergeBy ?? tenant.now() + MERGE_WAIT_MS;
  if (tenant.now() >= mergeBy) askPerson(tenant, task, null);
  else if (task.move.mergeBy === null) moveTask(tenant, task, { move: { at: "provision", mergeBy } });
}

/** The provisioner's turn; `C1Emulator.completeTask` plays them. */
function askPerson(tenant: Tenant, task: TaskRow, provisionPolicy: ProvisionPolicy | null): void {
  const current = PolicyStepInstance.make({
    id: tenant.newId(),
    provision: {
      provision: { assigned: true, provisionPolicy, provisionTarget: null },
      state: "PROVISION_INSTANCE_STATE_WAITING",
    },
    state: "POLICY_STEP_STATE_ACTIVE",
  });
  const policy = PolicyInstance.make({ ...task.policy, current });
  moveTask(tenant, task, { move: { at: "person" }, policy });
}

/** Granting it means granting the other entitlement (c1.md §6.5). */
function delegate(tenant: Tenant, task: TaskRow, to: { appId: string; entitlementId: string }): void {
  openTask(tenant, {
    because: task.because,
    bypassPolicy: true,
    grant: task.grant,
    openedBy: "",
    origin: task.origin,
    target: { appId: to.appId, id: to.entitlementId },
    userId: task.subject,
  });
  complete(tenant, task);
}
