/** Stacks name people by primary e-mail; C1 holds ids. */
import type { WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { Live, Value } from "../../../engine/model.ts";
import { isList } from "../../../engine/value.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import type { C1Reader } from "../client.ts";

export interface NamedPeople {
  readonly logins: readonly string[];
  readonly people: Readonly<Record<string, string>>;
}

/** A person whom C1 no longer lists goes by the bare id, so that a stack can still see and remove them. */
export async function namePeople(reader: C1Reader, ids: readonly string[]): Promise<NamedPeople> {
  const users = await Promise.all(ids.map((id) => reader.user(id)));
  const logins = ids.map((id, index) => users[index]?.email || id);
  return { logins, people: Object.fromEntries(logins.map((login, index) => [login, ids[index] ?? login])) };
}

/**
 * Owners that C1 takes once and never shows: those that were applied stand for them, and before anything was, those that
 * are declared. Undefined where nobody has said any.
 */
export async function ownersApplied(
  reader: C1Reader,
  known: WantedObject["known"] = [],
): Promise<{ readonly owners: Value | undefined; readonly people: Readonly<Record<string, string>> }> {
  const owners = known.map((spec) => spec.owners).findLast(isList);
  const people = await Promise.all(
    textsOf(owners).map(async (login) => [login, (await reader.usersByEmail(login))[0]?.id ?? login] as const),
  );
  return { owners, people: Object.fromEntries(people) };
}

/** Ids of logins, as resolved and reviewed. */
export function userIds(logins: Value | undefined, context: WriteContext, live?: Live): readonly string[] {
  return textsOf(logins).map(personIds(context.people, live?.people));
}
