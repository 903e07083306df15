/**
 * Members of groups and organizations: read with their names, changed a hundred at a time by jobs whose every item is
 * looked at. An item that failed inside a job that "completed" is a failure of that person, and of nobody else.
 */
import type { Progress } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import type { Problem } from "../../../engine/problem.ts";
import { throwAny } from "../../shared/attempts.ts";
import { isRunning, type Job, unfinishedNote } from "../client/jobs.ts";
import type { Membership, MembershipReads, MembershipWrites } from "../client/memberships.ts";
import { loginOf, type User } from "../client/users.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";

export interface Members {
  readonly logins: readonly string[];
  readonly people: Readonly<Record<string, string>>;
}

/** Names of those who hold the memberships; whoever no answer has shown yet is asked for in bulk. */
export async function namedMembers(reader: ZendeskReader, memberships: readonly Membership[]): Promise<Members> {
  const unseen = memberships.map(({ userId }) => userId).filter((id) => reader.seen.byId(id) === undefined);
  if (unseen.length > 0) await reader.usersById(unseen);
  const named = memberships.map(({ userId }) => {
    const user: Pick<User, "id" | "email"> = reader.seen.byId(userId) ?? { id: userId, email: undefined };
    return [loginOf(user), userId] as const;
  });
  return { logins: named.map(([login]) => login), people: Object.fromEntries(named) };
}

/** Where members are changed. */
export interface MemberPlace {
  readonly id: string;
  readonly memberships: MembershipReads & MembershipWrites;
  readonly unfinished: Map<string, readonly Job[]>;
  /** What a person can do about a refusal. */
  readonly hint: string;
}

const AT_ONCE = 100;

export interface Person {
  readonly login: string;
  readonly id: string;
}

/** One step per job; each throws the problems of its own people. */
export function additions(place: MemberPlace, people: readonly Person[]): readonly (() => Promise<void>)[] {
  return chunks(people).map((some) => async () => {
    const job = await place.memberships.addMany(
      place.id,
      some.map(({ id }) => id),
    );
    if (isRunning(job)) return left(place, job);
    const failed = some.flatMap((person, index) => failure(job, person, (result) => result.index === index));
    if (failed.length === 0) return;
    // Whoever was in it already, or came in meanwhile, is where the document wants them.
    const there = new Set((await place.memberships.now(place.id))?.map(({ userId }) => userId));
    throwAny(failed.filter(({ person }) => !there.has(person.id)).map((one) => problemOf(place, job, one)));
  });
}

/** Memberships end by their own ids, which are read right before: somebody who is not in it any more is done. */
export function removals(place: MemberPlace, people: readonly Person[]): readonly (() => Promise<void>)[] {
  return chunks(people).map((some) => async () => {
    const held = new Map((await place.memberships.now(place.id))?.map((one) => [one.userId, one.id]));
    const leaving = some.flatMap((person) => {
      const membership = held.get(person.id);
      return membership === undefined ? [] : [{ person, membership }];
    });
    if (leaving.length === 0) return;
    const job = await place.memberships.removeMany(leaving.map(({ membership }) => membership));
    if (isRunning(job)) return left(place, job);
    const failed = leaving.flatMap(({ person, membership }, index) =>
      failure(job, person, (result) => (result.id === undefined ? result.index === index : result.id === membership)),
    );
    if (failed.length === 0) return;
    const there = new Set((await place.memberships.now(place.id))?.map(({ userId }) => userId));
    throwAny(failed.filter(({ person }) => there.has(person.id)).map((one) => problemOf(place, job, one)));
  });
}

/** It took too long: the proof goes on asking, and says so where it gives up as well. */
function left({ id, unfinished }: MemberPlace, job: Job): void {
  unfinished.set(id, [...(unfinished.get(id) ?? []), job]);
}

/** For the proof: are jobs that took too long still at it, and what came of them? */
export async function jobProgress<S extends Spec>(
  reader: ZendeskReader,
  id: string,
  read: () => Promise<Live<S> | undefined>,
): Promise<Progress<S>> {
  const { unfinished } = reader.jobs;
  for (const waiting of unfinished.get(id) ?? []) {
    const job = await reader.jobs.job(waiting.id);
    if (job !== undefined && isRunning(job)) return { state: "converging", note: unfinishedNote(job) };
    unfinished.set(
      id,
      (unfinished.get(id) ?? []).filter((one) => one.id !== waiting.id),
    );
    const problem = job === undefined ? undefined : lateProblem(job);
    if (problem !== undefined) return { state: "failed", problem };
  }
  const live = await read();
  if (live === undefined) return { state: "converging", note: "Zendesk does not show it yet." };
  return { state: "done", live };
}

/** Nobody knows any more which item was whose: the next plan reads who is in. */
function lateProblem(job: Job): Problem | undefined {
  const failed = (job.results ?? []).flatMap(({ error }) => error ?? []);
  if (failed.length === 0 && !isFailed(job)) return undefined;
  const said = failed.join("; ") || job.message || job.status;
  return {
    code: "zendesk-job-failed",
    message: `Zendesk's job ${job.id} ended late, and not all of it worked: ${said}.`,
    hint: "Apply again: it looks at who is in and who is out, and does the rest.",
  };
}

interface Failed {
  readonly person: Person;
  readonly error: string;
}

function failure(
  job: Job,
  person: Person,
  isIts: (result: { index?: number | undefined; id?: string | undefined }) => boolean,
): readonly Failed[] {
  if (isFailed(job))
    return [{ person, error: `the job ${job.status}${job.message === "" ? "" : ` (${job.message})`}` }];
  const error = job.results?.find(isIts)?.error;
  return error === undefined ? [] : [{ person, error }];
}

function isFailed(job: Job): boolean {
  return job.status !== "completed" && !isRunning(job);
}

function problemOf(place: MemberPlace, job: Job, { person, error }: Failed): Problem {
  return {
    code: "zendesk-member-refused",
    message: `member ${person.login}: Zendesk's job ${job.id} says ${error}.`,
    hint: place.hint,
  };
}

function chunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  const some: (readonly T[])[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) some.push(all.slice(start, start + AT_ONCE));
  return some;
}

export function groupPlace(writer: ZendeskWriter, id: string): MemberPlace {
  return {
    id,
    memberships: writer.groupMemberships,
    unfinished: writer.jobs.unfinished,
    hint: "Only agents and administrators can be in a group: raise the role first (zendesk/agent), then apply again.",
  };
}

export function organizationPlace(writer: ZendeskWriter, id: string): MemberPlace {
  return {
    id,
    memberships: writer.organizationMemberships,
    unfinished: writer.jobs.unfinished,
    hint: "Where the account has not switched on multiple organizations, a user is in one at most: take them out of the other first.",
  };
}
