/** Access profiles (request catalogs) and their membership automations. */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { refOfRow, type ScopedRef } from "./refs.ts";
import { fields, objects, present, text } from "./wire.ts";

export interface ProfileRow {
  readonly catalog: Fields;
  readonly memberCount: number;
}

export function profileReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const refs = createMemo<readonly ScopedRef[]>();
  const read = new Map<string, string>();
  return {
    /** Id → name of each profile that was read by id: whoever asks about those asks for nothing new. */
    profilesRead: (): ReadonlyMap<string, string> => read,
    /** Headers only: no visibility, and `memberCount` is always "0" here (c1.md §3). */
    profiles: () =>
      rows("catalogs", async () => (await api.pages("/api/v1/catalogs")).map((row) => fields(row.requestCatalog))),
    async profile(id: string): Promise<ProfileRow | undefined> {
      const answer = await api.get(path`/api/v1/catalogs/${id}`);
      const view = fields(answer?.requestCatalogView);
      const catalog = present(answer && fields(view.requestCatalog), `access profile ${id}`);
      if (catalog === undefined) return undefined;
      read.set(id, text(catalog.displayName));
      return { catalog, memberCount: Number(view.memberCount ?? 0) };
    },
    profileEntries: (id: string) =>
      refs(`entries ${id}`, async () =>
        objects((await api.get(path`/api/v1/catalogs/${id}/requestable_entitlementIDs`))?.refs).map(refOfRow),
      ),
    async automation(id: string): Promise<Fields | undefined> {
      const automation = await api.get(path`/api/v1/catalogs/${id}/bundle_automation`);
      const named = automation && { ...automation, id: automation.requestCatalogId };
      return present(named, `the membership automation of ${id}`);
    },
    exclusions: (ref: ScopedRef) =>
      rows(`exclusions ${ref.id}`, async () =>
        (await api.pages(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/automation/exclusions`)).map((row) =>
          fields(row.user),
        ),
      ),
  };
}

export function profileWrites(api: WriteApi) {
  return {
    createProfile: async (catalog: Fields) =>
      fields(
        fields((await api.post("/api/v1/catalogs", catalog, text(catalog.displayName))).requestCatalogView)
          .requestCatalog,
      ),
    updateProfile: (id: string, catalog: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/catalogs/${id}`, { catalog: { ...catalog, id }, updateMask: mask.join(",") }),
    deleteProfile: (id: string) => api.remove(path`/api/v1/catalogs/${id}`),
    addEntries: (id: string, appEntitlements: readonly ScopedRef[], createRequests: boolean) =>
      api.post(path`/api/v1/catalogs/${id}/requestable_entries`, { appEntitlements, createRequests }),
    removeEntries: (id: string, appEntitlements: readonly ScopedRef[]) =>
      api.remove(path`/api/v1/catalogs/${id}/requestable_entries`, { appEntitlements }),
    addVisibility: (id: string, accessEntitlements: readonly ScopedRef[]) =>
      api.post(path`/api/v1/catalogs/${id}/visibility_bindings`, { accessEntitlements }),
    removeVisibility: (id: string, accessEntitlements: readonly ScopedRef[]) =>
      api.remove(path`/api/v1/catalogs/${id}/visibility_bindings`, { accessEntitlements }),
    /** An upsert that replaces the whole rule. */
    setAutomation: (id: string, automation: Fields) =>
      api.post(path`/api/v1/catalogs/${id}/bundle_automation`, automation),
    deleteAutomation: (id: string) => api.remove(path`/api/v1/catalogs/${id}/bundle_automation`),
    runAutomation: (id: string) => api.post(path`/api/v1/catalogs/${id}/bundle_automation/run`, { refs: [] }),
    resumeAutomation: (id: string) => api.post(path`/api/v1/catalogs/${id}/bundle_automation/resume`, {}),
    addExclusions: (ref: ScopedRef, userIds: readonly string[]) =>
      api.post(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/automation/exclusions`, { userIds }),
    removeExclusions: (ref: ScopedRef, userIds: readonly string[]) =>
      api.remove(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/automation/exclusions`, { userIds }),
  };
}
