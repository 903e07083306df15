import { inParallel } from "../../shared/in-parallel.ts";
import type { OktaReader } from "../client.ts";
import { search } from "../people.ts";

/** Login of a user id: from rows that came along, else by id, which does not lag. Undefined for a deleted user. */
export async function loginOf(reader: OktaReader, userId: string): Promise<string | undefined> {
  return (reader.seen.userById(userId) ?? (await reader.user(userId)))?.login;
}

/** Logins of many: who did not come along is searched for, twenty at a time; who is not found is asked for by id. */
export async function loginsOf(reader: OktaReader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const unseen = userIds.filter((id) => reader.seen.userById(id) === undefined);
  if (unseen.length > 1) await search(reader, "id", unseen);
  const logins = new Map<string, string>();
  for await (const [id, login] of inParallel(userIds, async (id) => [id, await loginOf(reader, id)] as const)) {
    if (login !== undefined) logins.set(id, login);
  }
  return logins;
}
