/**
 * What the tenant does by itself. Everything in memory happens when it is due, before the next answer is given; what
 * needs other systems (syncs, provisioning) happens on `tick` alone.
 */
import { runAutomations } from "./automation-run.ts";
import { provisionThrough } from "./provision-through.ts";
import { type ConnectorJob, complete, provision } from "./provisioning.ts";
import { settleDefaults } from "./request-defaults.ts";
import { syncDue } from "./sync.ts";
import { MACHINERY, record } from "./system-log.ts";
import { walkPolicy } from "./task-policy.ts";
import { moveTask, openTask, settleTask } from "./tasks.ts";
import type { Tenant } from "./tenant.ts";

/** A task can lead to tasks (enrolment to entitlements, delegation); deeper chains are a mistake in this file. */
const MAX_ROUNDS = 20;

/** Everything that needs no other system; answers the provisioning that does. */
export function settle(tenant: Tenant): readonly ConnectorJob[] {
  runAutomations(tenant);
  settleDefaults(tenant);
  expireGrants(tenant);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    for (const task of tenant.tasks.by("move", "wait")) {
      if (task.move.at === "wait" && task.move.until <= tenant.now())
        moveTask(tenant, task, { move: { at: "policy" } });
    }
    for (const task of tenant.tasks.by("move", "policy")) walkPolicy(tenant, task);
    const jobs = tenant.tasks.by("move", "provision").flatMap((task) => provision(tenant, task) ?? []);
    if (
      tenant.tasks.by("move", "policy").length === 0 &&
      tenant.tasks.by("move", "provision").length === waiting(tenant, jobs)
    ) {
      return jobs;
    }
  }
  throw new Error("tasks keep opening tasks");
}

/** Tasks that stay in provisioning by right: for a connector call, or for a merge. */
function waiting(tenant: Tenant, jobs: readonly ConnectorJob[]): number {
  const merging = tenant.tasks
    .by("move", "provision")
    .filter((task) => task.move.at === "provision" && task.move.mergeBy !== null);
  return new Set([...jobs.map((job) => job.task.id), ...merging.map((task) => task.id)]).size;
}

/** The hourly round: syncs first, then what follows from them, then calls to other systems. */
export async function tick(tenant: Tenant): Promise<void> {
  await syncDue(tenant);
  const later = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const jobs = settle(tenant).filter((job) => job.connector.dueAt !== null && !later.has(job.task.id));
    if (jobs.length === 0) return;
    for (const job of jobs) {
      if (isCurrent(tenant, job) && (await carryOut(tenant, job)) === "later") later.add(job.task.id);
    }
  }
}

/** Requests come in between calls: somebody may have closed the task. */
function isCurrent(tenant: Tenant, job: ConnectorJob): boolean {
  return tenant.tasks.get(job.task.id)?.move.at === "provision";
}

/** `later`: the system is busy, and the next tick tries again. */
async function carryOut(tenant: Tenant, job: ConnectorJob): Promise<"later" | undefined> {
  const carried = await provisionThrough(tenant, job);
  if (!isCurrent(tenant, job)) return undefined;
  if (carried === "later") return "later";
  if (carried !== "done") {
    settleTask(tenant, { ...job.task, description: carried.problem }, "ERROR");
    return undefined;
  }
  complete(tenant, job.task);
  record(tenant, MACHINERY, job.task.grant ? "task.granted" : "task.revoked", [
    job.task.id,
    job.task.target.id,
    job.task.subject,
  ]);
  return undefined;
}

/** Time-bound grants end by a revoke task of their own origin. */
function expireGrants(tenant: Tenant): void {
  for (const grant of tenant.grants.by("expiring", "yes")) {
    if (grant.expiresAt === null || grant.expiresAt > tenant.now()) continue;
    openTask(tenant, {
      because: grant.origin,
      bypassPolicy: true,
      grant: false,
      openedBy: "",
      origin: "TASK_ORIGIN_TIME_REVOKE",
      target: { appId: grant.appId, id: grant.entitlementId },
      userId: grant.userId,
    });
  }
}
