/** Configuration rules, request defaults and usage controls of an app (c1.md §6.5). */
import { celOf } from "../cel.ts";
import {
  type Context,
  type Endpoint,
  listed,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { id, list, message } from "../message.ts";
import { applyDefaults, defaultsOf } from "../request-defaults.ts";
import {
  CreateRoutingRule,
  RequestDefaults,
  RoutingRule,
  UpdateRoutingRule,
  UsageControls,
} from "../shapes/app-settings.ts";
import { failedPrecondition, invalid, notFound } from "../status.ts";
import { inApp, type Tenant } from "../tenant.ts";
import { checkPolicies, liveApp } from "./apps.ts";

const RULES = "/api/v1/apps/{app_id}/entitlement_configuration_rules";
const DEFAULTS = "/api/v1/apps/{app_id}/access_request_defaults";
const USAGE = "/api/v1/apps/{app_id}/usage_controls";

export const appSettingsEndpoints: readonly Endpoint[] = [
  reads("GET", RULES, "entitlements", (context) =>
    page(
      queriedPage(context),
      listed(rulesOf(context.tenant, liveApp(context.tenant, param(context, "app_id")).id)),
      () => true,
      (rule) => rule,
    ),
  ),
  writes("POST", RULES, "entitlements", "routingRule.create", createRule),
  writes("POST", `${RULES}/reorder`, "entitlements", "routingRule.reorder", (context) => {
    const { ruleIds = [] } = message({ ruleIds: list(id) }).given(context.body);
    const rules = rulesOf(context.tenant, param(context, "app_id"));
    const known = new Set(rules.map((rule) => rule.id));
    if (
      ruleIds.length !== known.size ||
      new Set(ruleIds).size !== known.size ||
      ruleIds.some((one) => !known.has(one))
    ) {
      throw invalid("invalid rule_ids: must be a full permutation of the app's rules");
    }
    return {
      list: pack(
        context.tenant,
        ruleIds.flatMap((one) => rules.find((rule) => rule.id === one) ?? []),
      ),
    };
  }),
  reads("GET", `${RULES}/{id}`, "entitlements", (context) => ({ routingRule: foundRule(context) })),
  writes("POST", `${RULES}/{id}`, "entitlements", "routingRule.update", (context) => {
    const rule = foundRule(context);
    const asked = UpdateRoutingRule.make(UpdateRoutingRule.given(context.body));
    checkRule(context.tenant, asked);
    return { routingRule: context.tenant.routingRules.put({ ...rule, ...asked, updatedAt: context.tenant.stamp() }) };
  }),
  writes("DELETE", `${RULES}/{id}`, "entitlements", "routingRule.delete", (context) => {
    const { tenant } = context;
    const rule = foundRule(context);
    tenant.routingRules.delete(inApp(rule.appId, rule.id));
    pack(tenant, rulesOf(tenant, rule.appId));
    return {};
  }),

  reads("GET", DEFAULTS, "entitlements", (context) => {
    const app = liveApp(context.tenant, param(context, "app_id"));
    return RequestDefaults.make(defaultsOf(context.tenant, app.id));
  }),
  writes("POST", DEFAULTS, "entitlements", "accessRequestDefaults.set", (context) => {
    const app = liveApp(context.tenant, param(context, "app_id"));
    const asked = RequestDefaults.make(RequestDefaults.given(context.body));
    checkPolicies(context.tenant, { grantPolicyId: asked.requestPolicyId });
    for (const catalog of asked.catalogIds) {
      if (context.tenant.catalogs.get(catalog) === undefined) throw notFound("request catalog");
    }
    for (const type of asked.resourceTypeIds) {
      if (context.tenant.resourceTypes.get(inApp(app.id, type)) === undefined) throw notFound("app resource type");
    }
    return RequestDefaults.make(applyDefaults(context.tenant, { ...asked, appId: app.id }));
  }),
  writes("POST", `${DEFAULTS}/cancel`, "entitlements", "accessRequestDefaults.cancel", (context) => {
    const row = defaultsOf(context.tenant, param(context, "app_id"));
    if (row.doneAt === null) throw failedPrecondition("nothing is being applied");
    const state = "APP_ACCESS_REQUEST_DEFAULTS_LAST_APPLY_STATE_FAILED";
    return RequestDefaults.make(context.tenant.requestDefaults.put({ ...row, doneAt: null, state }));
  }),

  reads("GET", USAGE, "entitlements", (context) => ({ appUsageControls: usageOf(context), hasUsageData: false })),
  writes("POST", USAGE, "entitlements", "appUsageControls.update", (context) => {
    const controls = usageOf(context);
    const patch = updated(context.body, "appUsageControls", UsageControls, controls, [
      "notify",
      "notifyAfterDays",
      "revoke",
      "revokeAfterDays",
    ]);
    return { appUsageControls: context.tenant.usageControls.put({ ...controls, ...patch }) };
  }),
];

function createRule(context: Context): unknown {
  const { tenant } = context;
  const app = liveApp(tenant, param(context, "app_id"));
  const asked = CreateRoutingRule.make(CreateRoutingRule.given(context.body));
  checkRule(tenant, asked);
  const now = tenant.stamp();
  const rules = [...rulesOf(tenant, app.id)];
  const rule = RoutingRule.make({ ...asked, appId: app.id, createdAt: now, id: tenant.newId(), updatedAt: now });
  // A slot that counts from one, clamped; none appends.
  const slot = asked.priority <= 0 ? rules.length : Math.min(asked.priority - 1, rules.length);
  rules.splice(slot, 0, rule);
  pack(tenant, rules);
  context.touch(rule.id);
  return { routingRule: tenant.routingRules.get(inApp(app.id, rule.id)) ?? rule };
}

function checkRule(tenant: Tenant, rule: Pick<RoutingRule, "condition" | "displayName" | "settings">): void {
  required(rule.displayName, "AppEntitlementRoutingRule.DisplayName");
  checkPolicies(tenant, { grantPolicyId: rule.settings?.requestPolicyId ?? "" });
  const problem = rule.condition === "" ? undefined : celOf(tenant).routingError(rule.condition);
  if (problem !== undefined) throw invalid(`invalid cel expression: ${problem}`);
}

/** Priorities are 1 to N without gaps. */
function pack(tenant: Tenant, rules: readonly RoutingRule[]): readonly RoutingRule[] {
  return rules.map((rule, index) => tenant.routingRules.put({ ...rule, priority: index + 1 }));
}

function rulesOf(tenant: Tenant, appId: string): readonly RoutingRule[] {
  return [...tenant.routingRules.by("app", appId)].sort((a, b) => a.priority - b.priority);
}

function foundRule(context: Context): RoutingRule {
  const rule = context.tenant.routingRules.get(inApp(param(context, "app_id"), param(context, "id")));
  if (rule === undefined) throw notFound("routing rule");
  return rule;
}

function usageOf(context: Context): UsageControls {
  const app = liveApp(context.tenant, param(context, "app_id"));
  return context.tenant.usageControls.get(app.id) ?? UsageControls.make({ appId: app.id });
}
