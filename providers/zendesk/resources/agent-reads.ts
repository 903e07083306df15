/** Agents as documents ask for them: the whole team in one sweep, end users only where one is named. */
import type { Want } from "../../../engine/kind.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import type { User } from "../client/users.ts";
import type { ZendeskReader } from "../client.ts";

export async function wantedUsers(reader: ZendeskReader, want: Want): Promise<readonly User[]> {
  const team = (await reader.team()).filter(({ active }) => active);
  if (want.everything === true) return team;
  const ids = new Set(want.objects.flatMap(({ id }) => id ?? []));
  const keys = new Set(want.objects.flatMap(({ id, key }) => (id === undefined && key !== undefined ? [key] : [])));
  const found = new Map<string, User>();
  const keep = (users: Iterable<User>): void => {
    for (const user of users) {
      if (user.active && (ids.has(user.id) || (user.email !== undefined && keys.has(user.email))))
        found.set(user.id, user);
    }
  };
  keep(team);
  // Somebody demoted by hand is an end user now, and no list of the team shows them.
  keep(await reader.usersById([...ids].filter((id) => !found.has(id))));
  const emails = new Set([...found.values()].map(({ email }) => email));
  const missing = [...keys].filter((email) => !emails.has(email));
  for await (const users of inParallel(missing, (email) => reader.searchUsers(email))) keep(users);
  return [...found.values()];
}

/** By id; deleted ones are gone. What a bulk read leaves out is asked for by itself, since it says nothing of it. */
export async function readUsers(reader: ZendeskReader, ids: readonly string[]): Promise<ReadonlyMap<string, User>> {
  const found = new Map((await reader.usersById(ids)).map((user) => [user.id, user]));
  const missing = ids.filter((id) => !found.has(id));
  for await (const user of inParallel(missing, (id) => reader.user(id)))
    if (user !== undefined) found.set(user.id, user);
  return new Map([...found].filter(([, user]) => user.active));
}
