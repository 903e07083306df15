/** Words that a tenant chooses for itself. They are made and deleted, never renamed (c1.md §10). */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { fields, present } from "./wire.ts";

/** Which words, as paths spell it. */
export type Attribute = "risk_levels" | "compliance_frameworks";

export function attributeReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  return {
    attributes: (of: Attribute) => rows(of, () => api.pages(path`/api/v1/attributes/${of}`)),
    async attribute(of: Attribute, id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/attributes/${of}/${id}`);
      return present(answer && fields(answer.value), `${of} ${id}`);
    },
  };
}

export function attributeWrites(api: WriteApi) {
  return {
    createAttribute: async (of: Attribute, value: string) =>
      fields((await api.post(path`/api/v1/attributes/${of}`, { value }, value)).value),
    deleteAttribute: (of: Attribute, id: string) => api.remove(path`/api/v1/attributes/${of}/${id}`),
  };
}
