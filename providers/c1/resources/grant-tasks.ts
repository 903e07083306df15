/** Grant tasks that speak for somebody: past approval, or done so lately that no grant row shows it (c1.md §2, §11). */
import { type Fields, isFields } from "../../shared/narrow.ts";
import { scopedId } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import type { Targets } from "./grant-targets.ts";

/** Longer than rows lag, shorter than anybody would leave a grant that was taken back. */
const JUST_DONE = 10 * 60_000;

export interface GivingTask {
  readonly object: string;
  readonly slug: string;
  readonly userId: string;
  /** As people know the task. */
  readonly number: string;
}

/** Two searches: neither the filter by step nor the one by date says what it does to tasks in the other state. */
export async function givingTasks(reader: C1Reader, targets: Targets): Promise<readonly GivingTask[]> {
  const resources = [...targets.values()].map(({ id }) => id);
  const since = new Date(reader.now() - JUST_DONE).toISOString();
  const [open, done] = await Promise.all([
    // Past approval: who merely asked for access has not been granted any.
    reader.grantTasks(resources, {
      taskStates: ["TASK_STATE_OPEN"],
      currentStep: "TASK_SEARCH_CURRENT_STEP_PROVISION",
    }),
    reader.grantTasks(resources, { taskStates: ["TASK_STATE_CLOSED"], outcomeAfter: since }),
  ]);
  const giving: GivingTask[] = [];
  for (const task of [...open, ...done]) {
    const grant = fields(fields(task.type).grant);
    if (refused(grant) || tooOld(grant, since) || !approved(task)) continue;
    const entitlement = await reader.entitlement({ appId: text(grant.appId), id: text(grant.appEntitlementId) });
    const resource = { appId: text(grant.appId), id: text(entitlement?.appResourceId) };
    const target = targets.get(scopedId(resource));
    if (target === undefined) continue;
    giving.push({
      object: target.object,
      slug: text(entitlement?.slug),
      userId: text(grant.identityUserId) || text(task.userId),
      number: text(task.numericId) || text(task.id),
    });
  }
  return giving;
}

/** Closed, or open at its last step, which gives access; the search's own filter by step is not relied upon. */
function approved(task: Fields): boolean {
  if (text(task.state) === "TASK_STATE_CLOSED") return true;
  return isFields(fields(fields(task.policy).current).provision);
}

/** A closed task that granted nothing. */
function refused(grant: Fields): boolean {
  return ["GRANT_OUTCOME_DENIED", "GRANT_OUTCOME_CANCELLED", "GRANT_OUTCOME_WAIT_TIMED_OUT"].includes(
    text(grant.outcome),
  );
}

/** The filter by date is the server's; this holds where it is ignored. */
function tooOld(grant: Fields, since: string): boolean {
  const at = text(grant.outcomeTime);
  return at !== "" && Date.parse(at) < Date.parse(since);
}
