/** Words that a tenant chooses for itself: risk levels. They are made and deleted, never renamed (c1.md §10). */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { fields, present } from "./wire.ts";

const RISK_LEVELS = "/api/v1/attributes/risk_levels";

export function attributeReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  return {
    riskLevels: () => rows("risk levels", () => api.pages(RISK_LEVELS)),
    async riskLevel(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/attributes/risk_levels/${id}`);
      return present(answer && fields(answer.value), `risk level ${id}`);
    },
  };
}

export function attributeWrites(api: WriteApi) {
  return {
    createRiskLevel: async (value: string) => fields((await api.post(RISK_LEVELS, { value }, value)).value),
    deleteRiskLevel: (id: string) => api.remove(path`/api/v1/attributes/risk_levels/${id}`),
  };
}
