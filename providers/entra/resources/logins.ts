/** Logins of user ids: from rows that came along, else a thousand in a call where the credential may, else by the fifteen. */
import { WHO } from "../client/users.ts";
import type { EntraReader } from "../client.ts";

/** Above so many people one sweep over everybody costs less than asking for them. */
const MANY = 3_000;

/** Id → login. Who is deleted, or too new to be shown, is missing. */
export async function loginsOf(reader: EntraReader, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)];
  const unknown = wanted.filter((id) => reader.seen.userById(id) === undefined);
  if (unknown.length > 0) await see(reader, unknown);
  return new Map(
    wanted.flatMap((id) => {
      const user = reader.seen.userById(id);
      return user === undefined ? [] : [[id, user.login] as const];
    }),
  );
}

/** `getByIds` takes the right to read the whole directory; the right to read users is enough for the others. */
async function see(reader: EntraReader, ids: readonly string[]): Promise<void> {
  const { roles } = await reader.token();
  if (roles.some((role) => role === "Directory.Read.All" || role === "Directory.ReadWrite.All")) {
    await reader.objects(ids);
  } else if (ids.length > MANY) await reader.users(WHO);
  else await reader.usersWith("id", ids);
}
