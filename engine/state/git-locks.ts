/** ⇄ The newest lock record, in the commit beside the branch; older ones are gone with the push that replaced them. */
import type { GitRegister } from "./git-register.ts";
import type { GitView } from "./git-view.ts";
import { encodeLock, type Locks, type NumberedLock } from "./locks.ts";

export function gitLocks(register: GitRegister): Locks {
  /** A push that was taken is the freshest look of all; for the one question that follows it. */
  let fresh = false;
  return {
    async newest() {
      const view = await (fresh ? register.known() : register.look());
      fresh = false;
      return newestIn(view);
    },
    async claim(token, record) {
      fresh = await register.write(async (now) =>
        (now.run?.token ?? 0) >= token ? undefined : { lock: { token, content: encodeLock(record) } },
      );
      return fresh;
    },
    async update(token, record) {
      fresh = await register.write(async (now) =>
        // Somebody else's by now: nothing of ours is left to overwrite.
        now.run?.token === token ? { lock: { token, content: encodeLock(record) } } : undefined,
      );
    },
  };
}

export function newestIn({ run }: GitView): NumberedLock | undefined {
  return run === undefined ? undefined : { token: run.token, content: run.lock };
}
