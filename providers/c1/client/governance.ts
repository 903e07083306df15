/** Approval policies, access conflicts and connectors. */

import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import type { ScopedRef } from "./refs.ts";
import { fields, isDeleted, present, text, textMap } from "./wire.ts";

export type ConflictSide = "ENTITLEMENT_GROUP_A" | "ENTITLEMENT_GROUP_B";

export function governanceReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const one = createMemo<Fields>();
  return {
    /** Steps and rules are in the rows; without the view only global policies would come (c1.md §3). */
    policies: () =>
      rows("policies", () => api.search("/api/v1/search/policies", { scopeView: "POLICY_SCOPE_VIEW_ALL" })),
    async policy(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/policies/${id}`);
      return present(answer && fields(answer.policy), `policy ${id}`);
    },
    async conflict(id: string): Promise<Fields | undefined> {
      return present(await api.get(path`/api/v1/accessconflict/${id}`), `access conflict ${id}`);
    },
    /** There is no list of bindings: each can only be asked for (c1.md §10). */
    async isBound(monitorId: string, ref: ScopedRef, entitlementGroup: ConflictSide): Promise<boolean> {
      const answer = await api.ask("/api/v1/appentitlementmonitorbinding/get", {
        monitorId,
        appId: ref.appId,
        appEntitlementId: ref.id,
        entitlementGroup,
      });
      return answer !== undefined && text(answer.monitorId) !== "" && !isDeleted(answer);
    },
    connectors: (appId: string) =>
      rows(`connectors ${appId}`, async () =>
        (await api.pages(path`/api/v1/apps/${appId}/connectors`)).map((row) => fields(row.connector)),
      ),
    async connector(ref: ScopedRef): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}`);
      return present(answer && fields(fields(answer.connectorView).connector), `connector ${ref.id}`);
    },
    /** What a catalog entry can be configured with; the only source of keys that no document lists (c1.md §8.3). */
    connectorSchema: (catalogId: string) =>
      one(`schema ${catalogId}`, async () =>
        fields((await api.ask("/api/v1/connectorcatalog", { catalogId }))?.schema),
      ),
  };
}

export function governanceWrites(api: WriteApi) {
  return {
    createPolicy: async (policy: Fields) =>
      fields((await api.post("/api/v1/policies", policy, text(policy.displayName))).policy),
    updatePolicy: async (id: string, policy: Fields, mask: readonly string[]) =>
      fields((await api.post(path`/api/v1/policies/${id}`, { policy, updateMask: mask.join(",") })).policy),
    deletePolicy: (id: string) => api.remove(path`/api/v1/policies/${id}`),

    createConflict: (monitor: Fields) => api.post("/api/v1/accessconflict", monitor, text(monitor.displayName)),
    updateConflict: (id: string, monitor: Fields) => api.post(path`/api/v1/accessconflict/${id}`, monitor),
    deleteConflict: (id: string) => api.remove(path`/api/v1/accessconflict/${id}`),
    bind: (monitorId: string, ref: ScopedRef, entitlementGroup: ConflictSide) =>
      api.post("/api/v1/appentitlementmonitorbinding", {
        monitorId,
        appId: ref.appId,
        appEntitlementId: ref.id,
        entitlementGroup,
      }),
    unbind: (monitorId: string, ref: ScopedRef, entitlementGroup: ConflictSide) =>
      api.remove("/api/v1/appentitlementmonitorbinding", {
        monitorId,
        appId: ref.appId,
        appEntitlementId: ref.id,
        entitlementGroup,
      }),

    createConnector: async (appId: string, connector: Fields) =>
      connectorOf(await api.post(path`/api/v1/apps/${appId}/connectors/create`, connector)),
    /** Without configuration, for one that runs elsewhere. */
    createDelegated: async (appId: string, connector: Fields) =>
      connectorOf(await api.post(path`/api/v1/apps/${appId}/connectors`, connector, text(connector.displayName))),
    updateConnector: (ref: ScopedRef, connector: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}`, { connector, updateMask: mask.join(",") }),
    updateDelegated: (ref: ScopedRef, connector: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}/delegated`, {
        connector,
        updateMask: mask.join(","),
      }),
    deleteConnector: (ref: ScopedRef) => api.remove(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}`),
    forceSync: (ref: ScopedRef) => api.post(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}/force_sync`, {}),
    schedule: (ref: ScopedRef, cron: Fields) =>
      api.post(path`/api/v1/apps/${ref.appId}/connectors/${ref.id}/schedule`, { cron }),
    rotateCredential: async (ref: ScopedRef) =>
      textMap(
        (await api.post("/api/v1/apps/connectors/credentials", { appId: ref.appId, connectorId: ref.id })).credential,
      ),
  };
}

function connectorOf(answer: Fields): Fields {
  return fields(fields(answer.connectorView).connector);
}
