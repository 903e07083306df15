/** Global and app automations (c1.md §9). Rows of the search hold triggers and steps whole. */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { fields, present, text } from "./wire.ts";

export function automationReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  return {
    automations: () => rows("automations", () => api.search("/api/v1/search/automations", {})),
    /** Of the whole tenant or an app; a profile's membership is `automation`. */
    async workflow(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/automations/${id}`);
      return present(answer && fields(answer.automation), `automation ${id}`);
    },
  };
}

/** Answers may carry a secret that is shown once; only what concerns the automation is taken out of them. */
export function automationWrites(api: WriteApi) {
  return {
    createWorkflow: async (automation: Fields) =>
      fields((await api.post("/api/v1/automations", automation, text(automation.displayName))).automation),
    updateWorkflow: async (id: string, automation: Fields, mask: readonly string[]) =>
      fields((await api.post(path`/api/v1/automations/${id}`, { automation, updateMask: mask.join(",") })).automation),
    deleteWorkflow: (id: string) => api.remove(path`/api/v1/automations/${id}`),
  };
}
