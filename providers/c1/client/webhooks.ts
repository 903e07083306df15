/** Addresses that C1 calls (c1.md §10). */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { fields, present, text } from "./wire.ts";

export function webhookReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  return {
    webhooks: () => rows("webhooks", () => api.search("/api/v1/search/webhooks", {})),
    async webhook(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/webhooks/${id}`);
      return present(answer && fields(answer.webhook), `webhook ${id}`);
    },
  };
}

export function webhookWrites(api: WriteApi) {
  return {
    createWebhook: async (webhook: Fields) =>
      fields((await api.post("/api/v1/webhooks", webhook, text(webhook.displayName))).webhook),
    updateWebhook: async (id: string, webhook: Fields, mask: readonly string[]) =>
      fields((await api.post(path`/api/v1/webhooks/${id}`, { webhook, updateMask: mask.join(",") })).webhook),
    deleteWebhook: (id: string) => api.remove(path`/api/v1/webhooks/${id}`),
  };
}
