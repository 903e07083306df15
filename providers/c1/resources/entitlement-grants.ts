/**
 * Whom C1 put where, for the vendor ids of another system (Okta group ids). A grant row alone says little: the sync
 * writes one for everybody it finds, also for those whom somebody added by hand. C1's own word is a row that came from
 * a task, an enrolment in a profile that holds the entitlement, and a grant task that is under way or just done, since
 * rows lag provisioning by up to two minutes (c1.md §2).
 */
import type { Grant } from "../../../engine/kind.ts";
import { refOfRow, type ScopedRef, scopedId } from "../client/refs.ts";
import { type Fields, fields, isFields, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { systemAppId } from "./system-app.ts";

/** Longer than rows lag, shorter than anybody would leave a grant that was taken back. */
const JUST_DONE = 10 * 60_000;

/** An entitlement of a resource that was asked for. */
interface Target {
  readonly object: string;
  readonly slug: string;
  readonly ref: ScopedRef;
}

export async function* entitlementGrants(reader: C1Reader, objects: readonly string[]): AsyncIterable<Grant> {
  const targets = await targetsOf(reader, new Set(objects));
  if (targets.length === 0) return;
  const byRef = new Map(targets.map((target) => [scopedId(target.ref), target]));

  for (const grant of await reader.grantsOf(targets.map(({ ref }) => ref))) {
    const target = byRef.get(scopedId({ appId: grant.appId, id: grant.entitlementId }));
    if (target === undefined || grant.taskId === "") continue;
    yield { ...said(target), names: [...grant.names, ...(await namesOf(reader, grant.userId))], reason: "C1 grant" };
  }
  yield* enrolled(reader, targets);
  yield* underWay(reader, targets);
}

async function* enrolled(reader: C1Reader, targets: readonly Target[]): AsyncIterable<Grant> {
  const enrolments = await reader.enrolments(await systemAppId(reader));
  const profiles = new Set(enrolments.map(({ entitlementId }) => entitlementId));
  const catalogs = (await reader.profiles()).filter((catalog) => profiles.has(text(catalog.id)));
  const entries = await Promise.all(catalogs.map((catalog) => reader.profileEntries(text(catalog.id))));
  for (const [index, catalog] of catalogs.entries()) {
    const held = new Set(entries[index]?.map(scopedId));
    const given = targets.filter((target) => held.has(scopedId(target.ref)));
    if (given.length === 0) continue;
    const reason = `C1 grant (profile ${text(catalog.displayName)})`;
    for (const enrolment of enrolments.filter((one) => one.entitlementId === text(catalog.id))) {
      const names = [...enrolment.names, ...(await namesOf(reader, enrolment.userId))];
      for (const target of given) yield { ...said(target), names, reason };
    }
  }
}

async function* underWay(reader: C1Reader, targets: readonly Target[]): AsyncIterable<Grant> {
  const ids = [...new Set(targets.map(({ ref }) => ref.id))];
  const since = new Date(reader.now() - JUST_DONE).toISOString();
  const [open, done] = await Promise.all([
    // Past approval: who merely asked for access has not been granted any.
    reader.grantTasks(ids, {
      taskStates: ["TASK_STATE_OPEN"],
      currentStep: "TASK_SEARCH_CURRENT_STEP_PROVISION",
    }),
    reader.grantTasks(ids, { taskStates: ["TASK_STATE_CLOSED"], outcomeAfter: since }),
  ]);
  for (const task of [...open, ...done]) {
    const grant = fields(fields(task.type).grant);
    const target = targets.find(
      ({ ref }) => ref.appId === text(grant.appId) && ref.id === text(grant.appEntitlementId),
    );
    if (target === undefined || refused(grant) || tooOld(grant, since) || !approved(task)) continue;
    const names = await namesOf(reader, text(grant.identityUserId) || text(task.userId));
    yield { ...said(target), names, reason: `C1 grant under way (task ${text(task.numericId) || text(task.id)})` };
  }
}

function said({ object, slug }: Target): { object: string; slug: string } {
  return { object, slug };
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

async function namesOf(reader: C1Reader, userId: string): Promise<readonly string[]> {
  return userId === "" ? [] : ((await reader.user(userId))?.names ?? []);
}

/** Resources that stand for these ids in any app, and their entitlements. There is no search by external id. */
async function targetsOf(reader: C1Reader, objects: ReadonlySet<string>): Promise<readonly Target[]> {
  const groups = (await reader.allResourceTypes()).filter((type) => /^groups?$/i.test(text(type.displayName)));
  const resources = await Promise.all(groups.map((type) => reader.resourcesOfType(text(type.appId), text(type.id))));
  const wanted = resources.flat().flatMap((row) => {
    const object = [text(row.externalId), text(row.matchBatonId)].find((id) => objects.has(id));
    return object === undefined ? [] : [{ object, row }];
  });
  const entitlements = await Promise.all(
    wanted.map(({ row }) => reader.entitlementsOfResource(text(row.appId), text(row.id))),
  );
  return wanted.flatMap(({ object }, index) =>
    (entitlements[index] ?? []).map((row) => ({ object, slug: text(row.slug), ref: refOfRow(row) })),
  );
}
