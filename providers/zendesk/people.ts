/** Who a name is: an exact primary address, without case. Secondary addresses are nobody's name. */
import type { PersonMatch } from "../../engine/provider.ts";
import { inParallel } from "../shared/in-parallel.ts";
import type { User } from "./client/users.ts";
import type { ZendeskReader } from "./client.ts";

/** As many searches may cost less than a sweep of the team. */
const FEW = 5;

export async function peopleNamed(reader: ZendeskReader, names: readonly string[]): Promise<readonly PersonMatch[]> {
  const unknown = (): readonly string[] => names.filter((name) => reader.seen.byEmail(name) === undefined);
  // The search lags by minutes and the team's list does not, so what few searches did not find is looked for there.
  if (unknown().length <= FEW) await search(reader, unknown());
  if (unknown().length > 0) {
    await reader.team();
    await search(reader, unknown());
  }
  return names.map((name) => {
    const user = reader.seen.byEmail(name);
    return { name, candidates: user === undefined ? [] : [{ id: user.id, login: user.email ?? name }] };
  });
}

async function search(reader: ZendeskReader, names: readonly string[]): Promise<void> {
  const addresses = names.map((name) => name.toLowerCase()).filter((name) => name.includes("@"));
  for await (const _ of inParallel(addresses, (name): Promise<readonly User[]> => reader.searchUsers(name)));
}
