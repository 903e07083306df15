/** Whom an action is about, and whether it may be: nobody whom Active Directory masters, no administrator. */
import { ProblemError } from "../../../engine/problem.ts";
import type { ActionResult } from "../../../engine/provider.ts";
import { type User, WHO } from "../client/users.ts";
import type { EntraReader } from "../client.ts";
import { peopleNamed } from "../people.ts";
import { ACTION_NEEDS } from "../permissions.ts";
import { protectedUsers } from "../resources/privileged.ts";

export type Parameters = Readonly<Record<string, string>>;

export const USER = { user: { description: "Login, primary e-mail or object id of the person.", required: true } };

/** Of a synced person, what an action may still do here (entra.md §7). */
export type Reach = "cloud only" | "synced too";

/** The person, with these properties, after every refusal that can be known before. */
export async function targetOf(
  reader: EntraReader,
  action: string,
  name: string,
  reach: Reach,
  select: readonly string[] = [],
): Promise<User> {
  await requirePermission(reader, action);
  const user = await userNamed(reader, name, select);
  if (reach === "cloud only" && user.synced) {
    throw new ProblemError({
      code: "entra-synced",
      message: `${user.login} is synced from on-premises Active Directory, where this is changed.`,
      hint: "Change it there; it arrives with the next sync.",
    });
  }
  const role = (await protectedUsers(reader)).get(user.id);
  if (role === undefined) return user;
  throw new ProblemError({
    code: "entra-protected",
    message: `${user.login} holds ${role}, and the application has no role that may change administrators.`,
    hint: "Let an administrator do it, or assign Privileged Authentication Administrator to the application.",
  });
}

/** By id or login, else by primary e-mail. */
export async function userNamed(reader: EntraReader, name: string, select: readonly string[] = []): Promise<User> {
  const properties = [...new Set([...WHO, ...select])];
  const direct = name === "" ? undefined : await reader.user(name, properties);
  if (direct !== undefined) return direct;
  const candidates = (await peopleNamed(reader, [name]))[0]?.candidates ?? [];
  const [only] = candidates;
  const found = only === undefined || candidates.length > 1 ? undefined : await reader.user(only.id, properties);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: candidates.length > 1 ? "lookup-ambiguous" : "lookup-nothing",
    message:
      candidates.length > 1
        ? `${candidates.length} people have the e-mail "${name}": ${candidates.map(({ login }) => login).join(", ")}.`
        : `The directory has nobody called "${name}".`,
    hint: "Give the login (user principal name) or the object id.",
  });
}

export async function requirePermission(reader: EntraReader, action: string): Promise<void> {
  const needed = ACTION_NEEDS[action] ?? [];
  const { roles } = await reader.token();
  if (needed.some((permission) => roles.includes(permission))) return;
  throw new ProblemError({
    code: "entra-permission-missing",
    message: `The application may not ${action}: ${needed[0]} is not granted.`,
    hint: "Add the application permission (Microsoft Graph) and grant admin consent; it counts from the next token on.",
  });
}

export function done(line: string, facts: Readonly<Record<string, string | number | boolean>>): ActionResult {
  return { summary: [line], facts };
}
