/** Users that came beside other answers: whoever is known need not be asked for. */
import type { User } from "./users.ts";

export interface Seen {
  users(rows: readonly User[]): void;
  byId(id: string): User | undefined;
  /** By primary address, without case; deleted ones have none any more. */
  byEmail(email: string): User | undefined;
}

export function createSeen(): Seen {
  const ids = new Map<string, User>();
  const emails = new Map<string, User>();
  return {
    users(rows) {
      for (const user of rows) {
        ids.set(user.id, user);
        if (user.email !== undefined && user.active) emails.set(user.email, user);
      }
    },
    byId: (id) => ids.get(id),
    byEmail: (email) => emails.get(email.toLowerCase()),
  };
}
