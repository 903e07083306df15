/** Apps, resources and entitlements one by one, and all that is written about them; `access.ts` reads them in bulk. */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { entitlementOf, type ResourceRef, resourceKey } from "./access.ts";
import type { Api, WriteApi } from "./api.ts";
import { type ScopedRef, scopedId } from "./refs.ts";
import { fields, present, text } from "./wire.ts";

export function catalogReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const ids = createMemo<readonly string[]>();

  return {
    apps: () => rows("apps", () => api.search("/api/v1/search/apps", {})),
    async app(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${id}`);
      return present(answer && fields(answer.app), `app ${id}`);
    },
    appOwnerIds: (id: string) =>
      ids(`app ${id}`, async () => textsOf((await api.get(path`/api/v1/apps/${id}/ownerids`))?.userIds)),

    resourceOwnerIds: (ref: ResourceRef) =>
      ids(`resource ${resourceKey(ref)}`, async () => {
        const at = path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resource/${ref.id}/ownerids`;
        return textsOf((await api.get(at))?.userIds);
      }),

    /** By id, past every index: what decides whether it is gone. */
    async entitlementNow(ref: ScopedRef): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}`);
      return present(answer && entitlementOf(fields(answer.appEntitlementView)), `entitlement ${ref.id}`);
    },
    entitlementOwnerIds: (ref: ScopedRef) =>
      ids(`entitlement ${scopedId(ref)}`, async () =>
        textsOf((await api.get(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/ownerids`))?.userIds),
      ),

    /** Apps that a directory's connector found, managed or not. */
    discovered: (appId: string, typeId: string) =>
      rows(`discovered ${appId} ${typeId}`, async () =>
        (await api.pages(path`/api/v1/apps/${appId}/resource_types/${typeId}/managed_state_bindings`)).map((row) =>
          fields(row.appManagementStateBinding),
        ),
      ),
  };
}

export function catalogWrites(api: WriteApi) {
  return {
    createApp: async (app: Fields) => fields((await api.post("/api/v1/apps", app, text(app.displayName))).app),
    async promoteApp(ref: ResourceRef, userIds: readonly string[]): Promise<string> {
      const at = path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/managed_state_bindings/${ref.id}/promote`;
      const state = fields((await api.post(at, { userIds })).appManagementState);
      return text(fields(fields(fields(state.appManagementStateBinding).state).managed).appId);
    },
    updateApp: (id: string, app: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${id}`, { app, updateMask: mask.join(",") }),
    deleteApp: (id: string) => api.remove(path`/api/v1/apps/${id}`),
    /** Replaces them all, the creator included, who becomes an owner unasked (c1.md §6.1). */
    setAppOwners: (id: string, userIds: readonly string[]) => api.put(path`/api/v1/apps/${id}/owners`, { userIds }),
    addAppOwner: (id: string, user: string) => api.post(path`/api/v1/apps/${id}/owners/${user}`, {}),
    removeAppOwner: (id: string, user: string) => api.remove(path`/api/v1/apps/${id}/owners/${user}`),

    createResourceType: async (appId: string, type: Fields) =>
      fields((await api.post(path`/api/v1/apps/${appId}/resource_types`, type)).appResourceType),
    createResource: async (appId: string, typeId: string, resource: Fields) =>
      fields((await api.post(path`/api/v1/apps/${appId}/resource_types/${typeId}/resources`, resource)).appResource),
    setResourceOwners: (ref: ResourceRef, userIds: readonly string[]) =>
      api.put(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resource/${ref.id}/owners`, { userIds }),
    addResourceOwner: (ref: ResourceRef, userId: string) =>
      api.post(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resource/${ref.id}/owners`, { userId }),
    removeResourceOwner: (ref: ResourceRef, userId: string) =>
      api.remove(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resource/${ref.id}/owners`, { userId }),

    createEntitlement: async (appId: string, entitlement: Fields) =>
      entitlementOf(fields((await api.post(path`/api/v1/apps/${appId}/entitlements`, entitlement)).appEntitlementView)),
    updateEntitlement: (ref: ScopedRef, entitlement: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}`, { entitlement, updateMask: mask.join(",") }),
    deleteEntitlement: (ref: ScopedRef) => api.remove(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}`),
    setEntitlementOwners: (ref: ScopedRef, userIds: readonly string[]) =>
      api.put(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/owners`, { userIds }),
    addEntitlementOwner: (ref: ScopedRef, userId: string) =>
      api.post(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/owners`, { userId }),
    removeEntitlementOwner: (ref: ScopedRef, user: string) =>
      api.remove(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/owners/${user}`),
  };
}
