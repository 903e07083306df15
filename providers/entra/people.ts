/** Who a name is: a UPN, else an exact primary e-mail (SPEC §1). Deleted accounts are nobody. */
import type { PersonMatch } from "../../engine/provider.ts";
import { type User, WHO } from "./client/users.ts";
import type { EntraReader } from "./client.ts";

/** Names above which one sweep is the better bet: a batch finds 300 of them, a page shows 999 people. */
const MOST_ASKED = 3_000;

export async function peopleNamed(reader: EntraReader, names: readonly string[]): Promise<readonly PersonMatch[]> {
  const unknown = names.filter((name) => reader.seen.userByLogin(name) === undefined);
  const everybody = unknown.length > MOST_ASKED ? await reader.users(WHO) : undefined;
  if (everybody === undefined) await reader.usersWith("userPrincipalName", unknown);
  const stillUnknown = unknown.filter((name) => reader.seen.userByLogin(name) === undefined);
  const byEmail =
    everybody ??
    (await reader.usersWith(
      "mail",
      stillUnknown.filter((name) => name.includes("@")),
    ));
  return names.map((name) => {
    const user = reader.seen.userByLogin(name);
    const found = user !== undefined ? [user] : byEmail.filter((one) => hasEmail(one, name));
    return { name, candidates: found.map(({ id, login }) => ({ id, login })) };
  });
}

function hasEmail(user: User, name: string): boolean {
  return user.email?.toLowerCase() === name.toLowerCase();
}
