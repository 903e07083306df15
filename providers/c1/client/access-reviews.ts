/** Templates of access reviews, which can only be asked for one by one (c1.md §10). */

import { path } from "../../shared/http.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import type { ScopedRef } from "./refs.ts";
import { fields, objects, present, text } from "./wire.ts";

const TEMPLATES = "/api/v1/access_review_template";

export function accessReviewReads(api: Api) {
  return {
    async reviewTemplate(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/access_review_template/${id}`);
      return present(answer && fields(answer.accessReviewTemplate), `access review template ${id}`);
    },
    /** Entitlements that were chosen one by one. */
    async reviewedEntitlements(id: string): Promise<readonly ScopedRef[]> {
      const answer = await api.get(path`/api/v1/access_review_template/${id}/scope_and_entitlements`);
      return objects(answer?.list)
        .map((row) => fields(row.accessReviewTemplateEntitlement))
        .map((row) => ({ appId: text(row.appId), id: text(row.appEntitlementId) }));
    },
  };
}

export function accessReviewWrites(api: WriteApi) {
  return {
    createReviewTemplate: async (template: Fields) =>
      fields((await api.post(TEMPLATES, template, text(template.displayName))).accessReviewTemplate),
    /** Without a mask C1 refuses. */
    updateReviewTemplate: async (id: string, accessReviewTemplate: Fields, mask: readonly string[]) =>
      fields(
        (
          await api.post(path`/api/v1/access_review_template/${id}`, {
            accessReviewTemplate,
            updateMask: mask.join(","),
          })
        ).accessReviewTemplate,
      ),
    /** Replaces the scope as well as the list. */
    setReviewedEntitlements: (id: string, refs: readonly ScopedRef[], scope: Fields) =>
      api.post(path`/api/v1/access_review_template/${id}/scope_and_entitlements`, {
        entitlements: refs.map((ref) => ({ appId: ref.appId, appEntitlementId: ref.id })),
        scope,
      }),
    deleteReviewTemplate: (id: string) => api.remove(path`/api/v1/access_review_template/${id}`),
  };
}
