/** Settings of one app at a time (c1.md §6.5); nothing of them can be listed across apps. */

import { path } from "../../shared/http.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { count, fields, NOTHING, objects } from "./wire.ts";

export function appSettingsReads(api: Api) {
  return {
    /** In the order in which they are tried. */
    async configurationRules(appId: string): Promise<readonly Fields[]> {
      const rules = await api.pages(path`/api/v1/apps/${appId}/entitlement_configuration_rules`);
      return [...rules].sort((a, b) => count(a.priority) - count(b.priority));
    },
    requestDefaults: async (appId: string) =>
      (await api.get(path`/api/v1/apps/${appId}/access_request_defaults`)) ?? NOTHING,
    usageControls: async (appId: string) => (await api.get(path`/api/v1/apps/${appId}/usage_controls`)) ?? NOTHING,
  };
}

export function appSettingsWrites(api: WriteApi) {
  return {
    async createConfigurationRule(appId: string, rule: Fields): Promise<Fields> {
      const at = path`/api/v1/apps/${appId}/entitlement_configuration_rules`;
      return fields((await api.post(at, rule)).routingRule);
    },
    /** There is no mask: the rule becomes what is sent. */
    updateConfigurationRule: (appId: string, id: string, rule: Fields) =>
      api.post(path`/api/v1/apps/${appId}/entitlement_configuration_rules/${id}`, rule),
    deleteConfigurationRule: (appId: string, id: string) =>
      api.remove(path`/api/v1/apps/${appId}/entitlement_configuration_rules/${id}`),
    /** All of them, or C1 refuses. */
    reorderConfigurationRules: async (appId: string, ruleIds: readonly string[]) =>
      objects((await api.post(path`/api/v1/apps/${appId}/entitlement_configuration_rules/reorder`, { ruleIds })).list),
    /** There is no mask: the defaults become what is sent. */
    setRequestDefaults: (appId: string, defaults: Fields) =>
      api.post(path`/api/v1/apps/${appId}/access_request_defaults`, defaults),
    setUsageControls: (appId: string, appUsageControls: Fields, mask: readonly string[]) =>
      api.post(path`/api/v1/apps/${appId}/usage_controls`, { appUsageControls, updateMask: mask.join(",") }),
  };
}
