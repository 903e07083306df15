/** C1's own groups: rules that keep the holders of one entitlement, and resources one by one (c1.md §6.2, §6.4). */

import { path } from "../../shared/http.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import type { ResourceRef } from "./access.ts";
import type { Api, WriteApi } from "./api.ts";
import type { ScopedRef } from "./refs.ts";
import { fields, present } from "./wire.ts";

export function groupReads(api: Api) {
  return {
    /** By id, past every index. */
    async resourceNow(ref: ResourceRef): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resources/${ref.id}`);
      return present(answer && fields(fields(answer.appResourceView).appResource), `resource ${ref.id}`);
    },
    /** The answer's key starts with a capital (c1.md §6.4). */
    async entitlementRule({ appId, id }: ScopedRef): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${appId}/entitlements/${id}/automation`);
      const rule = answer?.AppEntitlementAutomation;
      const named = isFields(rule) ? { ...rule, id: rule.appEntitlementId } : undefined;
      return present(answer && (named ?? {}), `the automation of entitlement ${id}`);
    },
  };
}

export function groupWrites(api: WriteApi) {
  return {
    updateResource: (ref: ResourceRef, appResource: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resources/${ref.id}`, {
        appResource,
        updateMask: mask.join(","),
      }),
    deleteResource: (ref: ResourceRef) =>
      api.remove(path`/api/v1/apps/${ref.appId}/resource_types/${ref.typeId}/resources/${ref.id}`),
    createEntitlementRule: ({ appId, id }: ScopedRef, automation: Fields) =>
      api.post(path`/api/v1/apps/${appId}/entitlements/${id}/automation/create`, { automation }),
    /** Flat, as the official description has it; c1.md §6.4 knows a wrapper. */
    updateEntitlementRule: ({ appId, id }: ScopedRef, automation: Fields) =>
      api.post(path`/api/v1/apps/${appId}/entitlements/${id}/automation/update`, {
        ...automation,
        updateMask: Object.keys(automation).join(","),
      }),
    deleteEntitlementRule: ({ appId, id }: ScopedRef) =>
      api.remove(path`/api/v1/apps/${appId}/entitlements/${id}/automation`),
  };
}
