/** Who calls, and what they may do. */
import type { KeyRow, Memory, UserRow } from "./memory.ts";
import { forbidden, Refusal } from "./refusal.ts";

export interface Principal {
  readonly key: KeyRow;
  /** Absent for an account key. */
  readonly user: UserRow | undefined;
}

/** Undefined is a 401. */
export function principalOf(memory: Memory, request: Request): Principal | undefined {
  const token = /^Token token="?([^"\s]+)"?$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const key = memory.keys.find((row) => row.token === token);
  if (key === undefined) return undefined;
  if (key.userId === undefined) return { key, user: undefined };
  const user = memory.users.find((row) => row.id === key.userId);
  return user === undefined ? undefined : { key, user };
}

/** Base roles that may write each area; an account key may write everything unless it is read-only. */
const WRITERS: Readonly<Record<Area, readonly string[]>> = {
  users: ["owner", "admin"],
  teams: ["owner", "admin", "user"],
  schedules: ["owner", "admin", "user"],
  overrides: ["owner", "admin", "user", "limited_user"],
};

export type Area = "users" | "teams" | "schedules" | "overrides";

export function mustWrite(principal: Principal, area: Area): void {
  if (principal.user === undefined || WRITERS[area].includes(principal.user.role)) return;
  throw forbidden(`A ${principal.user.role} may not change ${area}.`);
}

export function mustHave(memory: Memory, ability: string): void {
  if (memory.abilities.includes(ability)) return;
  throw new Refusal(402, 2012, "Your account does not have the ability to perform this action", [
    ["base", `Required abilities: ${ability}`],
  ]);
}
