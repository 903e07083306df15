/**
 * Whom C1 put where, for the vendor ids of another system (Okta group ids). A grant row alone says little: the sync
 * writes one for everybody it finds, also for those whom somebody added by hand. C1's own word is a row that follows
 * from a profile or came from a task, an enrolment in a profile that holds the entitlement, and a grant task that is
 * under way or just done, since rows lag provisioning by up to two minutes (c1.md §2). Whoever has several of these
 * reasons is given the first: a profile says more than a task.
 */
import type { Grant } from "../../../engine/kind.ts";
import { ProblemError } from "../../../engine/problem.ts";
import type { GrantRow } from "../client/people.ts";
import { type ScopedRef, scopedId } from "../client/refs.ts";
import type { C1Reader } from "../client.ts";
import { preflight } from "../rights.ts";
import { targetsOf } from "./grant-targets.ts";
import { givingTasks } from "./grant-tasks.ts";
import { enrolledElsewhere, givingProfiles, sourceProfile } from "./profile-grants.ts";

export async function* entitlementGrants(reader: C1Reader, objects: readonly string[]): AsyncIterable<Grant> {
  await mustSee(reader);
  const targets = await targetsOf(reader, new Set(objects));
  if (targets.size === 0) return;
  const profiles = await givingProfiles(reader, targets);
  const resources = [...targets.values()];
  const [rows, tasks] = await Promise.all([
    reader.grantsOn([...resources, ...profiles.map(({ resource }) => resource)]),
    givingTasks(reader, targets),
  ]);
  const spokenFor = new Set<string>();
  const keyOf = (object: string, slug: string, userId: string): string => `${object} ${slug} ${userId}`;

  const unexplained: GrantRow[] = [];
  const given = (row: GrantRow, reason: string): Grant[] => {
    const target = targets.get(resourceOf(row));
    if (target === undefined) return [];
    spokenFor.add(keyOf(target.object, row.slug, row.userId));
    return [{ object: target.object, slug: row.slug, names: row.names, reason }];
  };
  for (const row of rows.filter((one) => targets.has(resourceOf(one)))) {
    const giver = profiles.find(
      ({ gives, id }) =>
        gives.some((gift) => sameEntitlement(gift.ref, row)) &&
        rows.some((other) => other.entitlementId === id && other.userId === row.userId && row.userId !== ""),
    );
    const profile = giver?.name ?? (await sourceProfile(reader, row));
    if (profile !== undefined) yield* given(row, because(profile));
    else if (row.taskId !== "") yield* given(row, "C1 grant");
    else unexplained.push(row);
  }
  for (const { row, profile } of await enrolledElsewhere(reader, unexplained)) yield* given(row, because(profile));

  for (const { id, name, gives } of profiles) {
    for (const member of rows.filter(({ entitlementId }) => entitlementId === id)) {
      for (const { object, slug } of gives) {
        if (spokenFor.has(keyOf(object, slug, member.userId))) continue;
        spokenFor.add(keyOf(object, slug, member.userId));
        yield {
          object,
          slug,
          names: [...member.names, ...(await namesOf(reader, member.userId))],
          reason: because(name),
        };
      }
    }
  }
  for (const { object, slug, userId, number } of tasks) {
    if (spokenFor.has(keyOf(object, slug, userId))) continue;
    yield { object, slug, names: await namesOf(reader, userId), reason: `C1 grant under way (task ${number})` };
  }
}

/** Blank rows would explain nobody, and whoever is not explained is taken out: so no answer rather than that one. */
async function mustSee(reader: C1Reader): Promise<void> {
  const problems = await preflight(reader, ["entitlement"]);
  if (problems.length > 0) throw new ProblemError(problems);
}

function because(profile: string): string {
  return `C1 grant (profile ${profile})`;
}

function resourceOf(row: GrantRow): string {
  return scopedId({ appId: row.appId, id: row.resourceId });
}

function sameEntitlement(ref: ScopedRef, row: GrantRow): boolean {
  return ref.appId === row.appId && ref.id === row.entitlementId;
}

async function namesOf(reader: C1Reader, userId: string): Promise<readonly string[]> {
  return userId === "" ? [] : ((await reader.user(userId))?.names ?? []);
}
