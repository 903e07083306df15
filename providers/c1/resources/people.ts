/** Stacks name people by primary e-mail; C1 holds ids. */
import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { list, text } from "../client/wire.ts";
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

/** Ids of logins, as resolved and reviewed; never guessed at write time. */
export function userIds(logins: Value | undefined, context: WriteContext, live?: Live): readonly string[] {
  const known = new Map(
    [...Object.entries(live?.people ?? {}), ...Object.entries(context.people)].map(([login, id]) => [
      login.toLowerCase(),
      id,
    ]),
  );
  return list(logins).map((login) => {
    const id = known.get(text(login).toLowerCase());
    if (id !== undefined) return id;
    throw new ProblemError({
      code: "unknown-person",
      message: `${text(login)} is not among the people that this plan resolved.`,
      hint: "Plan again; C1 knows people by their primary e-mail.",
      address: context.address,
    });
  });
}
