import type { OktaReader } from "../client.ts";

/** Login of a user id: from rows that came along, else by id, which does not lag. Undefined for a deleted user. */
export async function loginOf(reader: OktaReader, userId: string): Promise<string | undefined> {
  return (reader.seen.userById(userId) ?? (await reader.user(userId)))?.login;
}
