/** Rows that other reads brought along: member lists carry whole users, so most names need no call of their own. */
import type { Group } from "./groups.ts";
import type { User } from "./users.ts";

export interface Seen {
  users(rows: readonly User[]): void;
  /** From here on, who is not known does not exist (or is deactivated). */
  everybody(): void;
  groups(rows: readonly Group[]): void;
  userById(id: string): User | undefined;
  userByLogin(login: string): User | undefined;
  knowsEverybody(): boolean;
  group(id: string): Group | undefined;
  /** How many people there are, where the group of everybody was read. */
  population(): number | undefined;
}

export function createSeen(): Seen {
  const byId = new Map<string, User>();
  const byLogin = new Map<string, User>();
  const groups = new Map<string, Group>();
  let complete = false;
  return {
    users(rows) {
      for (const user of rows) {
        byId.set(user.id, user);
        byLogin.set(user.login.toLowerCase(), user);
      }
    },
    everybody() {
      complete = true;
    },
    groups(rows) {
      for (const group of rows) groups.set(group.id, group);
    },
    userById: (id) => byId.get(id),
    userByLogin: (login) => byLogin.get(login.toLowerCase()),
    knowsEverybody: () => complete,
    group: (id) => groups.get(id),
    population() {
      for (const group of groups.values()) {
        if (group.type === "BUILT_IN" && group.name === "Everyone") return group.memberCount;
      }
      return undefined;
    },
  };
}
