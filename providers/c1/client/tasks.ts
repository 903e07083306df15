/** Requests and revocations, one at a time (c1.md §11). The bodies are flat, and name the person by identity. */

import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import type { ScopedRef } from "./refs.ts";
import { fields } from "./wire.ts";

export type TaskWord = "grant" | "revoke";

export function taskReads(api: Api) {
  return {
    /** The one that is open; C1 lets there be no second one. `state` counts: an open task may carry an outcome already. */
    async openTask(word: TaskWord, ref: ScopedRef, userId: string): Promise<Fields | undefined> {
      const [row] = await api.search("/api/v1/search/tasks", {
        applicationIds: [ref.appId],
        appEntitlementIds: [ref.id],
        subjectIds: [userId],
        taskStates: ["TASK_STATE_OPEN"],
        taskTypes: [{ [word]: {} }],
      });
      return row === undefined ? undefined : fields(row.task);
    },
    async holds(ref: ScopedRef, userId: string): Promise<boolean> {
      return (await api.search("/api/v1/search/grants", { entitlementRefs: [ref], userId })).length > 0;
    },
  };
}

export function taskWrites(api: WriteApi) {
  return {
    async createTask(word: TaskWord, { appId, id }: ScopedRef, userId: string, details: Fields): Promise<Fields> {
      const body = { appId, appEntitlementId: id, identityUserId: userId, ...details };
      return fields(fields((await api.post(`/api/v1/task/${word}`, body, `${userId} ${id}`)).taskView).task);
    },
  };
}
