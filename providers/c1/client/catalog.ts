/** Apps, resource types, resources and entitlements: what access there is. */
import { path } from "../../shared/http.ts";
import type { Api, WriteApi } from "./api.ts";
import { createBatch } from "./batch.ts";
import { createMemo } from "./memo.ts";
import { refOfRow, type ScopedRef, scopedId, scopedRef } from "./refs.ts";
import { type Fields, fields, present, text, texts } from "./wire.ts";

/** Rows asked for by reference in one search; the page size. */
const REFS = 100;

export interface ResourceRef extends ScopedRef {
  readonly typeId: string;
}

export function catalogReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const ids = createMemo<readonly string[]>();

  const entitlements = createBatch<Fields | undefined>(
    REFS,
    async (keys) => {
      const found = await api.search("/api/v1/search/entitlements", { refs: keys.map(scopedRef) });
      return new Map(found.map(entitlementOf).map((row) => [scopedId(refOfRow(row)), row]));
    },
    undefined,
  );
  const resources = createBatch<Fields | undefined>(
    REFS,
    async (keys) => {
      const refs = keys.map(resourceRef).map((ref) => ({
        appId: ref.appId,
        appResourceTypeId: ref.typeId,
        id: ref.id,
      }));
      const found = await api.search("/api/v1/search/app_resources", { refs });
      return new Map(found.map(resourceOf).map((row) => [resourceKey(refOfResource(row)), row]));
    },
    undefined,
  );
  const types = createBatch<readonly Fields[]>(
    REFS,
    async (appIds) => {
      const found = await api.search("/api/v1/search/app_resource_types", { appIds });
      return new Map(appIds.map((appId) => [appId, found.filter((row) => text(row.appId) === appId)]));
    },
    [],
  );
  const ofResource = createBatch<readonly Fields[]>(
    REFS,
    async (keys) => {
      const refs = keys.map(scopedRef);
      const found = await api.search("/api/v1/search/entitlements", {
        appIds: [...new Set(refs.map(({ appId }) => appId))],
        resourceIds: [...new Set(refs.map(({ id }) => id))],
      });
      const byResource = new Map<string, Fields[]>();
      for (const row of found.map(entitlementOf)) {
        const key = `${text(row.appId)}/${text(row.appResourceId)}`;
        byResource.set(key, [...(byResource.get(key) ?? []), row]);
      }
      return byResource;
    },
    [],
  );

  return {
    apps: () => rows("apps", () => api.search("/api/v1/search/apps", {})),
    async app(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${id}`);
      return present(answer && fields(answer.app), `app ${id}`);
    },
    appOwnerIds: (id: string) =>
      ids(`app ${id}`, async () => texts((await api.get(path`/api/v1/apps/${id}/ownerids`))?.userIds)),

    resourceTypes: (appId: string) => types.get(appId),
    allResourceTypes: () => rows("types", () => api.search("/api/v1/search/app_resource_types", {})),
    resourcesOfType: (appId: string, typeId: string) =>
      rows(`resources ${appId} ${typeId}`, async () =>
        (await api.search("/api/v1/search/app_resources", { appId, appIds: [appId], resourceTypeIds: [typeId] })).map(
          resourceOf,
        ),
      ),
    /** From a search by reference; a resource that is gone is undefined. */
    resource: (ref: ResourceRef) => resources.get(resourceKey(ref)),
    resourceOwnerIds: (ref: ResourceRef) =>
      ids(`resource ${resourceKey(ref)}`, async () => {
        const at = path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resource/${ref.id}/ownerids`;
        return texts((await api.get(at))?.userIds);
      }),

    entitlement: (ref: ScopedRef) => entitlements.get(scopedId(ref)),
    /** By id, past every index: what decides whether it is gone. */
    async entitlementNow(ref: ScopedRef): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}`);
      return present(answer && fields(fields(answer.appEntitlementView).appEntitlement), `entitlement ${ref.id}`);
    },
    entitlementsOfResource: (appId: string, resourceId: string) => ofResource.get(`${appId}/${resourceId}`),
    entitlementsOfApp: (appId: string) =>
      rows(`entitlements ${appId}`, async () =>
        (await api.search("/api/v1/search/entitlements", { appIds: [appId] })).map(entitlementOf),
      ),
    allEntitlements: () =>
      rows("entitlements", async () => (await api.search("/api/v1/search/entitlements", {})).map(entitlementOf)),
    entitlementOwnerIds: (ref: ScopedRef) =>
      ids(`entitlement ${scopedId(ref)}`, async () =>
        texts((await api.get(path`/api/v1/apps/${ref.appId}/entitlements/${ref.id}/ownerids`))?.userIds),
      ),
    riskLevels: () => rows("risk levels", () => api.pages("/api/v1/attributes/risk_levels")),

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

/** Search rows wrap the object in a view; the spec's lists of resource types do not. */
function entitlementOf(row: Fields): Fields {
  return "appEntitlement" in row ? fields(row.appEntitlement) : row;
}

function resourceOf(row: Fields): Fields {
  return "appResource" in row ? fields(row.appResource) : row;
}

function refOfResource(row: Fields): ResourceRef {
  return { appId: text(row.appId), typeId: text(row.appResourceTypeId), id: text(row.id) };
}

function resourceKey(ref: ResourceRef): string {
  return `${ref.appId}/${ref.typeId}/${ref.id}`;
}

function resourceRef(key: string): ResourceRef {
  const [appId = "", typeId = "", id = ""] = key.split("/");
  return { appId, typeId, id };
}
