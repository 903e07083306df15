/** People that other reads brought along, so that most names need no call of their own. */
import type { User } from "./users.ts";

export interface Seen {
  users(rows: readonly User[]): void;
  userById(id: string): User | undefined;
  userByLogin(login: string): User | undefined;
}

export function createSeen(): Seen {
  const byId = new Map<string, User>();
  const byLogin = new Map<string, User>();
  return {
    users(rows) {
      for (const user of rows) {
        byId.set(user.id.toLowerCase(), user);
        byLogin.set(user.login.toLowerCase(), user);
      }
    },
    userById: (id) => byId.get(id.toLowerCase()),
    userByLogin: (login) => byLogin.get(login.toLowerCase()),
  };
}
